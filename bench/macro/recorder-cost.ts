/**
 * What the recorder costs while it records real cgroups and processes, by the kernel's accounting, next to a C program that
 * reads the same files and does nothing with them, in the same run.
 *
 *     node --conditions=@fgm/source bench/macro/recorder-cost.ts [VARIANT] [--containers 100] [--processes 5] [--active 0]
 *          [--touch BYTES] [--seconds 180] [--warm-up 105] [FLAGS OF fgm monitor after --]
 *
 * It warms up for longer than the first window: code that closes a window is compiled when it runs first, and a recorder runs for weeks.
 * What the time until then costs is a figure of its own.
 *
 * Variants: `idle` (100 containers of 5 processes, no page walks), `active` (the same, one process in five works each second),
 * `rollup` (20 containers of 5 processes of 16 MiB that all work, smaps_rollup within the default budget).
 */
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { byEffort } from '../harness/effort.ts';
import { measured, type Figure } from '../harness/figure.ts';
import { Load } from '../harness/load.ts';
import { MachineLoad } from '../harness/machine-load.ts';
import { msPerRound, readByC, type ReaderCost } from '../harness/reader.ts';
import { MeasuredRecorder } from '../harness/recorder.ts';
import { countRecorded } from '../harness/recording.ts';
import { report } from '../harness/report.ts';
import { scratchDirectory } from '../harness/scratch.ts';
import { mean, median, megabytes, short } from '../harness/statistics.ts';
import { cpuBySecond } from '../harness/used-cpu.ts';

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
    seconds: { type: 'string', default: byEffort({ full: '180', quick: '30', smoke: '2' }) },
    'warm-up': { type: 'string', default: byEffort({ full: '105', quick: '10', smoke: '1' }) },
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
const READER_SECONDS = byEffort({ full: 10, quick: 10, smoke: 1 });
const MIB = 2 ** 20;
/** What recording containers at rest may cost. */
const AIM_PERCENT = 1;

/** Files that a process has and a recorder of everything reads each second. */
const PROCESS_FILES = ['stat', 'statm', 'status', 'schedstat', 'io'];

/** The cgroup files the recorder has open, and every file of every process. */
function sameFiles(recorder: MeasuredRecorder, load: Load): string[] {
  const walks = settings.flags[1] === 'rollup' ? ['smaps_rollup'] : [];
  const ofProcesses = load.pids().flatMap((pid) => [...PROCESS_FILES, ...walks].map((file) => `/proc/${pid}/${file}`));
  return [...recorder.cgroupFiles(), ...ofProcesses];
}

const directory = scratchDirectory();
const load = await Load.start(shape);
try {
  const flags = ['--scope', 'containers', ...settings.flags, ...positionals.slice(1)];
  const recorder = await MeasuredRecorder.start(directory, flags, load.sandbox);
  const startCpu = recorder.cpuUsec() / 1000;
  const warmUp = Number(values['warm-up']);
  await pause(warmUp * 1000);
  const warmUpShare = (recorder.cpuUsec() / 1000 - startCpu) / warmUp / 10;
  const machine = new MachineLoad();
  const [used] = (await cpuBySecond([recorder], seconds)) as [number[]];
  const around = machine.describe();
  const files = sameFiles(recorder, load);
  const reader = readByC(files, READER_ROUNDS);
  const readerPaced = readByC(files, READER_SECONDS, 1000);
  const held = { descriptors: recorder.openFiles().length, memory: recorder.memory() };
  const missed = await recorder.metric('fgm_ticks_total{outcome="missed"}');
  await recorder.stop();
  const figures = figuresOf({ recorder, startCpu, warmUpShare, used, around, reader, readerPaced, held, missed });
  const tables = countRecorded(directory);
  report(`recorder-cost-${variant}`, figures, { shape, seconds, flags, used, reader, readerPaced, tables });
} finally {
  load.close();
}

interface Run {
  readonly recorder: MeasuredRecorder;
  readonly startCpu: number;
  /** CPU from the start to the end of the warm-up, in percent of a core. */
  readonly warmUpShare: number;
  /** CPU milliseconds of each second. */
  readonly used: readonly number[];
  readonly around: string;
  readonly reader: ReaderCost;
  readonly readerPaced: ReaderCost;
  readonly held: { readonly descriptors: number; readonly memory: ReturnType<MeasuredRecorder['memory']> };
  readonly missed: number;
}

function figuresOf(run: Run): Figure[] {
  const { recorder, startCpu, warmUpShare, used, around, reader, readerPaced, held, missed } = run;
  const paced = msPerRound(readerPaced);
  const share = mean(used) / 10;
  return [
    measured('CPU, mean', '% of a core', [share], {
      reference: variant === 'idle' ? { name: `${AIM_PERCENT} %`, ratio: share / AIM_PERCENT, aim: 1 } : undefined,
      note: `of ${used.length} s, rotations included; ${missed} ticks missed; ${around}`,
    }),
    measured('CPU, mean while it warms up', '% of a core', [warmUpShare], {
      note: `${values['warm-up']} s, the first window and its closing included`,
    }),
    measured('CPU, each second', 'ms', used, {
      reference: { name: 'C reader once a second', ratio: median(used) / paced },
      note: `the C reader takes ${short(paced)} ms for the same ${reader.files} files, ${short(msPerRound(reader))} ms back to back`,
    }),
    measured('peak RSS', 'MiB', [held.memory.peak / MIB], { note: `at the end ${megabytes(held.memory.now)}` }),
    measured('descriptors', '', [held.descriptors]),
    measured('start', 'ms', [recorder.startMs], { note: `until it says that it records; CPU ${short(startCpu)} ms` }),
    ...recordedFigures(used),
  ];
}

function recordedFigures(used: readonly number[]): Figure[] {
  const tables = countRecorded(directory);
  const sum = (pick: (table: (typeof tables)[number]) => number): number =>
    tables.reduce((total, table) => total + pick(table), 0);
  const [bytes, samples] = [sum((table) => table.bytes), sum((table) => table.samples)];
  const ticks = tables.find(({ table }) => table === 'node')!.rows;
  const rows = tables.filter((table) => table.rows > 0).map((table) => `${table.table} ${short(table.rows)}`);
  return [
    measured('CPU a sample', 'ns', [(mean(used) * 1e6) / (samples / ticks)], {
      note: `${short(samples)} samples in ${ticks} ticks; rows: ${rows.join(', ')}`,
    }),
    measured('bytes a sample', 'bytes', [bytes / samples], {
      note: `${megabytes(bytes)}, with the footers of short windows`,
    }),
  ];
}
