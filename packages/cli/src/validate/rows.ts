import { fileColumns } from '@fgm/catalog';
import type { TableName } from '@fgm/catalog';
import { identifier, literal, literals } from '../duckdb/sql-text.ts';
import type { RepeatedTicks } from './clock-steps.ts';
import type { FileFacts } from './file-facts.ts';
import type { LifeStart } from './life-starts.ts';

/** What tells things apart in a table. */
const KEYS: Readonly<Record<TableName, readonly string[]>> = {
  containers: ['container_id'],
  processes: ['container_id', 'pid', 'start_time'],
  mappings: ['container_id', 'pid', 'start_time', 'mapping'],
  devices: ['container_id', 'device'],
  interfaces: ['container_id', 'interface'],
  node: [],
  bursts: ['container_id'],
  events: ['container_id'],
};

/** Files of one table and one schema, which are checked in one go. */
export interface FileBatch {
  readonly table: TableName;
  readonly files: readonly FileFacts[];
  /** Ticks that occur twice because the clock was set back. */
  readonly repeated?: readonly RepeatedTicks[];
  /** Of containers that came back under their old name. */
  readonly starts?: readonly LifeStart[];
}

/** SQL that is true for ticks that occur twice because the clock was set back. */
export function isRepeated({ files, repeated = [] }: FileBatch): string {
  const paths = new Set(files.map(({ file }) => file.path));
  const ranges = repeated.filter(({ path }) => paths.has(path));
  const some = ranges.map(({ path, first, last }) => `(file = ${literal(path)} AND tick BETWEEN ${first} AND ${last})`);
  return some.length === 0 ? 'false' : `(${some.join(' OR ')})`;
}

/** The batch as a relation: every column, with `file` and the row's number `n` in its file. */
export function relation({ files }: FileBatch): string {
  const paths = literals(files.map(({ file }) => file.path));
  return `(SELECT * EXCLUDE (filename, file_row_number), filename AS file, file_row_number AS n
    FROM read_parquet(${paths}, union_by_name = true, hive_partitioning = false, filename = true, file_row_number = true))`;
}

/** What the footers say, as a relation: file, interval_usec, window_start, window_end (usec), day (usec). */
export function factsRelation({ files }: FileBatch): string {
  const rows = files.map(({ file, intervalMs, windowStart, windowEnd }) => {
    const day = Math.floor(file.start / 86_400_000) * 86_400_000;
    const numbers = [intervalMs, windowStart, windowEnd, day].map((ms) =>
      Number.isFinite(ms) ? `${Math.round(ms * 1000)}::BIGINT` : 'NULL',
    );
    return `(${[literal(file.path), ...numbers].join(', ')})`;
  });
  return `(VALUES ${rows.join(', ')}) AS facts(file, interval_usec, window_start, window_end, day)`;
}

/** The columns that tell entities apart, as SQL values that compare in the order of the file. */
export function keyExpressions(table: TableName): readonly string[] {
  const texts = new Set(fileColumns(table).flatMap(({ name, type }) => (type === 'utf8' ? [name] : [])));
  // An event of the recorder itself has no container, and is sorted first.
  return KEYS[table].map((name) => (texts.has(name) ? `coalesce(${identifier(name)}, '')` : identifier(name)));
}

/** Columns without which a row says nothing. */
export function requiredColumns(table: TableName): readonly string[] {
  return table === 'events' ? ['time'] : ['time', 'tick', ...KEYS[table]];
}
