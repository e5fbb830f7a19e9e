/**
 * Containers that come and go while the recorder runs: whether descriptors, heap and resident memory come back, or grow with
 * every container that ever was.
 *
 *     node --conditions=@fgm/source bench/macro/churn.ts [--containers 5000] [--alive 50] [--life 2] [FLAGS OF fgm monitor after --]
 */
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Load } from '../harness/load.ts';
import { MeasuredRecorder } from '../harness/recorder.ts';
import { report, type Figure } from '../harness/report.ts';
import { scratchDirectory } from '../harness/scratch.ts';
import { megabytes, short, slope } from '../harness/statistics.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    containers: { type: 'string', default: '5000' },
    alive: { type: 'string', default: '50' },
    life: { type: 'string', default: '2' },
  },
});
const [total, alive, life] = [Number(values.containers), Number(values.alive), Number(values.life)];
const SHAPE = { processes: 1, active: 0, touchBytes: 0 };

/** What the recorder holds after so many containers have gone, with the same number alive. */
interface Holding {
  readonly gone: number;
  readonly descriptors: number;
  readonly rssBytes: number;
  readonly heapBytes: number;
  readonly entities: number;
}

async function holding(recorder: MeasuredRecorder, gone: number): Promise<Holding> {
  return {
    gone,
    descriptors: recorder.openFiles().length,
    rssBytes: recorder.memory().now,
    heapBytes: await recorder.metric('nodejs_heap_size_used_bytes'),
    entities: await recorder.metric('fgm_entities'),
  };
}

/** Replaces all containers again and again, each time after they have lived for `life` seconds. */
async function churn(load: Load, recorder: MeasuredRecorder): Promise<Holding[]> {
  const held: Holding[] = [];
  for (let gone = 0; gone < total; gone += alive) {
    for (let count = 0; count < alive; count++) await load.add(SHAPE);
    await pause(life * 1000);
    held.push(await holding(recorder, gone));
    for (const container of load.containers) await load.remove(container);
  }
  await pause(3000);
  held.push(await holding(recorder, total));
  return held;
}

/** Growth for each thousand containers over the second half, when caches and heaps have found their size. */
function growth(held: readonly Holding[], pick: (holding: Holding) => number): number {
  const late = held.slice(Math.floor(held.length / 2), -1);
  return slope(late.map((one) => [one.gone / 1000, pick(one)]));
}

const directory = scratchDirectory();
const load = await Load.start({ containers: 0, ...SHAPE });
try {
  const flags = ['--scope', 'containers', '--rotation', '30s', ...positionals];
  const recorder = await MeasuredRecorder.start(directory, flags);
  const before = await holding(recorder, 0);
  const cpuBefore = recorder.cpuUsec();
  const held = await churn(load, recorder);
  const cpu = (recorder.cpuUsec() - cpuBefore) / 1000;
  const peak = recorder.memory().peak;
  const missed = await recorder.metric('fgm_ticks_total{outcome="missed"}');
  await recorder.stop();
  const after = held.at(-1)!;
  const figures: Figure[] = [
    { name: 'containers', value: short(total), note: `${alive} at a time, each for ${life} s or more` },
    { name: 'descriptors before and after', value: `${before.descriptors} → ${after.descriptors}` },
    { name: 'entities after', value: `${after.entities}` },
    {
      name: 'descriptors, growth',
      value: short(growth(held, (one) => one.descriptors)),
      note: 'per 1,000 containers, second half',
    },
    {
      name: 'RSS, growth',
      value: megabytes(growth(held, (one) => one.rssBytes)),
      note: `per 1,000 containers; peak ${megabytes(peak)}`,
    },
    { name: 'main heap, growth', value: megabytes(growth(held, (one) => one.heapBytes)), note: 'per 1,000 containers' },
    { name: 'CPU per container', value: `${short(cpu / total)} ms`, note: 'ticks and rotations included' },
    { name: 'ticks missed', value: `${missed}` },
  ];
  report('churn', figures, { total, alive, life, flags, before, held });
} finally {
  load.close();
}
