import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClusterRun } from '@fgm/scenarios/cluster';
import { errorCode } from '../failure.ts';
import type { Runs } from '../scenario/run-record.ts';

/** A run in a cluster that was started or stopped from here: its objects go with it, what the nodes have recorded does not. */
export interface Remembered {
  readonly run: ClusterRun;
  readonly server: string;
  readonly ended: string | null;
}

const FILE = 'cluster.json';

export function remember(runs: Runs, remembered: Remembered): void {
  const directory = join(runs.path, remembered.run.run);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  writeFileSync(join(directory, FILE), `${JSON.stringify(remembered, null, 2)}\n`);
}

/** Null for what was never here. @param run its whole id */
export function recall(runs: Runs, run: string): Remembered | null {
  if (!/^[0-9a-f]{8}$/.test(run)) return null;
  try {
    return JSON.parse(readFileSync(join(runs.path, run, FILE), 'utf8')) as Remembered;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}
