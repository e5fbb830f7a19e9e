import { createHash } from 'node:crypto';

/** Numbers from 0 to 1, the same for the same seed. Mulberry32, by Tommy Ettinger; public domain. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** 64 hex digits that stand for these words, as a container's id. */
export function idOf(...words: readonly (string | number)[]): string {
  return createHash('sha256').update(words.join('/')).digest('hex');
}

/** The same in the form of a pod's uid. */
export function uidOf(...words: readonly (string | number)[]): string {
  const hex = idOf(...words);
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}
