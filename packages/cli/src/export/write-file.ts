import { open } from 'node:fs/promises';
import type { Column } from '@fgm/catalog';
import { ARROW_SCHEMA, encodedSchema } from '@fgm/store';
import type { Database } from '../duckdb/database.ts';
import { identifier, literal } from '../duckdb/sql-text.ts';
import { sqlType } from '../duckdb/views.ts';
import { resultOf } from '../query/result.ts';
import type { Batch, Write } from '../query/result.ts';
import { writeCsv } from '../query/write-csv.ts';
import { DESCRIPTION_KEY } from './description.ts';
import type { Description } from './description.ts';
import type { Job } from './prepare.ts';

/** What a value takes there: texts stand beside a column of references to them. */
const TEXT_BYTES = 64;
const NUMBER_BYTES = 8;
/** Row groups have whole vectors of DuckDB, and are not larger than those that it makes by default. */
const VECTOR = 2048;
const MOST_GROUP_ROWS = 122_880;

function groupRows(types: readonly string[], groupBytes: number): number {
  const bytes = types.reduce((sum, type) => sum + (type === 'VARCHAR' ? TEXT_BYTES : NUMBER_BYTES), 0);
  const rows = Math.floor(groupBytes / bytes / VECTOR) * VECTOR;
  return Math.min(Math.max(rows, VECTOR), MOST_GROUP_ROWS);
}

interface Described extends Record<string, string> {
  readonly column_name: string;
  readonly column_type: string;
}

/** What is known of the columns, in their order; null where they are not those that it is known of. */
function fieldsOf(columns: readonly Described[], fields: readonly Column[]): readonly Column[] | null {
  const known = new Map(fields.map((field) => [field.name, field]));
  const found = columns.flatMap(({ column_name: name, column_type: type }) => {
    const field = known.get(name);
    return field === undefined || sqlType(field) !== type ? [] : [field];
  });
  return found.length === columns.length ? found : null;
}

/** A file's metadata as DuckDB takes it. */
async function metadataOf(
  description: Description,
  columns: readonly Described[],
  fields: readonly Column[],
): Promise<string> {
  const own = new Map([[DESCRIPTION_KEY, JSON.stringify(description)]]);
  const known = fieldsOf(columns, fields);
  // DuckDB has no metadata for columns; readers take it from the schema that Arrow's writers leave.
  const all = known === null ? own : new Map([...own, [ARROW_SCHEMA, await encodedSchema(known, own)]]);
  return `{${[...all].map(([key, value]) => `${identifier(key)}: ${literal(value)}`).join(', ')}}`;
}

/**
 * Writes the rows of a query to a file, with their description in its metadata.
 * @param fields what is known of columns: unit, kind, help. @returns how many rows there were
 */
export async function writeParquet(
  { database, plan }: Pick<Job, 'database' | 'plan'>,
  sql: string,
  path: string,
  description: Description,
  fields: readonly Column[],
): Promise<number> {
  const columns = await database.rows<Described>(`DESCRIBE ${sql}`);
  const metadata = await metadataOf(description, columns, fields);
  // The file is aside already, and the one that DuckDB would make beside it is out of its reach.
  const options = [
    'FORMAT parquet',
    'COMPRESSION zstd',
    'USE_TMP_FILE false',
    `ROW_GROUP_SIZE ${groupRows(
      columns.map(({ column_type: type }) => type),
      plan.groupBytes,
    )}`,
    `KV_METADATA ${metadata}`,
  ];
  const [copied] = await database.rows<{ Count: bigint }>(`COPY (${sql}) TO ${literal(path)} (${options.join(', ')})`);
  return Number(copied!.Count);
}

/** Writes the rows of a query as `fgm query --format csv` does, a few at a time. @returns how many there were */
export async function writeCsvTo(database: Database, sql: string, write: Write): Promise<number> {
  const { columns, batches } = resultOf(await database.connection.stream(sql));
  let rows = 0;
  const counted = async function* (): AsyncGenerator<Batch> {
    for await (const batch of batches) {
      rows += batch.length;
      yield batch;
    }
  };
  await writeCsv({ columns, batches: counted() }, write);
  return rows;
}

/** Writes to a file what a function writes. */
export async function intoFile<Result>(path: string, use: (write: Write) => Promise<Result>): Promise<Result> {
  const file = await open(path, 'w');
  try {
    return await use((text) => file.writeFile(text));
  } finally {
    await file.close();
  }
}
