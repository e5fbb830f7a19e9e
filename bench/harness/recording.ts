import { TABLES, fileColumns, type TableName } from '@fgm/catalog';
import { parquetMetadata } from 'hyparquet';
import { globSync, readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';

/** What a table of a recording holds. A sample is a value of a metric column that is not null. */
export interface Recorded {
  readonly table: TableName;
  readonly files: number;
  readonly bytes: number;
  readonly rows: number;
  readonly samples: number;
}

/** The Parquet files of a recording. */
export function parquetFiles(directory: string, table = '*'): string[] {
  return globSync(`${directory}/dt=*/identifier=*/${table}-*.parquet`).sort();
}

export function metadataOf(file: string): ReturnType<typeof parquetMetadata> {
  const bytes = readFileSync(file);
  return parquetMetadata(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

/** Counts by the footers' statistics, table by table. */
export function countRecorded(directory: string): Recorded[] {
  return TABLES.map((table) => countTable(table, parquetFiles(directory, table)));
}

function countTable(table: TableName, files: readonly string[]): Recorded {
  const metrics = new Set(
    fileColumns(table)
      .filter(({ kind }) => kind !== 'label')
      .map(({ name }) => name),
  );
  let [bytes, rows, samples] = [0, 0, 0];
  for (const file of files) {
    if (!basename(file).startsWith(`${table}-`)) continue;
    bytes += statSync(file).size;
    const { num_rows: count, row_groups: groups } = metadataOf(file);
    rows += Number(count);
    for (const { meta_data: column } of groups.flatMap((group) => group.columns)) {
      if (!column || !metrics.has(column.path_in_schema[0]!)) continue;
      samples += Number(column.num_values) - Number(column.statistics?.null_count ?? 0);
    }
  }
  return { table, files: files.length, bytes, rows, samples };
}
