/**
 * Makes the recordings of test-fixtures/nodes: real containers, and `fgm record` on them. As root.
 *
 *     record-scene.ts hybrid|v1|v2|churn [FLAGS OF fgm record]       see test-fixtures/README.md
 */
import { setTimeout as pause } from 'node:timers/promises';
import { SCENARIO_NAMES, defaultSizes, makeCgroups, type Sizes } from '@fgm/scenarios';
import {
  demoScene,
  hierarchiesHere,
  hybridScene,
  SceneRecorder,
  systemdScene,
  type Scene,
} from '../src/recording/index.ts';

const STEP_MS = 100;
const MIB = 2 ** 20;
const SMALL: Sizes = {
  ...defaultSizes(),
  leak: 48 * MIB,
  oom: 24 * MIB,
  heap: 32 * MIB,
  crash: 4,
  forks: 4,
  mappings: 300,
};

interface Recorded {
  readonly make: () => Scene | Promise<Scene>;
  readonly hierarchies: () => readonly string[];
}

const SCENES: Readonly<Record<string, Recorded>> = {
  hybrid: { make: () => hybridScene(ownCgroup()), hierarchies: hierarchiesHere },
  v1: {
    make: () =>
      demoScene({
        containers: 6,
        seed: 4,
        minutes: 0.5,
        scenarios: ['oom-kill', 'cpu-throttling', 'steady', 'idle'],
        sizes: SMALL,
      }),
    hierarchies: () => hierarchiesHere().filter((name) => name !== 'unified'),
  },
  v2: { make: systemdScene, hierarchies: () => [''] },
  churn: {
    make: () => demoScene({ containers: 14, seed: 1, minutes: 5, scenarios: SCENARIO_NAMES, sizes: SMALL }),
    hierarchies: hierarchiesHere,
  },
};

/** A directory in every hierarchy for all that is to be recorded. */
function ownCgroup(): string {
  const name = `/fgm-scene-${process.pid}`;
  makeCgroups(name);
  return name;
}

async function record(name: string, flags: readonly string[]): Promise<number> {
  const recorded = SCENES[name];
  if (recorded === undefined) throw new Error(`"${name}": wanted ${Object.keys(SCENES).join(', ')}`);
  const scene = await recorded.make();
  try {
    // Containers that are there from the beginning.
    for (let now = -500; now < 0; now += STEP_MS) await scene.step(now);
    const recorder = new SceneRecorder(scene, recorded.hierarchies(), flags);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => recorder.stop());
    let start: number | null = null;
    const over = new AbortController();
    void recorder.ended.finally(() => over.abort());
    while (!over.signal.aborted) {
      if (recorder.begun) start ??= performance.now();
      await scene.step(start === null ? 0 : performance.now() - start);
      await pause(STEP_MS);
    }
    return await recorder.ended;
  } finally {
    await scene.stop();
  }
}

const [name = '', ...flags] = process.argv.slice(2);
process.exitCode = await record(name, flags);
