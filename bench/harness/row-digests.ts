import { fileColumns, type TableName } from '@fgm/catalog';
import type { DuckDBConnection } from '@duckdb/node-api';
import { tableFromIPC } from 'apache-arrow';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { columnsOf, relation } from './duck.ts';

/** A row's numbers by column: null where there is none. */
type Cells = readonly (bigint | number | null)[];

/** A digest of every bit of the row's numbers, sorted: equal lists mean equal rows, in whatever order. */
function digestsOf(rows: Iterable<Cells>): string[] {
  const digests: string[] = [];
  const cell = Buffer.alloc(9);
  for (const row of rows) {
    const hash = createHash('sha1');
    for (const value of row) {
      cell[0] = value === null ? 0 : typeof value === 'bigint' ? 1 : 2;
      if (typeof value === 'bigint') cell.writeBigInt64LE(value, 1);
      else cell.writeDoubleLE(value ?? 0, 1);
      hash.update(cell);
    }
    digests.push(hash.digest('base64'));
  }
  return digests.sort();
}

/** What a file must give back: all metrics of the table, its time and its tick. */
function comparedColumns(table: TableName): Set<string> {
  const metrics = fileColumns(table).filter(
    ({ kind, type }) => kind !== 'label' && (type === 'int64' || type === 'double'),
  );
  return new Set([...metrics.map(({ name }) => name), 'tick']);
}

/** Of a spool's stream, read by Arrow's own reader. */
export function streamDigests(table: TableName, file: string, names: readonly string[]): string[] {
  const arrow = tableFromIPC(readFileSync(file));
  const columns = names.map((name) => arrow.getChild(name));
  const rows = Array.from({ length: arrow.numRows }, (_, row) =>
    columns.map((column) => (column?.get(row) ?? null) as bigint | number | null),
  );
  return digestsOf(rows);
}

/** Columns of a Parquet file that are compared; those that a stream has and the file has not hold nothing. */
export async function comparedNames(duck: DuckDBConnection, table: TableName, file: string): Promise<string[]> {
  const wanted = comparedColumns(table);
  return (await columnsOf(duck, relation([file])))
    .map(({ name }) => name)
    .filter((name) => wanted.has(name))
    .sort();
}

/** Of a Parquet file, read by DuckDB. */
export async function parquetDigests(
  duck: DuckDBConnection,
  file: string,
  names: readonly string[],
): Promise<string[]> {
  const list = names.map((name) => `"${name}"`).join(', ');
  const reader = await duck.runAndReadAll(`SELECT ${list} FROM ${relation([file])}`);
  return digestsOf(reader.getRows() as unknown as Iterable<Cells>);
}
