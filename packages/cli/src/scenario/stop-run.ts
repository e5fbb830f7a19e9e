import { setTimeout as pause } from 'node:timers/promises';
import { isAlive, removeLeftovers } from '@fgm/scenarios';
import { CommandFailure, errorCode } from '../failure.ts';
import { stateOf, type RunHome, type RunRecord, type Runs } from './run-record.ts';

const LOOK_MS = 50;
/** A recorder is given 10 s to finish its files; busy machines need more for all else. */
const PATIENCE_MS = 60_000;

/** What is to be stopped: the run that is named, or the only one. @throws CommandFailure */
export function runToStop(runs: Runs, text: string | undefined): { home: RunHome; record: RunRecord } {
  if (text !== undefined) return runs.find(text);
  const running = runs.all().filter(({ record }) => stateOf(record) === 'running');
  if (running.length === 1) return running[0]!;
  if (running.length === 0) throw new CommandFailure('no run is running; fgm scenario status lists those that were');
  throw new CommandFailure(`several are running; wanted one of ${running.map(({ record }) => record.run).join(', ')}`);
}

/**
 * Ends a run and waits until nothing of it is left but its recording and its logs; cleans up after one that was killed.
 *
 * @throws CommandFailure when it has ended before, or belongs to somebody else
 */
export async function stopRun({ home, record }: { home: RunHome; record: RunRecord }): Promise<void> {
  const { run, process: owner, ended, outcome } = record;
  if (outcome !== null) throw new CommandFailure(`the run ${run} has ended before: ${outcome} at ${ended}`);
  if (stateOf(record) === 'killed') return cleanUp(home, record);
  try {
    process.kill(owner.pid, 'SIGTERM');
  } catch (cause) {
    if (errorCode(cause) === 'EPERM')
      throw new CommandFailure(`the run ${run} is process ${owner.pid} of another user; wanted that user, or root`, {
        cause,
      });
    if (errorCode(cause) !== 'ESRCH') throw cause;
  }
  for (const giveUp = performance.now() + PATIENCE_MS; isAlive(owner); await pause(LOOK_MS))
    if (performance.now() > giveUp)
      throw new CommandFailure(`the run ${run}, process ${owner.pid}, has not ended in ${PATIENCE_MS / 1000} s`);
  if (home.read()?.outcome === null) await cleanUp(home, record);
}

async function cleanUp(home: RunHome, record: RunRecord): Promise<void> {
  await removeLeftovers();
  const containers = record.containers.map((container) => ({ ...container, running: false }));
  home.write({ ...record, containers, ended: new Date().toISOString(), outcome: 'killed' });
}
