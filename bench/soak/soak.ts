/**
 * Whether the recorder holds more and more the longer it runs: containers come and go, processes are forked, windows are closed,
 * and everything it holds is watched. Ends with 1 when something certainly grows by more than bounds.ts allows, or does not come
 * back once all containers have gone.
 *
 *     npm run soak -- [--minutes 30] [--containers-per-minute 667] [--forks 200] [--out FILE] [FLAGS OF fgm monitor after --]
 *
 * Needs root, cgroups and a C compiler; without one of them it says so and ends with 0.
 */
import { canCompile, whyNoCgroups, type Point } from '@fgm/testkit';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { MeasuredRecorder } from '../harness/recorder.ts';
import { describeMachine, machineLine } from '../harness/machine.ts';
import { scratchDirectory } from '../harness/scratch.ts';
import { short } from '../harness/statistics.ts';
import { boundOf, BOUNDS, judge, type Judgement, SETTLED_AFTER } from './bounds.ts';
import { Churn } from './churn.ts';
import { HOLDINGS, holdingsOf, scrape, type Holding, type Holdings } from './holdings.ts';

// What is cleaned up at exit must be cleaned up when somebody has waited long enough, too.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const OUT = fileURLToPath(new URL('../out/soak.json', import.meta.url));
const OPTIONS = {
  minutes: { type: 'string', default: '30' },
  'containers-per-minute': { type: 'string', default: '667' },
  forks: { type: 'string', default: '200' },
  out: { type: 'string', default: OUT },
} as const;

const { values, positionals } = read();
const minutes = positive('minutes');
const containersPerMinute = positive('containers-per-minute');
const forks = positive('forks');
const whyNot = whyNoCgroups() || (!canCompile() && 'no C compiler on this machine');
if (whyNot !== false) {
  console.log(`no soak: ${whyNot}`);
  process.exit(0);
}

/** Heaps find their size, and what retention keeps is full: after that nothing should grow any more. */
const warmUp = Math.min(SETTLED_AFTER, Math.max(40, minutes * 18));
const RETENTION_AGE = `${Math.round(warmUp * 0.6)}s`;
const SAMPLE_MS = 1000;
/** Milliseconds that the recorder is given to forget what has gone; directories of pods are looked for every 30 s. */
const PATIENCE = 60_000;
const BYTES: ReadonlySet<Holding> = new Set(['rss', 'anonymous', 'heap', 'external', 'wasm', 'disk', 'index']);

function positive(name: 'minutes' | 'containers-per-minute' | 'forks'): number {
  const number = Number(values[name]);
  if (number > 0 && Number.isFinite(number)) return number;
  return refuse(`--${name} is ${values[name]}; wanted a number above 0`);
}

function parse() {
  return parseArgs({ allowPositionals: true, options: OPTIONS });
}

function read(): ReturnType<typeof parse> {
  try {
    return parse();
  } catch (error) {
    const names = Object.keys(OPTIONS).map((name) => `--${name}`);
    return refuse(`${(error as Error).message.split('\n')[0]!.replace(/\.$/, '')}; there are ${names.join(', ')}`);
  }
}

function refuse(message: string): never {
  console.error(`soak: ${message}`);
  process.exit(2);
}

interface Sample {
  /** Seconds since the churn began. */
  readonly at: number;
  readonly held: Holdings;
}

async function watch(recorder: MeasuredRecorder, seconds: number): Promise<Sample[]> {
  const samples: Sample[] = [];
  const start = performance.now();
  for (let due = start + SAMPLE_MS; due < start + seconds * 1000; due += SAMPLE_MS) {
    await pause(Math.max(0, due - performance.now()));
    churn.check();
    samples.push({ at: (performance.now() - start) / 1000, held: await holdingsOf(recorder) });
  }
  return samples;
}

/** What is still held when all has gone and the recorder has had time to see it. */
async function leftBy(recorder: MeasuredRecorder, before: Holdings): Promise<Holdings> {
  let held = await holdingsOf(recorder);
  const giveUp = performance.now() + PATIENCE;
  while (performance.now() < giveUp && HOLDINGS.some((name) => held[name] - before[name] > BOUNDS[name].left)) {
    await pause(SAMPLE_MS);
    held = await holdingsOf(recorder);
  }
  return held;
}

