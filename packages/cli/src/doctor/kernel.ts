import { statfsSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { fail, ok, warn } from './check.ts';
import type { Check, Examined } from './check.ts';
import { readSmallFile } from './small-file.ts';

interface Feature {
  readonly name: string;
  readonly since: readonly [number, number];
  readonly cost: string;
}

/** What kernels have learned that a recording shows, oldest first. */
const FEATURES: readonly Feature[] = [
  { name: 'smaps_rollup', since: [4, 14], cost: 'PSS needs the far dearer full smaps' },
  { name: 'pressure (PSI)', since: [4, 20], cost: 'the pressure columns are null' },
  { name: 'memory.peak', since: [5, 19], cost: 'memory_peak_bytes is null' },
  { name: 'pressure per cgroup to switch (cgroup.pressure)', since: [6, 1], cost: 'irq pressure is null' },
  {
    name: 'page faults under per-VMA locks',
    since: [6, 4],
    cost: 'page walks stall the processes they look at for longer',
  },
  { name: 'memory.peak that can be reset', since: [6, 12], cost: 'no peak of memory per interval' },
];

/** Major and minor number of a release such as `6.1.0-28-amd64`. */
export function kernelVersion(text: string): readonly [number, number] | undefined {
  const match = /^(\d+)\.(\d+)/.exec(text);
  return match ? [Number(match[1]), Number(match[2])] : undefined;
}

/** The kernel's release against what each feature needs. */
export function checkRelease(text: string): Check {
  const found = kernelVersion(text);
  if (!found) return warn('kernel', `${text} is not a release that we can read`, 'unknown', 'none');
  const [major, minor] = found;
  const missing = FEATURES.filter(({ since }) => major < since[0] || (major === since[0] && minor < since[1]));
  if (missing.length === 0) return ok('kernel', `${text} has all that is made use of`);
  const list = missing.map(({ name, since }) => `${name} (${since.join('.')})`).join(', ');
  return warn('kernel', `${text} is older than ${list}`, missing.map(({ cost }) => cost).join('; '), 'a newer kernel');
}

function checkPressure(procRoot: string): Check {
  const file = readSmallFile(join(procRoot, 'pressure', 'memory'));
  if ('text' in file) return ok('pressure', 'PSI is on');
  const finding = file.errno === 'ENOENT' ? 'this kernel has no PSI' : `PSI is off (${file.errno})`;
  return warn(
    'pressure',
    finding,
    'the pressure columns are null',
    'boot with psi=1, on a kernel built with CONFIG_PSI',
  );
}

/** The type of the file system at a path, as statfs(2) gives it; undefined when there is none. */
export type TypeOf = (path: string) => number | undefined;

/** From the kernel's include/uapi/linux/magic.h. */
export const PROC_SUPER_MAGIC = 0x9fa0;

const typeOf: TypeOf = (path) => {
  try {
    return statfsSync(path).type;
  } catch {
    return undefined; // what the file below it says is told
  }
};

function whyNotProc(procRoot: string, procfs: boolean): string | null {
  const file = readSmallFile(join(procRoot, 'self', 'stat'));
  if (procfs) return 'text' in file ? null : `${procRoot} is a directory in procfs, not procfs itself`;
  return 'text' in file ? `${procRoot} is not procfs` : `no procfs at ${procRoot} (${file.errno})`;
}

function checkProc(procRoot: string, type: number | undefined): Check {
  const why = whyNotProc(procRoot, type === PROC_SUPER_MAGIC);
  if (why === null) return ok('proc', `mounted at ${procRoot}`);
  return fail('proc', why, 'no process can be read', 'mount it there, or say where it is with --proc-root');
}

/** @param type stands in for statfs(2) in tests */
export function checkKernel({ procRoot }: Examined, type = typeOf): readonly Check[] {
  return [checkRelease(release()), checkProc(procRoot, type(procRoot)), checkPressure(procRoot)];
}
