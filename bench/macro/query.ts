/**
 * How long typical queries take over an hour and over a day: `fgm query` as a command, from its start to its end, and once more in a
 * process that has asked it before. What DuckDB alone takes for the same files in a process that knows it is what they are measured
 * against.
 *
 *     node --conditions=@fgm/source bench/macro/query.ts [--containers 100] [--processes 5] [--hours 1,24] [--runs 7]
 *
 * The data: 180 ticks of real containers of which one process in five works, recorded at 4 Hz by a load that works as often, and
 * repeated with later times until the hours are full, in hourly files as consolidation makes them.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { TableName } from '@fgm/catalog';
import { statSync } from 'node:fs';
import { runQuery } from '../../packages/cli/src/query/run-query.ts';
import { openDuck, relation, rowsOf } from '../harness/duck.ts';
import { byEffort } from '../harness/effort.ts';
import { against, measured, type Figure } from '../harness/figure.ts';
import { Load } from '../harness/load.ts';
import { MachineLoad } from '../harness/machine-load.ts';
import { MeasuredRecorder } from '../harness/recorder.ts';
import { parquetFiles } from '../harness/recording.ts';
import { replicate } from '../harness/replicate.ts';
import { report } from '../harness/report.ts';
import { scratchDirectory } from '../harness/scratch.ts';
import { megabytes, short } from '../harness/statistics.ts';

const { values } = parseArgs({
  options: {
    containers: { type: 'string', default: byEffort({ full: '100', quick: '5', smoke: '2' }) },
    processes: { type: 'string', default: '5' },
    hours: { type: 'string', default: byEffort({ full: '1,24', quick: '1,24', smoke: '1' }) },
    ticks: { type: 'string', default: byEffort({ full: '180', quick: '180', smoke: '12' }) },
    runs: { type: 'string', default: byEffort({ full: '7', quick: '3', smoke: '1' }) },
  },
});
const runs = Number(values.runs);
const INTERVAL_MS = 250;
const TABLES: readonly TableName[] = ['containers', 'processes', 'node'];
const COMMAND = fileURLToPath(new URL('../../packages/cli/bin/fgm.js', import.meta.url));
const START_MS = Date.UTC(2026, 10, 21);
const FLAGS = [
  '--scope',
  'containers',
  '--memory',
  'off',
  '--interval',
  `${INTERVAL_MS}ms`,
  '--rotation',
  '30s',
  '--consolidate',
  'off',
];

interface Query {
  readonly name: string;
  readonly sql: (container: string, hours: number) => string;
  /** Milliseconds that it may take as a command, by hours. */
  readonly aim?: Readonly<Record<number, number>>;
}

const QUERIES: readonly Query[] = [
  { name: 'rows', sql: () => 'SELECT count(*) FROM processes' },
  {
    name: 'one container, one metric',
    sql: (container) =>
      `SELECT time, memory_current_bytes FROM containers WHERE container_id = '${container}' ORDER BY time`,
  },
  {
    name: 'all containers, one metric, by the minute',
    sql: () =>
      "SELECT container_id, time_bucket(INTERVAL '1 minute', time) AS minute, avg(memory_current_bytes) FROM containers GROUP BY ALL",
    aim: { 1: 150 },
  },
  {
    name: 'ten processes with most CPU',
    sql: () =>
      'SELECT container_id, pid, max(stat_utime_usec + stat_stime_usec) - min(stat_utime_usec + stat_stime_usec) AS usec FROM processes GROUP BY ALL ORDER BY usec DESC LIMIT 10',
    aim: { 24: 1000 },
  },
  {
    name: 'the last five minutes of the node',
    sql: (_container, hours) =>
      `SELECT * FROM node WHERE time >= TIMESTAMPTZ '${new Date(START_MS + hours * 3_600_000 - 300_000).toISOString()}'`,
  },
];

