import type { NumericBatch } from './numeric-batch.ts';
import { isPresent, type ValueRuns } from './value-runs.ts';

/** The extremes of a column, each as the eight bytes of a value. */
export interface ValueRange {
  readonly least: Uint8Array;
  readonly most: Uint8Array;
}

/** The least and the greatest integer of a column; null when all are absent. */
export function integerRange(batch: NumericBatch, column: number, { starts }: ValueRuns): ValueRange | null {
  const { words } = batch;
  const first = batch.wordsAt + column * batch.rows * 2;
  let least = -1;
  let most = -1;
  for (const row of starts) {
    if (!isPresent(batch, column, row)) continue;
    const at = first + row * 2;
    if (least < 0 || isLess(words, at, least)) least = at;
    if (most < 0 || isLess(words, most, at)) most = at;
  }
  return least < 0 ? null : { least: bytesAt(batch, least), most: bytesAt(batch, most) };
}

/**
 * The least and the greatest double of a column; null when all are absent or not numbers. As Parquet wants it, what is not a
 * number does not count, and a zero is the negative one where it is the least and the positive one where it is the greatest.
 */
export function doubleRange(batch: NumericBatch, column: number, { starts }: ValueRuns): ValueRange | null {
  const { words } = batch;
  const doubles = new Float64Array(words.buffer, 0, words.length >> 1);
  const first = batch.wordsAt / 2 + column * batch.rows;
  let least = Infinity;
  let most = -Infinity;
  let found = false;
  for (const row of starts) {
    const value = doubles[first + row]!;
    if (Number.isNaN(value) || !isPresent(batch, column, row)) continue;
    found = true;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return found ? { least: bytesOf(least === 0 ? -0 : least), most: bytesOf(most === 0 ? 0 : most) } : null;
}

/** Compares two integers of 64 bits by where their words are. */
function isLess(words: Int32Array, a: number, b: number): boolean {
  const difference = words[a + 1]! - words[b + 1]!;
  return difference === 0 ? words[a]! >>> 0 < words[b]! >>> 0 : difference < 0;
}

function bytesAt({ bytes }: NumericBatch, word: number): Uint8Array {
  return bytes.slice(word * 4, word * 4 + 8);
}

function bytesOf(value: number): Uint8Array {
  return new Uint8Array(Float64Array.of(value).buffer);
}
