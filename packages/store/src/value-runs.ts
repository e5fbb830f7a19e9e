import { bitmapBytes } from './batch-layout.ts';
import type { NumericBatch } from './numeric-batch.ts';

/** Neighbouring rows of a column that are all absent or all have the same bits. */
export interface ValueRuns {
  /** Row at which each run starts. Valid until the next call of valueRuns(). */
  readonly starts: Uint32Array;
  /** Rows of the column: where the last run ends. */
  readonly rows: number;
}

/** One for all columns: there is a start for each row of what moves. */
let scratch = new Uint32Array(0);

/** The runs of a column of a batch. What rests has one run a series or less, and most things of a node rest most of the time. */
export function valueRuns(batch: NumericBatch, column: number): ValueRuns {
  const { rows, words, bytes } = batch;
  if (scratch.length < rows) scratch = new Uint32Array(rows);
  const starts = scratch;
  const bits = column * bitmapBytes(rows);
  const first = batch.wordsAt + column * rows * 2;
  // Of absent values the words are zero, and so are those of many that are there.
  const mixed = batch.nulls[column]! > 0 && batch.nulls[column]! < rows;
  starts[0] = 0;
  let count = 1;
  for (let row = 1; row < rows; row++) {
    const at = first + row * 2;
    let same = words[at] === words[at - 2] && words[at + 1] === words[at - 1];
    if (same && mixed) same = isSet(bytes, bits, row) === isSet(bytes, bits, row - 1);
    if (!same) starts[count++] = row;
  }
  return { starts: starts.subarray(0, count), rows };
}

/** Whether the value in this row of a batch's column is there. */
export function isPresent(batch: NumericBatch, column: number, row: number): boolean {
  return isSet(batch.bytes, column * bitmapBytes(batch.rows), row);
}

function isSet(bytes: Uint8Array, bitmap: number, row: number): boolean {
  return (bytes[bitmap + (row >> 3)]! & (1 << (row & 7))) !== 0;
}
