/**
 * How soon a viewer is ready and how fast it answers: each question by a process that has just been started, so that it knows no
 * file yet, as a request over HTTP from its start to the last byte. Next to it what the process holds, at rest and at most.
 *
 *     node --conditions=@fgm/source bench/macro/viewer.ts [--containers 100] [--hours 24] [--files 11000] [--days 7] [--runs 7]
 *
 * The data: 90 ticks of figures of this machine, repeated with later times, in windows of 90 s as the recorder closes them; all but
 * those of the last hour are consolidated, as a recorder does it. The question of days is asked of a recording of its own, with
 * few containers: a viewer reads no rows of others.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { linkSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { fileName, INDEX_FILE, partition } from '@fgm/store';
import { byEffort } from '../harness/effort.ts';
import { measured, type Figure } from '../harness/figure.ts';
import { MachineLoad } from '../harness/machine-load.ts';
import { recordProc } from '../harness/proc-recording.ts';
import { HOUR_MS, recordHours } from '../harness/recorded-hours.ts';
import { report } from '../harness/report.ts';
import { scratchDirectory } from '../harness/scratch.ts';
import { quantile, short } from '../harness/statistics.ts';

const { values } = parseArgs({
  options: {
    containers: { type: 'string', default: byEffort({ full: '100', quick: '100', smoke: '3' }) },
    hours: { type: 'string', default: byEffort({ full: '24', quick: '3', smoke: '1' }) },
    days: { type: 'string', default: byEffort({ full: '7', quick: '1', smoke: '1' }) },
    files: { type: 'string', default: byEffort({ full: '11000', quick: '11000', smoke: '50' }) },
    runs: { type: 'string', default: byEffort({ full: '7', quick: '5', smoke: '1' }) },
  },
});
const containers = Number(values.containers);
const hours = Number(values.hours);
const runs = Number(values.runs);
const days = Number(values.days);
const CONTAINERS_OF_DAYS = byEffort({ full: 5, quick: 5, smoke: 1 });
const HOURS_OF_DAYS = byEffort({ full: days * 24, quick: days * 24, smoke: 2 });
const MIB = 2 ** 20;
const COMMAND = fileURLToPath(new URL('../../packages/cli/bin/fgm.js', import.meta.url));

interface Viewer {
  readonly url: string;
  readonly child: ChildProcess;
  readonly readyMs: number;
}

async function start(directory: string): Promise<Viewer> {
  const begin = performance.now();
  const child = spawn(COMMAND, ['view', directory, '--listen', '127.0.0.1:0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const url = line.toString().trim();
  await (await fetch(`${url}/api/v1/instance`)).text();
  return { url, child, readyMs: performance.now() - begin };
}

async function stop({ child }: Viewer): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

/** Resident memory of a process, in bytes: now, and at most. */
function memoryOf({ child }: Viewer): { readonly now: number; readonly peak: number } {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  const kilobytes = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)![1]);
  return { now: kilobytes('VmRSS') * 1024, peak: kilobytes('VmHWM') * 1024 };
}

interface Question {
  readonly name: string;
  readonly path: (end: number, container: string) => string;
  /** Milliseconds. */
  readonly aim: number;
}

const range = (end: number, length: number): string => `from=${end - length}&to=${end}`;

const oneContainer = (name: string, length: number): Question => ({
  name: `${name}, one metric of one container`,
  path: (end, container) =>
    `timeseries?metrics=memory_current_bytes&containers=${container}&${range(end, length * HOUR_MS)}&points=1000`,
  aim: 500,
});

const QUESTIONS: readonly Question[] = [
  {
    name: '1 h, one metric of all containers',
    path: (end) => `timeseries?metrics=memory_current_bytes&${range(end, HOUR_MS)}&points=1000`,
    aim: 150,
  },
  {
    name: `${hours} h, the ten with the most`,
    path: (end) => `containers?top=memory_current_bytes&limit=10&${range(end, hours * HOUR_MS)}`,
    aim: 1_000,
  },
  oneContainer(`${hours} h`, hours),
  { name: '1 h, what happened', path: (end) => `events?${range(end, HOUR_MS)}`, aim: 150 },
];

