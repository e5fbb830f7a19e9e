import { equalBytes, hashBytes } from './key-table.ts';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Numbers for names that are met again and again: the same bytes get the same number, and a string and a copy are made only
 * the first time. Open addressing over a table at most half full.
 */
export class NameTable {
  #slots = new Int32Array(64).fill(-1);
  #hashes = new Int32Array(32);
  #keys: Uint8Array[] = [];
  #texts: string[] = [];

  get size(): number {
    return this.#keys.length;
  }

  /** The name as text; bytes that are no UTF-8 become U+FFFD. */
  text(number: number): string {
    return this.#texts[number]!;
  }

  /** The number of the name that is bytes[start..end): from 0, in the order in which names were first met. */
  intern(bytes: Uint8Array, start: number, end: number): number {
    const hash = hashBytes(bytes, start, end);
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const number = this.#slots[slot]!;
      if (number < 0) return this.#add(hash, bytes.slice(start, end));
      if (this.#hashes[number] === hash && equalBytes(this.#keys[number]!, bytes, start, end)) return number;
    }
  }

  /** Forgets all names; numbers start from 0 again. */
  clear(): void {
    this.#slots = new Int32Array(64).fill(-1);
    this.#hashes = new Int32Array(32);
    this.#keys = [];
    this.#texts = [];
  }

  #add(hash: number, key: Uint8Array): number {
    const number = this.#keys.length;
    if (number === this.#hashes.length) this.#grow();
    this.#hashes[number] = hash;
    this.#keys.push(key);
    this.#texts.push(decoder.decode(key));
    this.#place(number, hash);
    return number;
  }

  #place(number: number, hash: number): void {
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    while (this.#slots[slot] !== -1) slot = (slot + 1) & mask;
    this.#slots[slot] = number;
  }

  #grow(): void {
    const hashes = new Int32Array(this.#hashes.length * 2);
    hashes.set(this.#hashes);
    this.#hashes = hashes;
    this.#slots = new Int32Array(this.#slots.length * 2).fill(-1);
    for (let number = 0; number < this.#keys.length; number++) this.#place(number, hashes[number]!);
  }
}
