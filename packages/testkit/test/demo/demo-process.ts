import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';
import { allCgroupMounts, removeLeftovers } from '@fgm/scenarios';

const ENTRY = fileURLToPath(new URL('../../programs/demo.ts', import.meta.url));
const FGM = fileURLToPath(new URL('../../../cli/bin/fgm.js', import.meta.url));

export interface Running {
  readonly process: ChildProcess;
  readonly exited: Promise<unknown>;
  /** And all who share its output. */
  readonly ended: Promise<unknown>;
  readonly output: () => string;
}

/** Without the loaders that tap hands on, and the caller's settings. */
function environment(extra: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const names = Object.keys(process.env).filter((name) => !name.startsWith('FGM_') && !name.startsWith('NODE_'));
  return { ...Object.fromEntries(names.map((name) => [name, process.env[name]])), FGM_SOURCE: '1', ...extra };
}

/** Starts one; it is killed at the end of the test if it still runs then, and cleaned up after. */
export function startDemo(t: Test, args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
  const command = ['--conditions=@fgm/source', ENTRY, ...args];
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'pipe'], env: environment(env) });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => (output += bytes.toString()));
  const exited = once(child, 'exit');
  const ended = once(child, 'close');
  t.teardown(async () => {
    child.kill('SIGKILL');
    await exited;
    await removeLeftovers();
  });
  return { process: child, exited, ended, output: () => output };
}

export type Row = Readonly<Record<string, number | string | null>>;

export async function query(directory: string, sql: string): Promise<Row[]> {
  const child = spawn(process.execPath, [FGM, 'query', directory, '--format', 'json', sql], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: environment({}),
  });
  let text = '';
  child.stdout.on('data', (bytes: Buffer) => (text += bytes.toString()));
  await once(child, 'close');
  return JSON.parse(text) as Row[];
}

/** Waits until something holds. @throws Error when it does not for a long time */
export async function until(what: string, holds: () => boolean): Promise<void> {
  for (const giveUp = Date.now() + 60_000; !holds(); await pause(20))
    if (Date.now() > giveUp) throw new Error(`still not: ${what}`);
}

/** What there is of demonstrations of this process: directories, cgroups, processes. */
export function traces(pid: number): string[] {
  const places = [tmpdir(), ...allCgroupMounts()];
  const files = places.flatMap((place) =>
    readdirSync(place)
      .filter((name) => name.startsWith(`fgm-scenario-${pid}-`))
      .map((name) => join(place, name)),
  );
  return [...files, ...processesWith(`/fgm-scenario-${pid}-`)];
}

/** Processes whose cgroup or command line has this text; not those that have ended and wait for somebody to be told. */
function processesWith(text: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && !/\) [ZX] /.test(textOf(`/proc/${name}/stat`)))
    .filter((pid) => ['cgroup', 'cmdline'].some((file) => textOf(`/proc/${pid}/${file}`).includes(text)));
}

export function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}