async function ask(viewer: Viewer, path: string): Promise<number> {
  const begin = performance.now();
  const answer = await fetch(`${viewer.url}/api/v1/${path}`);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path}: ${text}`);
  return performance.now() - begin;
}

interface Held {
  /** Bytes of resident memory, of each process that was asked. */
  readonly atRest: number[];
  readonly peaks: number[];
}

async function measure(directory: string, end: number, questions: readonly Question[], held: Held): Promise<Figure[]> {
  const first = await start(directory);
  const listed = (await (await fetch(`${first.url}/api/v1/containers`)).json()) as { containers: { key: string }[] };
  const container = listed.containers[0]!.key;
  await stop(first);
  const figures: Figure[] = [];
  for (const { name, path, aim } of questions) {
    const cold: number[] = [];
    const again: number[] = [];
    for (let run = 0; run < runs; run++) {
      const viewer = await start(directory);
      held.atRest.push(memoryOf(viewer).now);
      cold.push(await ask(viewer, path(end, container)));
      again.push(await ask(viewer, path(end, container)));
      held.peaks.push(memoryOf(viewer).peak);
      await stop(viewer);
    }
    const slowest = quantile(cold, 0.95);
    figures.push(
      measured(name, 'ms', cold, {
        reference: { name: `${aim} ms`, ratio: slowest / aim, aim: 1 },
        note: `of 20, 19 in ${short(slowest)} ms`,
      }),
      measured(`${name}: asked again`, 'ms', again),
    );
  }
  return figures;
}

function memory(name: string, bytes: readonly number[], aim: number): Figure {
  const sizes = bytes.map((each) => each / MIB);
  return measured(name, 'MiB', sizes, { reference: { name: `${aim} MiB`, ratio: Math.max(...sizes) / aim, aim: 1 } });
}

/** As many files as a week of windows has, most of which nobody asks for. */
function makeMany(from: string, into: string, end: number): void {
  const [file] = readdirSync(from, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\/containers-\d/.test(name))
    .toSorted()
    .slice(-1);
  const many = Number(values.files);
  for (let number = 0; number < many; number++) {
    const time = end - (number + 1) * ((7 * 24 * HOUR_MS) / many);
    const day = partition(into, time, 'bench');
    mkdirSync(day, { recursive: true });
    linkSync(join(from, file!), join(day, fileName('containers', Math.floor(time / 1000) * 1000)));
  }
  linkSync(join(from, INDEX_FILE), join(into, INDEX_FILE));
}

/** A viewer that has to find out which containers there are. */
async function indexingOf(directory: string) {
  const found = {
    readyMs: [] as number[],
    wholeMs: [] as number[],
    meanwhileMs: [] as number[],
    peaks: [] as number[],
  };
  for (let run = 0; run < Math.min(runs, 3); run++) {
    const viewer = await start(directory);
    found.readyMs.push(viewer.readyMs);
    const begin = performance.now();
    for (let isWhole = false; !isWhole;) {
      const asked = performance.now();
      const answer = await fetch(`${viewer.url}/api/v1/instance`);
      isWhole = ((await answer.json()) as { indexing: object | null }).indexing === null;
      found.meanwhileMs.push(performance.now() - asked);
      await setTimeout(200);
    }
    found.wholeMs.push(performance.now() - begin);
    found.peaks.push(memoryOf(viewer).peak);
    await stop(viewer);
  }
  return found;
}

const scratch = scratchDirectory();
const directory = join(scratch, 'data');
const week = join(scratch, 'week');
const machine = new MachineLoad();
const recording = await recordProc(90, 50);
const end = await recordHours(directory, recording, { containers, hours });
const weekEnd = await recordHours(week, recording, { containers: CONTAINERS_OF_DAYS, hours: HOURS_OF_DAYS });
const held: Held = { atRest: [], peaks: [] };
const figures = [
  ...(await measure(directory, end, QUESTIONS, held)),
  ...(await measure(week, weekEnd, [oneContainer(`${days} days`, HOURS_OF_DAYS)], held)),
  memory('RSS at rest', held.atRest, 96),
  memory('RSS, peak', held.peaks, 192),
];
const crowd = join(scratch, 'crowd');
makeMany(directory, crowd, end);
const ready: number[] = [];
for (let run = 0; run < runs; run++) {
  const viewer = await start(crowd);
  ready.push(viewer.readyMs);
  await stop(viewer);
}
const crowdFiles = short(Number(values.files));
figures.push(
  measured(`ready, with ${crowdFiles} files`, 'ms', ready, {
    reference: { name: '300 ms', ratio: quantile(ready, 0.5) / 300, aim: 1 },
    note: `from the start of the process until it has answered who recorded; ${machine.describe()}`,
  }),
);
rmSync(join(crowd, INDEX_FILE));
const withoutIndex = await indexingOf(crowd);
figures.push(
  measured(`ready, with ${crowdFiles} files and no index.json`, 'ms', withoutIndex.readyMs, {
    reference: { name: '300 ms', ratio: quantile(withoutIndex.readyMs, 0.5) / 300, aim: 1 },
    note: `all containers are known ${short(quantile(withoutIndex.wholeMs, 0.5) / 1000)} s later; meanwhile it answers who recorded in ${short(quantile(withoutIndex.meanwhileMs, 0.5))} ms, 19 of 20 times in ${short(quantile(withoutIndex.meanwhileMs, 0.95))}`,
  }),
  memory('RSS, when it has read all of them', withoutIndex.peaks, 192),
);
report('viewer', figures, { containers, hours, days, files: Number(values.files) });
