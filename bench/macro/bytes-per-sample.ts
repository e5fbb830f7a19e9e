/**
 * What a sample takes on disk: a node of which one process in five works, and one on which all work, no two seconds alike, recorded
 * side by side; as the recorder closes the files and after consolidation. Against the same rows as `zstd -3` of plain columns and
 * as Parquet with a row for each value. That nothing is lost is checked, bit by bit. A sample is a value that is not null.
 *
 *     node --conditions=@fgm/source bench/macro/bytes-per-sample.ts [--containers 100] [--processes 5] [--busy 20]
 *          [--interval-ms 1000] [--ticks 600]
 *
 * At another interval than a second the load works as often as it is sampled, so that as much changes between two rows.
 */
import { SAMPLED_TABLES, type TableName } from '@fgm/catalog';
import { consolidate } from '@fgm/store/consolidation';
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { encodeSegment } from '../../packages/store/src/segment-encoder.ts';
import { openDuck, relation, rowsOf } from '../harness/duck.ts';
import { byEffort } from '../harness/effort.ts';
import { eventually } from '../harness/eventually.ts';
import { measured, type Figure, type Reference } from '../harness/figure.ts';
import { Load } from '../harness/load.ts';
import { longFormBytes } from '../harness/long-form.ts';
import { plainZstdBytes } from '../harness/plain-zstd.ts';
import { MeasuredRecorder } from '../harness/recorder.ts';
import { countRecorded, parquetFiles } from '../harness/recording.ts';
import { report } from '../harness/report.ts';
import { comparedNames, parquetDigests, streamDigests } from '../harness/row-digests.ts';
import { scratchDirectory } from '../harness/scratch.ts';
import { megabytes, short } from '../harness/statistics.ts';

const { values } = parseArgs({
  options: {
    containers: { type: 'string', default: byEffort({ full: '100', quick: '100', smoke: '4' }) },
    processes: { type: 'string', default: '5' },
    busy: { type: 'string', default: byEffort({ full: '20', quick: '20', smoke: '2' }) },
    'interval-ms': { type: 'string', default: byEffort({ full: '1000', quick: '250', smoke: '100' }) },
    ticks: { type: 'string', default: byEffort({ full: '600', quick: '280', smoke: '35' }) },
  },
});
const intervalMs = Number(values['interval-ms']);
const ticks = Number(values.ticks);
const processes = Number(values.processes);
/** As long as by default at an interval of a second. */
const TICKS_A_WINDOW = byEffort({ full: 90, quick: 90, smoke: 15 });
const FLAGS = [
  '--scope',
  'containers',
  '--memory',
  'off',
  '--interval',
  `${intervalMs}ms`,
  '--rotation',
  `${TICKS_A_WINDOW * intervalMs}ms`,
  '--consolidate',
  'off',
];
const FAR_AHEAD_MS = 3 * 86_400_000;

process.env['FGM_LOAD_VARIED'] = '1';
process.env['FGM_LOAD_PERIOD_MS'] = `${intervalMs}`;
const directory = scratchDirectory();
const duck = await openDuck();

interface Recording {
  readonly directory: string;
  readonly load: Load;
  readonly recorder: MeasuredRecorder;
}

async function begin(name: string, containers: number, active: number): Promise<Recording> {
  const load = await Load.start({ containers, processes, active, touchBytes: 262_144 });
  const own = join(directory, name);
  return { directory: own, load, recorder: await MeasuredRecorder.start(own, FLAGS, load.sandbox) };
}

/** Kills it, for the last window is to be found in the spool, as it was written tick by tick. */
async function end({ recorder, load }: Recording): Promise<void> {
  await recorder.kill();
  load.close();
}

interface Stored {
  readonly bytes: number;
  readonly samples: number;
  readonly rows: number;
}

function stored(own: string, tables: readonly TableName[]): Stored {
  const counted = countRecorded(own).filter(({ table }) => tables.includes(table));
  const sum = (pick: (one: (typeof counted)[number]) => number): number =>
    counted.reduce((total, one) => total + pick(one), 0);
  return { bytes: sum(({ bytes }) => bytes), samples: sum(({ samples }) => samples), rows: sum(({ rows }) => rows) };
}

async function plainBytes(own: string, tables: readonly TableName[]): Promise<number> {
  let bytes = 0;
  for (const file of tables.flatMap((table) => parquetFiles(own, table))) bytes += await plainZstdBytes(duck, file);
  return bytes;
}

async function longBytes(own: string, tables: readonly TableName[], sorted: boolean): Promise<number> {
  let bytes = 0;
  for (const table of tables) {
    const files = parquetFiles(own, table);
    if (files.length > 0) bytes += await longFormBytes(duck, table, files, join(directory, 'long.parquet'), sorted);
  }
  return bytes;
}

/** Of a table, whatever the files it is in: as many rows, and the same in every column. */
async function fingerprint(own: string, tables: readonly TableName[]): Promise<string> {
  const prints: string[] = [];
  for (const table of tables) {
    const files = parquetFiles(own, table);
    if (files.length === 0) continue;
    const [row] = await rowsOf(
      duck,
      `SELECT count(*) AS rows, sum(hash(one)::HUGEINT) AS hashes FROM (SELECT * FROM ${relation(files)}) one`,
    );
    prints.push(`${table} ${String(row!['rows'])} ${String(row!['hashes'])}`);
  }
  return prints.join('\n');
}

/**
 * Takes the window that was open out of the recording, makes Parquet of it, and compares all numbers with those of its stream.
 * @returns rows compared
 */
