/** A small recording whose writer was killed: one segment with several tables, texts and an event. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { entityOf, processOf, Rig, START_TICK } from '../fixture.ts';

export const TICKS = 4;
export const RUN = 'run-a';
export const SEGMENT = path.join('spool', `${RUN}-1`);
export const STREAMS = ['containers.arrows', 'processes.arrows'] as const;

/** Its rows: two containers with a process each, at every tick. */
export const ROWS_A_TICK = 2;

export function recordAndKill(directory: string): void {
  const rig = new Rig(directory, { runId: RUN, rotationMs: 60_000 });
  rig.send({ type: 'entity', entity: entityOf(1) }, { type: 'entity', entity: entityOf(2) });
  rig.send({ type: 'processes', list: [processOf(1), processOf(2)] });
  for (let tick = 0; tick < TICKS; tick++) {
    const rows = [1, 2].map((entity) => ({ entity, process_count: tick * 10 + entity }));
    rig.publish('containers', START_TICK + tick, rows);
    const processes = [1, 2].map((entity) => ({
      entity,
      process: entity,
      pid: entity + 100,
      start_time: 5,
      ppid: tick,
    }));
    rig.publish('processes', START_TICK + tick, processes);
    rig.settle();
  }
  rig.send({
    type: 'event',
    event: { type: 'oom_kill', severity: 'critical', time: START_TICK * 1e6, entity: 1, pid: 101, detail: { n: 1 } },
  });
  rig.settle();
  rig.abandon();
}

/** A fresh copy of a recording. */
export function copyOf(from: string, to: string): string {
  fs.rmSync(to, { recursive: true, force: true });
  fs.cpSync(from, to, { recursive: true });
  return to;
}

/** Starts a recorder that recovers what there is, and stops it. */
export function recover(directory: string): Rig {
  const rig = new Rig(directory, { runId: 'run-b' }, 1, (START_TICK + 100) * 1000);
  rig.settle();
  rig.stop();
  return rig;
}
