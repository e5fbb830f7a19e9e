/**
 * How the cost of a tick grows with what there is to sample: the whole recorder's CPU by the kernel's accounting with 10 to 5,000
 * real processes, five to a container, and once with all of them in one container. First all rest, then one in ten works each
 * second. Everything by default but for page walks, which are off.
 *
 *     node --conditions=@fgm/source bench/macro/scale.ts [--processes 10,100,500,1000,2000,5000] [--in-one 1000] [--seconds 30]
 *          [--descriptors 1048576] [FLAGS OF fgm monitor after --]
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { byEffort } from '../harness/effort.ts';
import { eventually } from '../harness/eventually.ts';
import { measured, type Figure } from '../harness/figure.ts';
import { Load } from '../harness/load.ts';
import { MachineLoad } from '../harness/machine-load.ts';
import { MeasuredRecorder } from '../harness/recorder.ts';
import { report } from '../harness/report.ts';
import { scratchDirectory } from '../harness/scratch.ts';
import { mean, megabytes, median, short, slope } from '../harness/statistics.ts';
import { cpuBySecond } from '../harness/used-cpu.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    processes: {
      type: 'string',
      default: byEffort({ full: '10,100,500,1000,2000,5000', quick: '10,100,1000,3000', smoke: '10,20' }),
    },
    'in-one': { type: 'string', default: byEffort({ full: '1000', quick: '1000', smoke: '20' }) },
    seconds: { type: 'string', default: byEffort({ full: '30', quick: '10', smoke: '2' }) },
    // What containerd gives a container. A recorder that may open fewer files than there are opens some anew each time.
    descriptors: { type: 'string', default: '1048576' },
  },
});
const seconds = Number(values.seconds);
/** New entities are read in full for a while, and names are looked for. */
const SETTLE_MS = byEffort({ full: 15_000, quick: 8_000, smoke: 500 });
const PER_CONTAINER = 5;
/** Below this the recorder's own life costs more than what it samples. */
const FIT_FROM = 100;
const ROTATION = `${Math.max(5, seconds)}s`;
const FLAGS = ['--scope', 'containers', '--memory', 'off', '--rotation', ROTATION, ...positionals];

interface Arm {
  /** CPU milliseconds of each second. */
  readonly used: readonly number[];
  readonly machine: string;
}

interface Step {
  /** As the recorder counts them. */
  readonly processes: number;
  readonly containers: number;
  readonly arms: { readonly idle: Arm; readonly active: Arm };
  readonly rssBytes: number;
  readonly descriptors: number;
  readonly missed: number;
}

async function measure(recorder: MeasuredRecorder): Promise<Arm> {
  const machine = new MachineLoad();
  const [used] = (await cpuBySecond([recorder], seconds)) as [number[]];
  return { used, machine: machine.describe() };
}

async function step(directory: string, containers: number, perContainer: number): Promise<Step> {
  const load = await Load.start({ containers, processes: perContainer, active: 0, touchBytes: 16_384 });
  try {
    const recorder = await MeasuredRecorder.start(directory, FLAGS, load.sandbox);
    const ours = containers * perContainer;
    const processes = (): Promise<number> => recorder.metric('fgm_entities{kind="process"}');
    await eventually(`${ours} processes recorded`, async () => (await processes()) >= ours, { everyMs: 1000 });
    await pause(SETTLE_MS);
    const idle = await measure(recorder);
    wakeOneInTen(load);
    await pause(2000);
    const active = await measure(recorder);
    const result = {
      processes: await processes(),
      containers: await recorder.metric('fgm_entities{kind="container"}'),
      arms: { idle, active },
      rssBytes: recorder.memory().peak,
      descriptors: recorder.openFiles().length,
      missed: await recorder.metric('fgm_ticks_total{outcome="missed"}'),
    };
    await recorder.stop();
    return result;
  } finally {
    load.close();
  }
}

function wakeOneInTen(load: Load): void {
  for (const [index, pid] of load.pids().entries()) if (index % 10 === 9) process.kill(Number(pid), 'SIGUSR1');
}

function figuresOf(one: Step): Figure[] {
  const name = `${short(one.processes)} processes in ${short(one.containers)} containers`;
  return (['idle', 'active'] as const).map((arm) => {
    const { used, machine } = one.arms[arm];
    const each = `${short((median(used) * 1000) / one.processes)} µs a process`;
    const whole = `mean ${short(mean(used) / 10)} % of a core with rotation`;
    const held = `peak RSS ${megabytes(one.rssBytes)}, ${short(one.descriptors)} descriptors, ${one.missed} ticks missed`;
    return measured(`${name}, ${arm}`, 'ms', used, { note: [each, whole, held, machine].join('; ') });
  });
}

/** The power of the number of processes with which the cost grows: 1 is linear, and what costs the same without any makes it less. */
function exponent(steps: readonly Step[], arm: 'idle' | 'active'): number {
  return slope(steps.map(({ processes, arms }) => [Math.log(processes), Math.log(median(arms[arm].used))]));
}

function growth(steps: readonly Step[]): Figure[] {
  const large = steps.filter(({ processes }) => processes >= FIT_FROM);
  if (large.length < 2) return [];
  return (['idle', 'active'] as const).flatMap((arm) => {
    const cost = (one: Step): number => median(one.arms[arm].used);
    const each = slope(large.map((one) => [one.processes, cost(one) * 1000]));
    const [first, last] = [large[0]!, large.at(-1)!];
    return [
      measured(`${arm}: exponent of growth`, '', [exponent(large, arm)], {
        reference: { name: 'linear', ratio: exponent(large, arm), aim: 1 },
        note: `${short(first.processes)} to ${short(last.processes)} processes; 1 is linear; the last two sizes alone ${short(exponent(large.slice(-2), arm))}`,
      }),
      measured(`${arm}: each further process`, 'µs', [each], {
        note: `a second, least squares; at ${short(first.processes)} a process costs ${short((cost(first) * 1000) / first.processes)} µs in all, at ${short(last.processes)} ${short((cost(last) * 1000) / last.processes)}`,
      }),
    ];
  });
}

/** How many files the recorder may have open here: as many as are wanted, or where that is not allowed as many as we may. */
function descriptorLimit(): number {
  const own = (...flags: string[]): string =>
    execFileSync('prlimit', ['--pid', `${process.pid}`, ...flags], { encoding: 'utf8', stdio: 'pipe' });
  const allowed = Number(own('--nofile', '--noheadings', '--output=HARD'));
  if (allowed >= Number(values.descriptors)) return allowed;
  try {
    own(`--nofile=${values.descriptors}:${values.descriptors}`);
    return Number(values.descriptors);
  } catch {
    console.log(
      `descriptors: ${values.descriptors} wanted, ${allowed} allowed: what needs more is opened anew at each read`,
    );
    return allowed;
  }
}

const descriptors = descriptorLimit();
const directory = scratchDirectory();
const steps: Step[] = [];
for (const count of values.processes.split(',').map(Number))
  steps.push(await step(join(directory, `${count}`), count / PER_CONTAINER, PER_CONTAINER));
const inOne = await step(join(directory, 'one'), 1, Number(values['in-one']));
report('scale', [...[...steps, inOne].flatMap(figuresOf), ...growth(steps)], {
  seconds,
  flags: FLAGS,
  descriptors,
  steps,
  inOne,
});
