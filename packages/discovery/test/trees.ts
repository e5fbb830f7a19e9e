/** Directory trees as the kernel makes them, reduced to the files by which discovery tells them apart. */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** A container id: 64 hex digits that end in those of `number`. */
export function id(number: number): string {
  return `a${number.toString(16).padStart(63, '0')}`;
}

export const POD = '6f1d7b8e-0c3a-4f5e-9a21-0123456789ab';

/** For t.testdir(): one v2 tree with all controllers. */
export function v2(): Record<string, string> {
  return { 'cgroup.controllers': 'cpuset cpu io memory hugetlb pids rdma misc\n', 'cgroup.procs': '', 'cpu.stat': '' };
}

/** For t.testdir(): v1 controllers, cpu and cpuacct mounted together under two names. */
export function v1(): Record<string, Record<string, string>> {
  return {
    memory: { tasks: '', 'cgroup.procs': '', 'memory.usage_in_bytes': '' },
    'cpu,cpuacct': { tasks: '', 'cgroup.procs': '', 'cpu.shares': '', 'cpuacct.usage': '' },
    pids: { tasks: '', 'cgroup.procs': '' },
    blkio: { tasks: '', 'cgroup.procs': '', 'blkio.reset_stats': '' },
    freezer: { tasks: '', 'cgroup.procs': '' },
    systemd: { tasks: '', 'cgroup.procs': '' },
  };
}

/** For t.testdir(): the same with a v2 tree without useful controllers at `unified`. */
export function hybrid(): Record<string, Record<string, string>> {
  return { ...v1(), unified: { 'cgroup.controllers': 'hugetlb\n', 'cgroup.procs': '', 'cpu.stat': '' } };
}

/** Makes a cgroup in each of these hierarchies' directories. */
export function make(root: string, hierarchies: readonly string[], ...path: string[]): void {
  for (const hierarchy of hierarchies) mkdirSync(join(root, hierarchy, ...path), { recursive: true });
}

/** Nests directories below `root` until no path can name them, and says how they are removed. */
export function tooDeep(root: string): { readonly name: string; remove(): void } {
  const name = 'x'.repeat(250);
  // An absolute path ends at PATH_MAX: deeper needs a working directory.
  execFileSync('sh', ['-c', `for i in $(seq 30); do mkdir ${name} && cd -P ${name} || exit 1; done`], { cwd: root });
  return { name, remove: () => void execFileSync('rm', ['-rf', join(root, name)]) };
}
