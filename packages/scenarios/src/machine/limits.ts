import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeCgroups } from './cgroups.ts';

/** What a container may use; null is no limit. */
export interface Limits {
  readonly memoryLimitBytes: number | null;
  readonly cpuLimitMillicores: number | null;
  /** Tasks, threads included. */
  readonly pidsLimit: number | null;
}

const PERIOD_USEC = 100_000;

/** Files of a cgroup with what is to be in them, in the order in which the kernel takes them; v2 and v1. */
function settingsOf({ memoryLimitBytes: memory, cpuLimitMillicores: cpu, pidsLimit: pids }: Limits): string[][] {
  const quota = (cpu ?? 0) * (PERIOD_USEC / 1000);
  return [
    ...(memory === null
      ? []
      : [
          ['memory.max', `${memory}`],
          ['memory.swap.max', '0'],
          ['memory.limit_in_bytes', `${memory}`],
          ['memory.memsw.limit_in_bytes', `${memory}`],
        ]),
    ...(cpu === null
      ? []
      : [
          ['cpu.max', `${quota} ${PERIOD_USEC}`],
          ['cpu.cfs_period_us', `${PERIOD_USEC}`],
          ['cpu.cfs_quota_us', `${quota}`],
        ]),
    ...(pids === null ? [] : [['pids.max', `${pids}`]]),
  ];
}

/**
 * Makes a cgroup with limits in every hierarchy, as a runtime does for a container.
 *
 * https://docs.kernel.org/admin-guide/cgroup-v2.html, https://docs.kernel.org/admin-guide/cgroup-v1/memory.html
 *
 * @param path below every mount
 * @returns its directories
 */
export function limitedCgroup(path: string, limits: Limits): string[] {
  const directories = [...new Set(Object.values(makeCgroups(path)))];
  for (const directory of directories) {
    for (const [file = '', value = ''] of settingsOf(limits)) {
      const setting = join(directory, file);
      if (existsSync(setting)) writeFileSync(setting, value);
    }
  }
  return directories;
}
