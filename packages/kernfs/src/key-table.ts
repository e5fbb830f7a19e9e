const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

const encoder = new TextEncoder();

/**
 * Finds the number of a key by its bytes, without making a string. Open addressing over a table at most half full; a hit is
 * confirmed byte by byte, so that two keys with one hash are never taken for each other.
 */
export class KeyTable {
  readonly #slots: Int32Array;
  readonly #keys: readonly Uint8Array[];

  /** @param keys distinct; a key's number is its place in this list */
  constructor(keys: readonly string[]) {
    this.#keys = keys.map((key) => encoder.encode(key));
    let size = 4;
    while (size < keys.length * 2) size *= 2;
    this.#slots = new Int32Array(size).fill(-1);
    for (const [index, key] of this.#keys.entries()) this.#insert(index, key);
  }

  get size(): number {
    return this.#keys.length;
  }

  /** The number of the key that is bytes[start..end), or -1. */
  find(bytes: Uint8Array, start: number, end: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let slot = hashBytes(bytes, start, end) & mask; ; slot = (slot + 1) & mask) {
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
