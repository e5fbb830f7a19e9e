/**
 * What a sample costs the recorder and whoever else is installed that reads processes: side by side, of the same processes, in the
 * same seconds, once a second each, all processes of each program counted by the kernel's accounting. A sample is a value that a
 * program keeps, counted in its own output. Once without PSS and once with it, for those that can. All of it happens in a pid
 * namespace of its own, so that everybody finds the same processes.
 *
 *     node --conditions=@fgm/source bench/peers/peers.ts [--containers 100] [--processes 5] [--seconds 90] [--arms plain,pss]
 *
 * Nothing is installed by this. Who is not there is named and left out; docs/benchmarks.md says how to get them without installing.
 */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { byEffort } from '../harness/effort.ts';
import { against, measured, type Figure } from '../harness/figure.ts';
import { Load } from '../harness/load.ts';
import { MachineLoad } from '../harness/machine-load.ts';
import { insidePidNamespace } from '../harness/pid-namespace.ts';
import { report } from '../harness/report.ts';
import { scratchDirectory } from '../harness/scratch.ts';
import { mean, megabytes, short } from '../harness/statistics.ts';
import { cpuBySecond } from '../harness/used-cpu.ts';
import { atop } from './atop.ts';
import { ours } from './ours.ts';
import { pcp } from './pcp.ts';
import type { AtWork, Kept, Peer } from './peer.ts';
import { pidstat } from './pidstat.ts';
import { processExporter } from './process-exporter.ts';

insidePidNamespace();
const { values } = parseArgs({
  options: {
    containers: { type: 'string', default: byEffort({ full: '100', quick: '40', smoke: '4' }) },
    processes: { type: 'string', default: '5' },
    seconds: { type: 'string', default: byEffort({ full: '90', quick: '20', smoke: '3' }) },
    arms: { type: 'string', default: byEffort({ full: 'plain,pss', quick: 'plain', smoke: 'plain' }) },
  },
});
const seconds = Number(values.seconds);
/** What is started last has been at work for so long before anything is measured. */
const WARM_UP_MS = byEffort({ full: 30_000, quick: 10_000, smoke: 2000 });

interface Result {
  readonly peer: Peer;
  /** CPU milliseconds of each second. */
  readonly used: readonly number[];
  readonly rssBytes: number;
  readonly kept: Kept;
  /** For how long it was at work. */
  readonly seconds: number;
}

/** Asks, once a second, those that have to be asked, until it is aborted. */
async function askThem(atWork: readonly AtWork[], signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const begin = performance.now();
    await Promise.all(atWork.map((one) => one.ask()));
    await pause(Math.max(0, begin + 1000 - performance.now()));
  }
}

/** Starts all of them, measures all of them, stops all of them. */
async function sideBySide(peers: readonly Peer[], directory: string): Promise<Result[]> {
  const atWork: AtWork[] = [];
  const since: number[] = [];
  for (const peer of peers) {
    atWork.push(await peer.start(join(directory, peer.name), seconds));
    since.push(performance.now());
  }
  const asking = new AbortController();
  const asked = askThem(atWork, asking.signal);
  await pause(WARM_UP_MS);
  const used = await cpuBySecond(atWork, seconds);
  const rss = atWork.map((one) => one.rssBytes());
  asking.abort();
  await asked;
  const results: Result[] = [];
  for (const [at, peer] of peers.entries()) {
    const worked = (performance.now() - since[at]!) / 1000;
    results.push({ peer, used: used[at]!, rssBytes: rss[at]!, kept: await atWork[at]!.stop(), seconds: worked });
  }
  return results;
}

/** CPU nanoseconds of a sample, second by second. Who has not kept up has kept fewer in a second. */
function costs({ used, kept, seconds: worked }: Result): number[] {
  return used.map((ms) => (ms * 1e6) / (kept.samples / worked));
}

/** CPU microseconds for each process and second, whatever is kept of it. */
function processCosts({ used, kept }: Result): number[] {
  return used.map((ms) => (ms * 1000) / (kept.processSamples / kept.ticks));
}

function figuresOfOne(arm: string, result: Result, reference: Result, aim?: number): Figure[] {
  const { peer, used, rssBytes, kept, seconds: worked } = result;
  const bytes = kept.bytes === null ? 'keeps nothing' : `${short(kept.bytes / kept.samples)} bytes a sample`;
  const facts = [
    `mean ${short(mean(costs(result)))} ns`,
    `${short(mean(used) / 10)} % of a core`,
    `${short(kept.samples / kept.ticks)} samples at each of ${kept.ticks} instants in ${worked.toFixed(0)} s, ${short(kept.samples / kept.processSamples)} for each of ${short(kept.processSamples / kept.ticks)} processes`,
    bytes,
    `RSS ${megabytes(rssBytes)}`,
    `a sample is ${peer.sample}`,
    peer.setting,
  ];
  return [
    measured(`${arm}: ${peer.name}, CPU a sample`, 'ns', costs(result), {
      reference: against(reference.peer.name, costs(result), costs(reference), aim),
      note: facts.join('; '),
    }),
    measured(`${arm}: ${peer.name}, CPU a process`, 'µs', processCosts(result), {
      reference: against(reference.peer.name, processCosts(result), processCosts(reference)),
    }),
  ];
}

function figuresOf(arm: string, results: readonly Result[]): Figure[] {
  const [own, plain, ...others] = results as [Result, Result, ...Result[]];
  for (const { peer, kept } of results)
    if (kept.samples === 0) throw new Error(`${peer.name} kept nothing of ${kept.ticks} seconds`);
  const cheapest = others.toSorted((a, b) => mean(costs(a)) - mean(costs(b)))[0];
  const best = cheapest ?? own;
  return [
    ...figuresOfOne(arm, own, best, 1),
    ...figuresOfOne(arm, plain, best, 1),
    ...others.flatMap((other) => figuresOfOne(arm, other, own)),
  ];
}

async function run(arm: string, directory: string): Promise<Figure[]> {
  const pss = arm === 'pss';
  const load = await Load.start({
    containers: Number(values.containers),
    processes: Number(values.processes),
    active: 1,
    touchBytes: 262_144,
  });
  try {
    const all = [
      ours(pss, load.sandbox),
      ours(pss, load.sandbox, false),
      processExporter(pss),
      atop(pss),
      pcp(pss),
      ...(pss ? [] : [pidstat()]),
    ];
    const machine = new MachineLoad();
    const results = await sideBySide(
      all.filter(({ missing }) => missing === null),
      directory,
    );
    details[arm] = results.map(({ peer, ...rest }) => ({
      name: peer.name,
      setting: peer.setting,
      sample: peer.sample,
      ...rest,
    }));
    const absent = all.filter(({ missing }) => missing !== null);
    const around: Figure = { name: `${arm}: around`, value: machine.describe() };
    return [
      ...figuresOf(arm, results),
      ...absent.map(({ name, missing }): Figure => ({
        name: `${arm}: ${name}`,
        value: 'not found, left out',
        note: `Debian package ${missing}, installed or unpacked in $FGM_BENCH_PEERS`,
      })),
      around,
    ];
  } finally {
    load.close();
  }
}

const details: Record<string, unknown> = { seconds, values };
const directory = scratchDirectory();
const figures: Figure[] = [];
for (const arm of values.arms.split(',')) figures.push(...(await run(arm, join(directory, arm))));
report('peers', figures, details);