async function compareLastWindow(own: string): Promise<number> {
  const [segment] = readdirSync(join(own, 'spool'));
  const copy = join(directory, 'segment', segment!);
  mkdirSync(join(directory, 'segment'), { recursive: true });
  renameSync(join(own, 'spool', segment!), copy);
  const steps = encodeSegment(copy, { into: copy });
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  let compared = 0;
  for (const { table, path } of step.value.tables) {
    if (!(SAMPLED_TABLES as readonly string[]).includes(table)) continue;
    const names = await comparedNames(duck, table, path);
    const [before, after] = [
      streamDigests(table, join(copy, `${table}.arrows`), names),
      await parquetDigests(duck, path, names),
    ];
    if (before.join() !== after.join()) throw new Error(`${path}: ${table} is not what the spool holds`);
    compared += after.length;
  }
  return compared;
}

/** Tables of a set, and how many bytes a sample of it may take. */
interface Wanted {
  readonly name: string;
  readonly own: string;
  readonly tables: readonly TableName[];
  readonly aim?: number;
}

interface Sizes extends Stored {
  readonly plain: number;
  /** Of the bytes, those that only describe the others. */
  readonly footers: number;
}

/** A file ends with its footer, the footer's length and four letters. */
function footerBytes(file: string): number {
  const bytes = readFileSync(file);
  return bytes.readUInt32LE(bytes.length - 8) + 8;
}

async function sizes({ own, tables }: Wanted): Promise<Sizes> {
  const files = tables.flatMap((table) => parquetFiles(own, table));
  const footers = files.reduce((sum, file) => sum + footerBytes(file), 0);
  return { ...stored(own, tables), plain: await plainBytes(own, tables), footers };
}

/** Bytes a sample of ours, against plain columns of the same rows. */
function figure(name: string, { bytes, samples, rows, plain, footers }: Sizes, reference?: Reference): Figure {
  const note = `${megabytes(bytes)} of ${short(rows)} rows, ${short(samples)} samples, footers ${((footers / bytes) * 100).toFixed(0)} %; ${short(bytes / plain)} of what plain columns take`;
  return measured(name, 'bytes', [bytes / samples], { ...(reference && { reference }), note });
}

function wanted(ratio: number, aim: number | undefined): Reference | undefined {
  return aim === undefined ? undefined : { name: `${aim} bytes`, ratio: ratio / aim, aim: 1 };
}

const ALL = SAMPLED_TABLES as readonly TableName[];
const [mixed, busy] = [
  await begin('mixed', Number(values.containers), 1),
  await begin('busy', Number(values.busy), processes),
];
await pause(ticks * intervalMs);
for (const { directory: own } of [mixed, busy])
  await eventually('a window closed', () => parquetFiles(own, 'processes').length > 0);
await Promise.all([end(mixed), end(busy)]);
const compared = await compareLastWindow(mixed.directory);
rmSync(join(busy.directory, 'spool'), { recursive: true });

const SETS: readonly Wanted[] = [
  { name: 'mixed', own: mixed.directory, tables: ALL, aim: 0.25 },
  { name: 'busy processes only', own: busy.directory, tables: ['processes'], aim: 0.8 },
  { name: 'cgroup files only', own: mixed.directory, tables: ['containers'] },
];
const tables = { mixed: countRecorded(mixed.directory), busy: countRecorded(busy.directory) };
const prints = [await fingerprint(mixed.directory, ALL), await fingerprint(busy.directory, ALL)];
const closed: Sizes[] = [];
for (const set of SETS) closed.push(await sizes(set));
const long: { sorted: number; asTheyCome: number }[] = [];
for (const { own, tables } of SETS)
  long.push({ sorted: await longBytes(own, tables, true), asTheyCome: await longBytes(own, tables, false) });
for (const own of [mixed.directory, busy.directory])
  await consolidate({ directory: own, now: () => Date.now() + FAR_AHEAD_MS, level: 3, limit: null, report: () => {} });
const merged: Sizes[] = [];
for (const set of SETS) merged.push(await sizes(set));
if (prints.join() !== [await fingerprint(mixed.directory, ALL), await fingerprint(busy.directory, ALL)].join())
  throw new Error('consolidation has changed what was recorded');

const figures = SETS.flatMap(({ name, aim }, at): Figure[] => {
  const [before, after, other] = [closed[at]!, merged[at]!, long[at]!];
  const each = before.bytes / before.samples;
  const inLong = Math.min(other.sorted, other.asTheyCome) / before.samples;
  return [
    figure(`${name}: as closed`, before, wanted(each, aim)),
    figure(`${name}: consolidated`, after, wanted(after.bytes / after.samples, aim)),
    measured(`${name}: plain zstd -3 by column`, 'bytes', [before.plain / before.samples], { note: 'of each file' }),
    measured(`${name}: a row for each value`, 'bytes', [inLong], {
      note: `DuckDB, all windows in one file: sorted by series ${short(other.sorted / before.samples)}, as they come ${short(other.asTheyCome / before.samples)}; ours takes ${short(each / inLong)} of the smaller, consolidated ${short(after.bytes / after.samples / inLong)}`,
    }),
  ];
});
const checked: Figure = {
  name: 'lossless',
  value: 'yes',
  note: `${short(compared)} rows of the spool equal those of Parquet in every bit; all rows equal after consolidation`,
};
report('bytes-per-sample', [...figures, checked], {
  intervalMs,
  ticks,
  flags: FLAGS,
  sets: SETS.map(({ name }) => name),
  closed,
  merged,
  long,
  tables,
});
