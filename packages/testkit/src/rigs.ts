import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Real parts that cost seconds or need privilege, and so are switched on by name in `FGM_TEST_RIGS` (comma list, or `all`). */
export const RIGS = ['runc', 'docker', 'v2vm'] as const;
export type Rig = (typeof RIGS)[number];

const PROGRAMS: Readonly<Record<Rig, readonly string[]>> = {
  runc: ['runc', 'busybox'],
  docker: ['dockerd', 'docker', 'containerd', 'runc', 'busybox'],
  v2vm: ['qemu-system-x86_64', 'busybox', 'apt-get', 'dbus-daemon'],
};

/** Whether a program is on the PATH. */
export function hasProgram(name: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((directory) => isExecutable(join(directory, name)));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Why a test that needs this rig cannot run here, or false: made for tap's `skip` option. Once a rig is switched on by name,
 * only what is plainly missing (programs, privilege) skips a test; a rig that then fails to start is a failure.
 */
export function whyNot(rig: Rig): string | false {
  const wanted = (process.env['FGM_TEST_RIGS'] ?? '').split(',');
  if (!wanted.includes(rig) && !wanted.includes('all')) return `rig ${rig} is off: FGM_TEST_RIGS=${rig} switches it on`;
  if (process.getuid?.() !== 0) return `rig ${rig} needs root`;
  const missing = PROGRAMS[rig].filter((program) => !hasProgram(program));
  return missing.length > 0 && `rig ${rig} needs ${missing.join(', ')}`;
}

/** Runs a program to its end and gives what it printed. @throws Error with what it said on stderr. */
export function run(
  program: string,
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv; cwd?: string } = {},
): string {
  try {
    return execFileSync(program, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 60_000,
      ...options,
    });
  } catch (cause) {
    const said = String((cause as { stderr?: string }).stderr ?? cause).trim();
    throw new Error(`${program} ${args.join(' ')}: ${said}`, { cause });
  }
}