async function record(directory: string): Promise<void> {
  process.env['FGM_LOAD_VARIED'] = '1';
  process.env['FGM_LOAD_PERIOD_MS'] = `${INTERVAL_MS}`;
  const load = await Load.start({
    containers: Number(values.containers),
    processes: Number(values.processes),
    active: 1,
    touchBytes: 65_536,
  });
  try {
    const recorder = await MeasuredRecorder.start(directory, FLAGS, load.sandbox);
    await pause((Number(values.ticks) + 4) * INTERVAL_MS);
    await recorder.stop();
  } finally {
    load.close();
  }
}

/** Milliseconds from the start of the command to its end. */
function asCommand(directory: string, sql: string): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(COMMAND, ['query', directory, '--format', 'csv', sql], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (status !== 0) throw new Error(`fgm query ended with ${status}: ${String(stderr)}`);
  return performance.now() - start;
}

async function inProcess(directory: string, sql: string): Promise<number> {
  const start = performance.now();
  await runQuery({ directories: [directory], sql, openWindows: true }, async ({ batches }) => {
    for await (const batch of batches) if (batch === undefined) throw new Error('a batch without rows');
  });
  return performance.now() - start;
}

async function byDuck(duck: DuckDBConnection, sql: string): Promise<number> {
  const start = performance.now();
  await duck.runAndReadAll(sql);
  return performance.now() - start;
}

/** DuckDB with the tables as views over the same files. */
async function duckOver(directory: string): Promise<DuckDBConnection> {
  const duck = await openDuck();
  await duck.run('SET enable_external_file_cache = false');
  for (const table of TABLES)
    await duck.run(`CREATE VIEW ${table} AS SELECT * FROM ${relation(parquetFiles(directory, table))}`);
  return duck;
}

async function measure(query: Query, directory: string, container: string, hours: number): Promise<Figure[]> {
  const sql = query.sql(container, hours);
  const duck = await duckOver(directory);
  await inProcess(directory, sql);
  await byDuck(duck, sql);
  const [command, warm, alone]: [number[], number[], number[]] = [[], [], []];
  for (let run = 0; run < runs; run++) {
    command.push(asCommand(directory, sql));
    warm.push(await inProcess(directory, sql));
    alone.push(await byDuck(duck, sql));
  }
  duck.closeSync();
  const name = `${hours} h, ${query.name}`;
  const aim = query.aim?.[hours];
  const reference =
    aim === undefined
      ? undefined
      : against(
          `${aim} ms`,
          command,
          command.map(() => aim),
          1,
        );
  return [
    measured(`${name}: the command`, 'ms', command, { reference }),
    measured(`${name}: asked again`, 'ms', warm, { reference: against('DuckDB alone', warm, alone) }),
  ];
}

const directory = scratchDirectory();
const recording = join(directory, 'recording');
await record(recording);
const maker = await openDuck();
const details: Record<string, unknown> = { flags: FLAGS, values };
const figures: Figure[] = [];
for (const hours of values.hours.split(',').map(Number)) {
  const own = join(directory, `${hours}h`);
  await replicate(maker, recording, TABLES, own, START_MS, hours);
  const [any] = await rowsOf(
    maker,
    `SELECT container_id FROM ${relation(parquetFiles(own, 'containers').slice(0, 1))} WHERE container_id IS NOT NULL LIMIT 1`,
  );
  const [rows] = await rowsOf(maker, `SELECT count(*) AS rows FROM ${relation(parquetFiles(own, 'processes'))}`);
  const machine = new MachineLoad();
  for (const query of QUERIES) figures.push(...(await measure(query, own, String(any!['container_id']), hours)));
  const bytes = parquetFiles(own).reduce((sum, file) => sum + statSync(file).size, 0);
  details[`${hours}h`] = { bytes, processRows: Number(rows!['rows']) };
  figures.push({
    name: `${hours} h`,
    value: megabytes(bytes),
    note: `${short(Number(rows!['rows']))} rows of processes; ${machine.describe()}`,
  });
}
figures.push({
  name: 'of which Node.js',
  value: `${short(startOfNode())} ms`,
  note: 'the command that only prints its version',
});
report('query', figures, details);

function startOfNode(): number {
  const start = performance.now();
  spawnSync(COMMAND, ['--version'], { stdio: 'ignore' });
  return performance.now() - start;
}
