/**
 * What the recorder costs while it records real cgroups and processes, by the kernel's accounting, next to a C program that
 * reads the same files and does nothing with them, in the same run.
 *
 *     node --conditions=@fgm/source bench/macro/recorder-cost.ts [VARIANT] [--containers 100] [--processes 5] [--active 0]
 *          [--touch BYTES] [--seconds 95] [--warm-up 8] [FLAGS OF fgm monitor after --]
 *
 * Variants: `idle` (100 containers of 5 processes, no page walks), `active` (the same, one process in five works each second),
 * `rollup` (20 containers of 5 processes of 16 MiB that all work, smaps_rollup within the default budget).
 */
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Load } from '../harness/load.ts';
import { msPerRound, readByC, type ReaderCost } from '../harness/reader.ts';
import { MeasuredRecorder } from '../harness/recorder.ts';
import { countRecorded } from '../harness/recording.ts';
import { report, type Figure } from '../harness/report.ts';
import { scratchDirectory } from '../harness/scratch.ts';
import { mean, megabytes, median, quantile, short } from '../harness/statistics.ts';

const VARIANTS = {
  idle: { containers: 100, processes: 5, active: 0, touch: 65_536, flags: ['--memory', 'off'] },
  active: { containers: 100, processes: 5, active: 1, touch: 65_536, flags: ['--memory', 'off'] },
  rollup: { containers: 20, processes: 5, active: 4, touch: 16 * 2 ** 20, flags: ['--memory', 'rollup'] },
} as const;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    containers: { type: 'string' },
    processes: { type: 'string' },
    active: { type: 'string' },
    touch: { type: 'string' },
    seconds: { type: 'string', default: '95' },
    'warm-up': { type: 'string', default: '8' },
  },
});
const variant = (positionals[0] ?? 'idle') as keyof typeof VARIANTS;
if (!(variant in VARIANTS)) throw new Error(`variants: ${Object.keys(VARIANTS).join(', ')}; found ${variant}`);
const settings = VARIANTS[variant];
const shape = {
  containers: Number(values.containers ?? settings.containers),
  processes: Number(values.processes ?? settings.processes),
  active: Number(values.active ?? settings.active),
  touchBytes: Number(values.touch ?? settings.touch),
};
const seconds = Number(values.seconds);
/** Rounds of the C reader back to back, and once a second as the recorder reads. */
const READER_ROUNDS = 20;
const READER_SECONDS = 10;

/** Files that a process has and a recorder of everything reads each second. */
const PROCESS_FILES = ['stat', 'statm', 'status', 'schedstat', 'io'];

/** CPU milliseconds of each second of the window. */
async function measureSeconds(recorder: MeasuredRecorder): Promise<number[]> {
  const used: number[] = [];
  let before = recorder.cpuUsec();
  const start = performance.now();
  for (let second = 1; second <= seconds; second++) {
    await pause(start + second * 1000 - performance.now());
    const now = recorder.cpuUsec();
    used.push((now - before) / 1000);
    before = now;
  }
  return used;
}

/** The cgroup files the recorder has open, and every file of every process. */
function sameFiles(recorder: MeasuredRecorder, load: Load): string[] {
  const walks = settings.flags[1] === 'rollup' ? ['smaps_rollup'] : [];
  const ofProcesses = load.pids().flatMap((pid) => [...PROCESS_FILES, ...walks].map((file) => `/proc/${pid}/${file}`));
  return [...recorder.openFiles().filter((path) => path.startsWith('/sys/fs/cgroup/')), ...ofProcesses];
}

const directory = scratchDirectory();
const load = await Load.start(shape);
try {
  const recorder = await MeasuredRecorder.start(directory, [
    '--scope',
    'containers',
    ...settings.flags,
    ...positionals.slice(1),
  ]);
  const startCpu = recorder.cpuUsec() / 1000;
  await pause(Number(values['warm-up']) * 1000);
  const used = await measureSeconds(recorder);
  const files = sameFiles(recorder, load);
  const reader = readByC(files, READER_ROUNDS);
  const readerPaced = readByC(files, READER_SECONDS, 1000);
  const descriptors = recorder.openFiles().length;
  const memory = recorder.memory();
  const missed = await recorder.metric('fgm_ticks_total{outcome="missed"}');
  await recorder.stop();
  summarise(recorder.startMs, startCpu, used, reader, readerPaced, descriptors, memory, missed);
} finally {
  load.close();
}

function summarise(
  startMs: number,
  startCpu: number,
  used: readonly number[],
  reader: ReaderCost,
  readerPaced: ReaderCost,
  descriptors: number,
  memory: { peak: number; now: number },
  missed: number,
): void {
  const tables = countRecorded(directory);
  const sum = (pick: (table: (typeof tables)[number]) => number): number =>
    tables.reduce((total, table) => total + pick(table), 0);
  const [bytes, samples] = [sum((table) => table.bytes), sum((table) => table.samples)];
  const round = msPerRound(reader);
  const paced = msPerRound(readerPaced);
  const ticks = tables[0]!.rows / shape.containers;
  // prettier-ignore
  const figures: Figure[] = [
    { name: 'CPU, share of a core', value: `${(mean(used) / 10).toFixed(2)} %`, note: `mean of ${used.length} s, rotations included` },
    { name: 'CPU per second, median', value: `${short(median(used))} ms`, note: `p10 ${short(quantile(used, 0.1))}, p90 ${short(quantile(used, 0.9))}, max ${short(Math.max(...used))}` },
    { name: 'C reader, the same files', value: `${short(round)} ms`, note: `${reader.files} files, ${megabytes(reader.bytes / reader.rounds)} a round` },
    { name: 'C reader, once a second', value: `${short(paced)} ms`, note: `${READER_SECONDS} rounds beside the recorder` },
    { name: 'recorder : C reader', value: short(mean(used) / paced), note: `once a second; median second ${short(median(used) / paced)}; against back to back ${short(mean(used) / round)}` },
    { name: 'peak RSS', value: megabytes(memory.peak), note: `at the end ${megabytes(memory.now)}` },
    { name: 'open descriptors', value: `${descriptors}` },
    { name: 'start', value: `${short(startMs)} ms`, note: `CPU ${short(startCpu)} ms` },
    { name: 'rows', value: short(sum((table) => table.rows)), note: tables.map(({ table, rows }) => `${table} ${rows}`).join(', ') },
    { name: 'samples', value: short(samples) },
    { name: 'bytes per sample', value: short(bytes / samples), note: megabytes(bytes) },
    { name: 'CPU per sample', value: `${short((mean(used) * 1e6) / (samples / ticks))} ns` },
    { name: 'ticks missed', value: `${missed}` },
  ];
  report(`recorder-cost-${variant}`, figures, {
    shape,
    seconds,
    flags: settings.flags,
    used,
    reader,
    readerPaced,
    tables,
  });
}
