import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { CommandFailure } from '../failure.ts';
import { fgmCommand } from './fgm-command.ts';
import type { RunHome, RunRecord } from './run-record.ts';

/** Milliseconds between two looks, and until a machine is too slow even for a recorder to start. */
const LOOK_MS = 50;
const PATIENCE_MS = 120_000;

/**
 * Starts a run in the background and waits until it records.
 *
 * @param args of `fgm scenario run`, without those that have it run in the background
 * @throws CommandFailure with what the run said when it ended at once
 */
export async function runDetached(args: readonly string[], home: RunHome): Promise<RunRecord> {
  const output = openSync(home.output, 'w', 0o600);
  const [program = '', ...first] = fgmCommand();
  const child = spawn(program, [...first, 'scenario', 'run', ...args, '--as', home.id], {
    detached: true,
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  const giveUp = performance.now() + PATIENCE_MS;
  for (;;) {
    await pause(LOOK_MS);
    if (child.exitCode !== null || child.signalCode !== null) throw failureOf(child, home);
    const record = home.read();
    // Containers are started when the recorder has begun, which may find that it cannot.
    if (record?.containers.some(({ starts }) => starts > 0) === true) return detach(child, record);
    if (performance.now() > giveUp) {
      child.kill('SIGTERM');
      throw new CommandFailure(`the run ${home.id} does not begin: ${home.output} has what it says`);
    }
  }
}

function detach(child: ChildProcess, record: RunRecord): RunRecord {
  child.unref();
  return record;
}

function failureOf({ exitCode, signalCode }: ChildProcess, home: RunHome): CommandFailure {
  const lines = readFileSync(home.output, 'utf8').trim().split('\n');
  if (home.read() === null) home.remove();
  const said = lines.findLast((line) => line.startsWith('fgm: '))?.slice('fgm: '.length) ?? lines.at(-1) ?? '';
  return new CommandFailure(said || `the run ended by ${signalCode ?? `code ${exitCode}`}`);
}
