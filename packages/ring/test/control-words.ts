import type { Ring } from '../src/index.ts';

const READER_WORD = 16;

/** Puts both counters of an empty ring where a long life would have brought them. */
export function countersAt(ring: Ring, count: number): void {
  const words = new Int32Array(ring.buffer);
  words[0] = count;
  words[READER_WORD] = count;
}
