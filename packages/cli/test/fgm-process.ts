import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';

export const BIN = fileURLToPath(new URL('../bin/fgm.js', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running `fgm`, from source, with none of the caller's FGM_ variables. */
export interface Running {
  readonly process: ChildProcessWithoutNullStreams;
  readonly ended: Promise<Ended>;
  /** Resolves when stderr has matched; rejects when the process ends first. */
  readonly said: (pattern: RegExp) => Promise<void>;
}

function environment(extra: Readonly<Record<string, string>>): Record<string, string | undefined> {
  const names = Object.keys(process.env).filter((name) => !name.startsWith('FGM_') && !name.startsWith('NODE_'));
  return { ...Object.fromEntries(names.map((name) => [name, process.env[name]])), FGM_SOURCE: '1', ...extra };
}

/**
 * Starts the command; it is killed at the end of the test if it still runs then.
 * @param stdin what it can read, to the end; null leaves it open
 */
export function startFgm(
  t: Test,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  stdin: string | null = '',
): Running {
  const child = spawn(process.execPath, [BIN, ...args], {
    env: environment(env),
    cwd: t.testdirName.replace(/\/[^/]*$/, ''),
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (bytes: Buffer) => (stdout += bytes.toString()));
  child.stderr.on('data', (bytes: Buffer) => (stderr += bytes.toString()));
  if (stdin !== null) child.stdin.end(stdin);
  const ended = new Promise<Ended>((resolve) =>
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr })),
  );
  t.teardown(() => void child.kill('SIGKILL'));
  const said = (pattern: RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (pattern.test(stderr)) resolve();
      };
      child.stderr.on('data', look);
      child.on('close', () => reject(new Error(`ended without saying ${pattern}: ${stderr}`)));
      look();
    });
  return { process: child, ended, said };
}

/** Runs the command to its end. */
export function fgm(t: Test, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return startFgm(t, args, env).ended;
}

/** Where a viewer listens, as it says itself. */
export async function urlOf({ process: child, ended }: Running): Promise<string> {
  let said = '';
  child.stdout.on('data', (bytes: Buffer) => (said += bytes.toString()));
  for (;;) {
    const url = /http:\S+/.exec(said)?.[0];
    if (url !== undefined) return url;
    const over = await Promise.race([ended, pause(20, null)]);
    if (over !== null) throw new Error(`it ended: ${over.stderr}`);
  }
}
