import type { DuckDBConnection } from '@duckdb/node-api';
import type { TableName } from '@fgm/catalog';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { columnsOf, relation, rowsOf } from './duck.ts';
import { parquetFiles } from './recording.ts';

const HOUR_MS = 3_600_000;
/** As the recorder writes them. */
const GROUP_ROWS = 1 << 17;
/** What rows of a file are sorted by, as far as the table has it. */
const SORT = ['container_id', 'cgroup', 'pid', 'start_time', 'time'];
const FORMAT = `(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${GROUP_ROWS})`;

function stamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}

function hourFile(directory: string, table: TableName, startMs: number): string {
  const day = `dt=${new Date(startMs).toISOString().slice(0, 10)}`;
  const name = `${table}-consolidated-${stamp(startMs)}-${stamp(startMs + HOUR_MS)}.parquet`;
  return join(directory, day, 'identifier=bench', name);
}

/**
 * Makes hours of a recording that is shorter: its ticks follow each other once a second, over and over. Whole hours follow it with
 * later times. The files have the names, order, row groups and compression of consolidated ones.
 *
 * @returns bytes of nothing: the files are what there is
 */
export async function replicate(
  duck: DuckDBConnection,
  recording: string,
  tables: readonly TableName[],
  into: string,
  startMs: number,
  hours: number,
): Promise<void> {
  for (const table of tables) {
    const first = hourFile(into, table, startMs);
    mkdirSync(dirname(first), { recursive: true });
    await writeFirstHour(duck, relation(parquetFiles(recording, table)), first, startMs);
    for (let hour = 1; hour < hours; hour++) {
      const file = hourFile(into, table, startMs + hour * HOUR_MS);
      mkdirSync(dirname(file), { recursive: true });
      const later = `SELECT * REPLACE (time + INTERVAL ${hour} HOUR AS time, tick + ${hour * 3600} AS tick) FROM ${relation([first])}`;
      await duck.run(`COPY (${later}) TO '${file}' ${FORMAT}`);
    }
  }
}

async function writeFirstHour(duck: DuckDBConnection, from: string, file: string, startMs: number): Promise<void> {
  const [range] = await rowsOf(duck, `SELECT min(tick) AS first, max(tick) - min(tick) + 1 AS ticks FROM ${from}`);
  const [first, ticks] = [Number(range!['first']), Number(range!['ticks'])];
  const names = new Set((await columnsOf(duck, from)).map(({ name }) => name));
  const second = `(one.tick - ${first} + k * ${ticks})`;
  const time = `make_timestamptz(${startMs * 1000} + ${second} * 1000000 + epoch_us(one.time) % 50000)`;
  const rows = `SELECT one.* REPLACE (${time} AS time, ${startMs / 1000} + ${second} AS tick)
    FROM ${from} one CROSS JOIN range(${Math.ceil(3600 / ticks)}) repeated(k) WHERE ${second} < 3600`;
  const order = SORT.filter((name) => names.has(name)).join(', ');
  await duck.run(`COPY (SELECT * FROM (${rows}) ORDER BY ${order}) TO '${file}' ${FORMAT}`);
}
