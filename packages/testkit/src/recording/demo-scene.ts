import { join } from 'node:path';
import {
  Lifecycle,
  PodLogs,
  RunDirectory,
  containerHost,
  makeCgroups,
  makePlan,
  type PlanOptions,
} from '@fgm/scenarios';
import type { Scene } from './scene.ts';

/** Containers of the demonstration (docs/demo.md): trouble of all kinds, and restarts. */
export function demoScene(options: PlanOptions): Scene {
  const run = new RunDirectory();
  // Also where the first container comes later.
  makeCgroups(run.cgroup);
  const logs = new PodLogs(run.hostRoot);
  const host = containerHost(run, logs);
  const lives = makePlan(options).map((planned) => new Lifecycle(planned, host));
  return {
    cgroup: run.cgroup,
    host: { '/var/log': join(run.hostRoot, 'var/log') },
    step: async (now) => {
      for (const life of lives) life.step(now);
    },
    stop: async () => run.remove(),
  };
}
