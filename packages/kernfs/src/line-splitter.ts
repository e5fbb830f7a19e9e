import { LF } from './scan.ts';

const EMPTY = new Uint8Array(0);

/**
 * Cuts a text that arrives in pieces into runs of whole lines, without copying what is whole already: only the line that
 * was cut by the end of a piece is put together in a buffer of its own.
 *
 *     splitter.add(piece, length);
 *     while (splitter.next()) parse(splitter.bytes, splitter.start, splitter.end);   // ends with a line feed
 */
export class LineSplitter {
  bytes: Uint8Array = EMPTY;
  start = 0;
  end = 0;
  #piece: Uint8Array = EMPTY;
  #at = 0;
  #length = 0;
  #carry = new Uint8Array(1024);
  #carried = 0;

  /** Bytes of a line whose end has not arrived. */
  get pending(): number {
    return this.#carried;
  }

  reset(): void {
    this.#carried = 0;
    this.#at = 0;
    this.#length = 0;
  }

  /** The piece must stay as it is until next() has given false. */
  add(piece: Uint8Array, length: number): void {
    this.#piece = piece;
    this.#at = 0;
    this.#length = length;
  }

  /** Moves to the next run of whole lines. False when this piece has no more; what is left of it is kept. */
  next(): boolean {
    const first = this.#carried > 0 ? this.#find(this.#at) + 1 : 0;
    if (first > 0) {
      this.#carryOver(first);
      this.bytes = this.#carry;
      this.start = 0;
      this.end = this.#carried;
      this.#carried = 0;
      return true;
    }
    const last = this.#carried > 0 ? 0 : this.#findLast() + 1;
    if (last > this.#at) {
      this.bytes = this.#piece;
      this.start = this.#at;
      this.end = last;
      this.#at = last;
      return true;
    }
    this.#carryOver(this.#length);
    return false;
  }

  #find(from: number): number {
    let at = from;
    while (at < this.#length && this.#piece[at] !== LF) at++;
    return at < this.#length ? at : -1;
  }

  #findLast(): number {
    let at = this.#length - 1;
    while (at >= this.#at && this.#piece[at] !== LF) at--;
    return at;
  }

  #carryOver(to: number): void {
    const count = to - this.#at;
    if (this.#carried + count > this.#carry.length) this.#grow(this.#carried + count);
    for (let index = 0; index < count; index++) this.#carry[this.#carried + index] = this.#piece[this.#at + index]!;
    this.#carried += count;
    this.#at = to;
  }

  #grow(needed: number): void {
    const larger = new Uint8Array(Math.max(needed, this.#carry.length * 2));
    larger.set(this.#carry.subarray(0, this.#carried));
    this.#carry = larger;
  }
}