function shown(name: Holding, value: number): string {
  return BYTES.has(name) ? `${short(value / 2 ** 20)} MiB` : short(value);
}

interface Row {
  readonly name: Holding;
  readonly median: number;
  readonly before: number;
  readonly after: number;
  readonly judgement: Judgement;
  readonly stays: boolean;
}

function rowsOf(samples: readonly Sample[], before: Holdings, after: Holdings): Row[] {
  const steady = samples.filter(({ at }) => at >= warmUp);
  return HOLDINGS.map((name) => {
    const points = steady.map(({ at, held }): Point => [at / 3600, held[name]]);
    const sorted = points.map(([, value]) => value).sort((a, b) => a - b);
    return {
      name,
      median: sorted[sorted.length >> 1]!,
      before: before[name],
      after: after[name],
      judgement: judge(points, boundOf(name, warmUp)),
      stays: after[name] - before[name] > BOUNDS[name].left,
    };
  });
}

function printRows(rows: readonly Row[]): void {
  const table = rows.map(({ name, median, before, after, judgement: { trend, leaks }, stays }) => [
    name,
    ...[before, median, after].map((value) => shown(name, value)),
    shown(name, trend.slope),
    `${shown(name, trend.low)} … ${shown(name, trend.high)}`,
    shown(name, BOUNDS[name].perHour),
    leaks ? 'GROWS' : stays ? 'STAYS' : 'ok',
  ]);
  const head = ['', 'before', 'median', 'after', 'an hour', '95 %', 'bound', ''];
  const widths = head.map((_, column) => Math.max(...[head, ...table].map((line) => line[column]!.length)));
  for (const line of [head, ...table]) {
    const cells = line.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!)));
    console.log(`  ${cells.join('  ')}`.trimEnd());
  }
}

const directory = scratchDirectory();
const churn = new Churn(directory);
const roots = ['--cgroup-root', churn.cgroupRoot, '--host-root', churn.hostRoot];
const flags = ['--scope', 'containers', '--rotation', '5s', '--retention-age', RETENTION_AGE, ...roots];
let recorder: MeasuredRecorder | null = null;
try {
  recorder = await MeasuredRecorder.start(join(directory, 'data'), [...flags, ...positionals]);
  await pause(5000);
  const before = await holdingsOf(recorder);
  const cpuBefore = recorder.cpuUsec();
  const seconds = minutes * 60;
  const containersPerSecond = containersPerMinute / 60;
  churn.start({ seconds, containersPerSecond, forksPerSecond: forks, shortestMs: 20, longestMs: 4000 });
  const samples = await watch(recorder, seconds);
  await churn.end();
  const cpu = (recorder.cpuUsec() - cpuBefore) / 1e6 / seconds;
  const after = await leftBy(recorder, before);
  const metrics = await scrape(recorder);
  const dropped = metrics('fgm_ring_overruns_total');
  const missed = metrics('fgm_ticks_total{outcome="missed"}');
  await recorder.stop();

  const rows = rowsOf(samples, before, after);
  const failed = rows.filter(({ judgement, stays }) => judgement.leaks || stays).map(({ name }) => name as string);
  if (dropped > 0) failed.push('ring drops');
  const machine = describeMachine();
  console.log(
    `\nsoak: ${short(minutes)} min, ${churn.gone} containers, ${churn.forked} forks; judged from ${warmUp} s on`,
  );
  console.log(machineLine(machine));
  printRows(rows);
  console.log(`  CPU ${short(cpu * 100)} % of a core, ${dropped} slots dropped by rings, ${missed} ticks missed`);
  console.log(failed.length === 0 ? 'nothing grows' : `failed: ${failed.join(', ')}`);
  const { gone, forked } = churn;
  const report = {
    at: new Date(),
    machine,
    minutes,
    warmUp,
    gone,
    forked,
    cpu,
    dropped,
    missed,
    rows,
    failed,
    samples,
  };
  mkdirSync(dirname(values.out), { recursive: true });
  writeFileSync(values.out, `${JSON.stringify(report)}\n`);
  process.exitCode = failed.length === 0 ? 0 : 1;
} finally {
  if (process.exitCode === undefined) await recorder?.kill();
  churn.close();
}
