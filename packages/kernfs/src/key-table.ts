import { EQUALS, LF, skipKey, type Cursor } from './scan.ts';

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

const encoder = new TextEncoder();

/**
 * Finds the number of a key by its bytes, without making a string. The kernel prints its keys in the same order each time, so
 * the one that came after the last one before is tried first. Else by hash: open addressing over a table at most half full. A
 * hit is confirmed byte by byte, so that two keys with one hash are never taken for each other.
 */
export class KeyTable {
  readonly #slots: Int32Array;
  readonly #keys: readonly Uint8Array[];
  /** For each key the one that came after it last time. The last key of a text is followed by the first of the next. */
  readonly #next: Int32Array;
  #last = 0;

  /** @param keys distinct; a key's number is its place in this list */
  constructor(keys: readonly string[]) {
    this.#keys = keys.map((key) => encoder.encode(key));
    this.#next = new Int32Array(Math.max(1, keys.length));
    let size = 4;
    while (size < keys.length * 2) size *= 2;
    this.#slots = new Int32Array(size).fill(-1);
    for (const [index, key] of this.#keys.entries()) this.#insert(index, key);
  }

  get size(): number {
    return this.#keys.length;
  }

  /**
   * The number of the key that ends before the next `delimiter` of the line, or before its line feed; -1 when it is none of
   * these keys. Moves the cursor to the delimiter or line feed.
   */
  scan(cursor: Cursor, delimiter: number): number {
    const guess = this.#next[this.#last]!;
    if (this.#accept(guess, cursor, delimiter)) {
      this.#last = guess;
      return guess;
    }
    const { bytes, at: start } = cursor;
    let at = start;
    let hash = FNV_OFFSET | 0;
    for (let byte = bytes[at]!; byte !== delimiter && byte !== LF; byte = bytes[++at]!)
      hash = Math.imul(hash ^ byte, FNV_PRIME);
    cursor.at = at;
    const index = this.#find(hash, bytes, start, at);
    if (index < 0) return index;
    this.#next[this.#last] = index;
    this.#last = index;
    return index;
  }

  /** Moves behind the key when it comes next and `delimiter` follows it. */
  #accept(index: number, cursor: Cursor, delimiter: number): boolean {
    const key = this.#keys[index];
    if (key === undefined) return false;
    const { bytes, at } = cursor;
    for (let offset = 0; offset < key.length; offset++) if (key[offset] !== bytes[at + offset]) return false;
    if (bytes[at + key.length] !== delimiter) return false;
    cursor.at = at + key.length;
    return true;
  }

  #find(hash: number, bytes: Uint8Array, start: number, end: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const index = slots[slot]!;
      if (index < 0 || equalBytes(this.#keys[index]!, bytes, start, end)) return index;
    }
  }

  #insert(index: number, key: Uint8Array): void {
    const mask = this.#slots.length - 1;
    let slot = hashBytes(key, 0, key.length) & mask;
    while (this.#slots[slot] !== -1) slot = (slot + 1) & mask;
    this.#slots[slot] = index;
  }
}

/**
 * The number of the key in `key=value`, or -1. Moves the cursor to the equals sign, or to the space or line feed that ends a
 * word without one.
 */
export function scanKey(keys: KeyTable, cursor: Cursor): number {
  const start = cursor.at;
  const index = keys.scan(cursor, EQUALS);
  if (index >= 0) return index;
  cursor.at = start;
  skipKey(cursor);
  return index;
}

/** 32-bit FNV-1a of bytes[start..end). */
export function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let hash = FNV_OFFSET | 0;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, FNV_PRIME);
  return hash;
}

/** Whether `key` is bytes[start..end). */
export function equalBytes(key: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (key.length !== end - start) return false;
  for (let at = 0; at < key.length; at++) if (key[at] !== bytes[start + at]) return false;
  return true;
}
