/**
 * Resident memory over many rotations: how it grows with each of them, once caches and heaps have found their size, and the most
 * there ever was. The load is what the aims name: 100 containers and 500 processes, of which every tenth works.
 *
 *     node --conditions=@fgm/source bench/macro/rss.ts [--containers 100] [--processes 5] [--rotations 40] [--rotation 5]
 *          [FLAGS OF fgm monitor after --]
 */
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { trendOf, type Point } from '@fgm/testkit';
import { byEffort } from '../harness/effort.ts';
import { measured, type Figure } from '../harness/figure.ts';
import { Load } from '../harness/load.ts';
import { MachineLoad } from '../harness/machine-load.ts';
import { MeasuredRecorder } from '../harness/recorder.ts';
import { parquetFiles } from '../harness/recording.ts';
import { report } from '../harness/report.ts';
import { scratchDirectory } from '../harness/scratch.ts';
import { median, megabytes, short } from '../harness/statistics.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    containers: { type: 'string', default: byEffort({ full: '100', quick: '100', smoke: '4' }) },
    processes: { type: 'string', default: '5' },
    rotations: { type: 'string', default: byEffort({ full: '60', quick: '20', smoke: '8' }) },
    rotation: { type: 'string', default: byEffort({ full: '5', quick: '3', smoke: '1' }) },
  },
});
const [rotations, rotation] = [Number(values.rotations), Number(values.rotation)];
const FLAGS = ['--scope', 'containers', '--rotation', `${rotation}s`, ...positionals];
const MIB = 2 ** 20;
const AIM_MIB = 128;

interface Held {
  readonly rotations: number;
  readonly rssBytes: number;
  readonly heapBytes: number;
  readonly descriptors: number;
}

/** One look a rotation. */
async function watch(recorder: MeasuredRecorder): Promise<Held[]> {
  const held: Held[] = [];
  for (let left = rotations; left > 0; left--) {
    await pause(rotation * 1000);
    held.push({
      rotations: parquetFiles(recorder.directory, 'containers').length,
      rssBytes: recorder.memory().now,
      heapBytes: await recorder.metric('nodejs_heap_size_used_bytes'),
      descriptors: recorder.openFiles().length,
    });
  }
  return held;
}

/** Over the second half. */
function growth(name: string, unit: string, held: readonly Held[], pick: (one: Held) => number): Figure {
  const late = held.slice(Math.floor(held.length / 2));
  const points = late.map((one): Point => [one.rotations, pick(one)]);
  const { slope, low, high } = trendOf(points);
  const range = `${short(low)} to ${short(high)} in 19 of 20 cases`;
  return measured(name, unit, [slope], {
    note: `a rotation, over ${points.length} of them, the second half; ${range}`,
  });
}

const load = await Load.start({
  containers: Number(values.containers),
  processes: Number(values.processes),
  active: 0,
  touchBytes: 65_536,
});
try {
  for (const [index, pid] of load.pids().entries()) if (index % 10 === 9) process.kill(Number(pid), 'SIGUSR1');
  const recorder = await MeasuredRecorder.start(scratchDirectory(), FLAGS, load.sandbox);
  const machine = new MachineLoad();
  const held = await watch(recorder);
  const peak = recorder.memory().peak / MIB;
  const missed = await recorder.metric('fgm_ticks_total{outcome="missed"}');
  await recorder.stop();
  const rss = held.slice(Math.floor(held.length / 2)).map(({ rssBytes }) => rssBytes / MIB);
  const figures: Figure[] = [
    measured('peak RSS', 'MiB', [peak], {
      reference: { name: `${AIM_MIB} MiB`, ratio: peak / AIM_MIB, aim: 1 },
      note: `over ${held.at(-1)!.rotations} rotations of ${rotation} s; shared pages of Node.js included`,
    }),
    measured('RSS, once a rotation', 'MiB', rss, {
      note: `second half; at first ${megabytes(held[0]!.rssBytes)}; ${missed} ticks missed; ${machine.describe()}`,
    }),
    growth('RSS, growth', 'KiB', held, ({ rssBytes }) => rssBytes / 1024),
    growth('main heap, growth', 'KiB', held, ({ heapBytes }) => heapBytes / 1024),
    growth('descriptors, growth', '', held, ({ descriptors }) => descriptors),
    { name: 'descriptors', value: short(median(held.map(({ descriptors }) => descriptors))) },
  ];
  report('rss', figures, { flags: FLAGS, rotations, rotation, held });
} finally {
  load.close();
}
