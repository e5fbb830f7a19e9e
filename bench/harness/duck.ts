import { DuckDBInstance, type DuckDBConnection, type DuckDBValue } from '@duckdb/node-api';

/** A connection does not keep its instance, which would be collected under it. */
const instances = new WeakMap<DuckDBConnection, DuckDBInstance>();

/** A DuckDB in memory with times in UTC. */
export async function openDuck(): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  instances.set(connection, instance);
  await connection.run("SET TimeZone = 'UTC'");
  return connection;
}

export async function rowsOf(duck: DuckDBConnection, sql: string): Promise<Record<string, DuckDBValue>[]> {
  return (await duck.runAndReadAll(sql)).getRowObjects();
}

/** Parquet files as a relation of SQL, in this order, what only some of them have being null in the others. */
export function relation(files: readonly string[]): string {
  const list = files.map((file) => `'${file}'`).join(', ');
  return `read_parquet([${list}], union_by_name = true, hive_partitioning = false)`;
}

export interface SqlColumn {
  readonly name: string;
  readonly type: string;
}

export async function columnsOf(duck: DuckDBConnection, from: string): Promise<SqlColumn[]> {
  const rows = await rowsOf(duck, `DESCRIBE SELECT * FROM ${from}`);
  return rows.map((row) => ({ name: String(row['column_name']), type: String(row['column_type']) }));
}
