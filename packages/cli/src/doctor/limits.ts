import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { formatCount } from '../text/quantity.ts';
import { ok, warn } from './check.ts';
import type { Check, Examined } from './check.ts';
import { textOf } from './small-file.ts';

/** Kernel files that are kept open: per process, per cgroup, and for all else. */
const FILES_PER_PROCESS = 6;
const FILES_PER_CGROUP = 24;
const OTHER_FILES = 256;

function countProcesses(procRoot: string): number {
  try {
    return readdirSync(procRoot).filter((name) => /^\d+$/.test(name)).length;
  } catch {
    return 0;
  }
}

function checkOpenFiles(procRoot: string, cgroups: number): Check {
  const limit = /^Max open files\s+(\d+|unlimited)/m.exec(textOf(join(procRoot, 'self', 'limits')) ?? '')?.[1];
  if (limit === undefined) return warn('open files', 'the limit cannot be read', 'unknown', 'mount procfs');
  const need = countProcesses(procRoot) * FILES_PER_PROCESS + cgroups * FILES_PER_CGROUP + OTHER_FILES;
  const finding = `up to ${limit === 'unlimited' ? limit : formatCount(Number(limit))}; all cgroups and processes of now would take ${formatCount(need)}`;
  if (limit === 'unlimited' || Number(limit) >= need) return ok('open files', finding);
  return warn(
    'open files',
    finding,
    'what does not fit is opened for each read, at more than twice the CPU',
    `raise RLIMIT_NOFILE to ${formatCount(2 ** Math.ceil(Math.log2(need)))} (LimitNOFILE= of systemd, --ulimit nofile= of Docker)`,
  );
}

function checkWatches(procRoot: string, cgroups: number): Check {
  const read = (name: string): number => Number(textOf(join(procRoot, 'sys/fs/inotify', name)) ?? NaN);
  const watches = read('max_user_watches');
  const instances = read('max_user_instances');
  if (Number.isNaN(watches) || Number.isNaN(instances))
    return warn('inotify', 'its limits cannot be read', 'unknown', 'mount procfs with /proc/sys');
  const finding = `${formatCount(watches)} watches and ${formatCount(instances)} instances a user; ${formatCount(cgroups)} cgroups now`;
  if (watches >= cgroups * 2 && instances >= 16) return ok('inotify', finding);
  return warn(
    'inotify',
    finding,
    'containers are found by scanning once a second: those that live for less are missed',
    'raise fs.inotify.max_user_watches and fs.inotify.max_user_instances',
  );
}

/** @param cgroups how many cgroups there are */
export function checkLimits({ procRoot }: Examined, cgroups: number): readonly Check[] {
  return [checkOpenFiles(procRoot, cgroups), checkWatches(procRoot, cgroups)];
}
