import type { Hierarchy } from '@fgm/catalog';
import { readFileSync, readdirSync, realpathSync, statSync } from '@fgm/kernfs/files';
import { basename, join } from 'node:path';

export type CgroupMode = 'v2' | 'v1' | 'hybrid' | 'none';

/** Which cgroup trees lie under a root. */
export interface CgroupMounts {
  readonly mode: CgroupMode;
  /** Absolute directory per hierarchy, symbolic links resolved: `cpu` and `cpuacct` may be the same one. */
  readonly hierarchies: Readonly<Partial<Record<Hierarchy, string>>>;
  /** What cgroup.controllers of the v2 tree lists; empty without a v2 tree. */
  readonly controllers: readonly string[];
}

/** A file that only this v1 controller has in its root directory. Those that have none there are known by their name. */
const V1_MARKS: Readonly<Record<Exclude<Hierarchy, 'v2'>, string | null>> = {
  memory: 'memory.usage_in_bytes',
  cpu: 'cpu.shares',
  cpuacct: 'cpuacct.usage',
  cpuset: 'cpuset.mems',
  pids: null,
  blkio: 'blkio.reset_stats',
  hugetlb: null,
  misc: 'misc.capacity',
  rdma: null,
  systemd: null,
};
const V1_HIERARCHIES = Object.keys(V1_MARKS) as readonly Exclude<Hierarchy, 'v2'>[];

/**
 * Looks at the directories themselves, not at mountinfo, so that a recorded tree works like a mounted one and a root
 * mounted from the host into a container works without the host's mount table.
 *
 * @param root usually /sys/fs/cgroup; it may also be a single mounted tree
 */
export function detectCgroups(root: string): CgroupMounts {
  const hierarchies: Partial<Record<Hierarchy, string>> = {};
  for (const directory of candidates(root)) {
    const names = namesIn(directory);
    // A tree mounted at the root itself is asked first, and only the first of each kind counts.
    for (const hierarchy of hierarchiesIn(directory, names)) hierarchies[hierarchy] ??= directory;
    if (hierarchies.v2 === directory && directory === resolved(root)) break;
  }
  return { mode: modeOf(hierarchies), hierarchies, controllers: controllersOf(hierarchies.v2) };
}

function candidates(root: string): Set<string> {
  const found = new Set<string>();
  const self = resolved(root);
  if (self === null) return found;
  found.add(self);
  for (const name of namesIn(self)) {
    const directory = resolved(join(self, name));
    if (directory !== null) found.add(directory);
  }
  return found;
}

function hierarchiesIn(directory: string, names: ReadonlySet<string>): Hierarchy[] {
  if (names.has('cgroup.controllers')) return ['v2'];
  // `tasks` tells a v1 cgroup from any other directory, such as the tmpfs that holds the mounts.
  if (!names.has('tasks')) return [];
  const named = basename(directory).split(',');
  return V1_HIERARCHIES.filter((hierarchy) => {
    const mark = V1_MARKS[hierarchy];
    return named.includes(hierarchy) || (mark !== null && names.has(mark));
  });
}

function modeOf(hierarchies: Partial<Record<Hierarchy, string>>): CgroupMode {
  const v1 = V1_HIERARCHIES.some((hierarchy) => hierarchies[hierarchy] !== undefined);
  if (hierarchies.v2 === undefined) return v1 ? 'v1' : 'none';
  return v1 ? 'hybrid' : 'v2';
}

function controllersOf(directory: string | undefined): readonly string[] {
  if (directory === undefined) return [];
  try {
    return readFileSync(join(directory, 'cgroup.controllers'), 'utf8').split(/\s+/).filter(Boolean);
  } catch {
    // Unreadable is unknown: the order of processHierarchies() then prefers the v1 trees, which is safe.
    return [];
  }
}

function resolved(path: string): string | null {
  try {
    return statSync(path).isDirectory() ? realpathSync(path) : null;
  } catch {
    return null;
  }
}

function namesIn(directory: string): ReadonlySet<string> {
  try {
    return new Set(readdirSync(directory));
  } catch {
    return new Set();
  }
}

/**
 * The mounted hierarchies in the order in which they are trusted to list processes. A v2 tree comes first where it has the
 * controllers that every runtime uses; on hybrid hosts it has none of them (or only such as `misc`), runtimes may leave it
 * alone, and it comes behind v1.
 */
export function processHierarchies(mounts: CgroupMounts): Hierarchy[] {
  const leading = ['pids', 'memory', 'cpu'].some((controller) => mounts.controllers.includes(controller));
  const v1: readonly Hierarchy[] = ['pids', 'memory', 'cpu', 'cpuacct', 'systemd'];
  const order: Hierarchy[] = leading ? ['v2', ...v1] : [...v1, 'v2'];
  order.push('blkio', 'cpuset', 'hugetlb', 'misc', 'rdma');
  return order.filter((hierarchy) => mounts.hierarchies[hierarchy] !== undefined);
}
