import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { allCgroupMounts, isAlive } from '@fgm/scenarios';
import type { Test } from 'tap';
import { run } from '../../src/run.ts';
import { fgm, type Ended } from '../fgm-process.ts';

/** Of one user that nobody knows anything of. */
export interface Bench {
  readonly root: string;
  readonly scenario: (...args: readonly string[]) => Promise<Ended>;
  /** The same within this process: for what starts nothing. */
  readonly asked: (...args: readonly string[]) => Promise<Ended>;
  readonly env: Readonly<Record<string, string>>;
  /** What is known of a run. */
  readonly record: (run: string) => { readonly process: { readonly pid: number; readonly startTime: string } };
}

export function bench(t: Test): Bench {
  const root = t.testdir();
  const env = { XDG_STATE_HOME: join(root, 'state'), HOME: root, KUBECONFIG: '' };
  const record = (run: string): ReturnType<Bench['record']> =>
    JSON.parse(readFileSync(join(env.XDG_STATE_HOME, 'fine-grained-monitor/scenarios', run, 'run.json'), 'utf8'));
  // Whatever a test that fails leaves running.
  t.teardown(async () => {
    for (const file of globSync(join(root, 'state/fine-grained-monitor/scenarios/*/run.json'))) {
      const { process: owner } = JSON.parse(readFileSync(file, 'utf8')) as ReturnType<Bench['record']>;
      if (isAlive(owner)) process.kill(owner.pid, 'SIGTERM');
      await until('the run is over', () => !isAlive(owner));
    }
  });
  return {
    root,
    env,
    record,
    scenario: (...args) => fgm(t, ['scenario', ...args], env),
    asked: (...args) => inProcess(['scenario', ...args], env),
  };
}

export async function until(what: string, holds: () => boolean): Promise<void> {
  for (const giveUp = Date.now() + 100_000; !holds(); await pause(20))
    if (Date.now() > giveUp) throw new Error(`still not: ${what}`);
}

/** What a run leaves outside its recording and its logs. */
export function traces(pid: number): string[] {
  return ['/tmp', ...allCgroupMounts()].flatMap((place) => globSync(join(place, `fgm-scenario-${pid}-*`)));
}

async function inProcess(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ended> {
  const written = { stdout: '', stderr: '' };
  const stream = (name: keyof typeof written): NodeJS.WriteStream =>
    ({ write: (text: string) => ((written[name] += text), true) }) as NodeJS.WriteStream;
  const code = await run(args, { stdout: stream('stdout'), stderr: stream('stderr'), env });
  return { code, signal: null, ...written };
}
