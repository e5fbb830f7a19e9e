import { fileColumns, type TableName } from '@fgm/catalog';
import type { DuckDBConnection } from '@duckdb/node-api';
import { rmSync, statSync } from 'node:fs';
import { columnsOf, relation } from './duck.ts';

/** What else tells two series of a table apart, next to the container. */
const KEYS: Readonly<Partial<Record<TableName, string>>> = {
  processes: 'pid',
  devices: 'device',
  interfaces: 'interface',
};

/**
 * Bytes of the same values with a row for each, as DuckDB writes it, ZSTD: time, metric, the container's id or cgroup, what tells
 * rows of one container apart, and the value, whole or not. All other labels are left out, which does it a favour.
 *
 * @param sorted by series, then time; as they come (tick after tick) otherwise
 */
export async function longFormBytes(
  duck: DuckDBConnection,
  table: TableName,
  files: readonly string[],
  into: string,
  sorted: boolean,
): Promise<number> {
  const metrics = new Set(
    fileColumns(table)
      .filter(({ kind }) => kind === 'label')
      .map(({ name }) => name),
  );
  const from = relation(files);
  const columns = (await columnsOf(duck, from)).filter(({ name }) => !metrics.has(name));
  const has = (await columnsOf(duck, from)).some(({ name }) => name === 'container_id');
  const series = has ? 'coalesce(container_id, cgroup)' : 'NULL';
  const one = `SELECT time, ${series} AS container, ${KEYS[table] ?? 'NULL'} AS key, * FROM ${from}`;
  const parts = [unpivot(one, columns, 'BIGINT', 'value_int'), unpivot(one, columns, 'DOUBLE', 'value_float')];
  const order = sorted ? 'ORDER BY metric, container, key, time' : 'ORDER BY time';
  const rows = parts.filter((part) => part !== null).join(' UNION ALL BY NAME ');
  await duck.run(`COPY (SELECT * FROM (${rows}) ${order}) TO '${into}' (FORMAT parquet, COMPRESSION zstd)`);
  const { size } = statSync(into);
  rmSync(into);
  return size;
}

function unpivot(
  one: string,
  columns: readonly { name: string; type: string }[],
  type: string,
  value: string,
): string | null {
  const names = columns.filter((column) => column.type === type).map(({ name }) => `"${name}"`);
  if (names.length === 0) return null;
  return `SELECT time, container, key, metric, ${value} FROM (UNPIVOT (${one}) ON ${names.join(', ')} INTO NAME metric VALUE ${value})`;
}
