import type { DuckDBResult, DuckDBValue } from '@duckdb/node-api';

/** Some rows. */
export type Batch = readonly (readonly DuckDBValue[])[];

/** Rows of a query, some at a time, so that a large result never stands in memory as a whole. */
export interface QueryResult {
  readonly columns: readonly string[];
  readonly batches: AsyncIterable<Batch>;
}

/** Writes text to wherever a result goes, and waits while that is slow. */
export type Write = (text: string) => Promise<void>;

export function resultOf(result: DuckDBResult): QueryResult {
  return { columns: result.deduplicatedColumnNames(), batches: result.yieldRows() };
}

/** Waits for a stream that has enough to do. */
export function writerTo(stream: NodeJS.WriteStream): Write {
  return async (text) => {
    if (stream.write(text)) return;
    await new Promise<void>((resolve) => stream.once('drain', resolve));
  };
}
