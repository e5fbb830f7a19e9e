import type { ColumnChunk } from './column-chunk.ts';
import type { NumericBatch } from './numeric-batch.ts';
import { encodeRuns } from './run-column.ts';
import { valueRuns } from './value-runs.ts';

/** Encodes integer, double and timestamp columns as Parquet column chunks (docs/adr/0018-columns-that-rest.md). */
export function encodeNumeric(batch: NumericBatch, level: number): ColumnChunk[] {
  return batch.columns.map((_, column) => encodeRuns(batch, column, valueRuns(batch, column), level));
}
