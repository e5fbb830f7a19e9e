import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/** `v2` is the unified hierarchy, the others are v1 controllers. */
export type Hierarchy = 'v2' | 'memory' | 'cpu' | 'cpuacct' | 'cpuset' | 'pids' | 'blkio' | 'systemd';

const V1: readonly Hierarchy[] = ['memory', 'cpu', 'cpuacct', 'cpuset', 'pids', 'blkio', 'systemd'];

/** Directories of one cgroup, one for each hierarchy of this machine. */
export type CgroupDirectories = Readonly<Partial<Record<Hierarchy, string>>>;

interface CgroupMount {
  readonly path: string;
  readonly type: 'cgroup' | 'cgroup2';
  readonly options: readonly string[];
}

/** https://docs.kernel.org/filesystems/proc.html, 3.5 */
function parseMounts(mountinfo: string): CgroupMount[] {
  return mountinfo.split('\n').flatMap((line) => {
    const [place, kind] = line.split(' - ');
    const path = place?.split(' ')[4];
    const [type, , options] = kind?.split(' ') ?? [];
    if (path === undefined || (type !== 'cgroup' && type !== 'cgroup2')) return [];
    return [{ path, type, options: options?.split(',') ?? [] }];
  });
}

/** Where the hierarchies are mounted that an entity can have; several of v1 may share a mount. */
export function cgroupMounts(mountinfo = readFileSync('/proc/self/mountinfo', 'utf8')): CgroupDirectories {
  const mounts: Partial<Record<Hierarchy, string>> = {};
  for (const { path, type, options } of parseMounts(mountinfo)) {
    if (type === 'cgroup2') mounts.v2 ??= path;
    else for (const name of V1) if (options.includes(name) || options.includes(`name=${name}`)) mounts[name] ??= path;
  }
  return mounts;
}

/** Where any hierarchy is mounted, also those that nobody samples (freezer, devices). */
export function allCgroupMounts(): readonly string[] {
  return parseMounts(readFileSync('/proc/self/mountinfo', 'utf8')).map(({ path }) => path);
}

/** Why no cgroup can be made here, or false: made for tap's `skip` option. */
export function whyNoCgroups(): string | false {
  if (process.getuid?.() !== 0) return 'making cgroups needs root';
  const mount = cgroupMounts().v2;
  if (mount === undefined) return 'no cgroup2 mount on this machine';
  try {
    accessSync(mount, constants.W_OK);
    return false;
  } catch {
    return `${mount} is read-only`;
  }
}

/** Makes a cgroup (with its parents) in these hierarchies, all by default, that takes processes. @returns its directories */
export function makeCgroups(path: string, hierarchies?: readonly Hierarchy[]): CgroupDirectories {
  const mounts = Object.entries(cgroupMounts()) as [Hierarchy, string][];
  const wanted = mounts.filter(([hierarchy]) => hierarchies === undefined || hierarchies.includes(hierarchy));
  return Object.fromEntries(
    wanted.map(([hierarchy, mount]) => {
      const directory = join(mount, path);
      mkdirSync(directory, { recursive: true });
      if (hierarchy === 'cpuset') inheritCpus(mount, path);
      if (hierarchy === 'v2') enableControllers(mount, path);
      return [hierarchy, directory];
    }),
  );
}

/** A v1 cpuset takes no process before it has CPUs and memory nodes; a new one has none. */
function inheritCpus(mount: string, path: string): void {
  let parent = mount;
  for (const name of path.split('/').filter(Boolean)) {
    const directory = join(parent, name);
    for (const file of ['cpuset.cpus', 'cpuset.mems']) {
      if (!existsSync(join(directory, file)) || readFileSync(join(directory, file), 'utf8').trim() !== '') continue;
      writeFileSync(join(directory, file), readFileSync(join(parent, file), 'utf8').trim());
    }
    parent = directory;
  }
}

/** Hands every controller that is there down to the cgroup; one that refuses is left out. */
function enableControllers(mount: string, path: string): void {
  let directory = mount;
  for (const name of path.split('/').filter(Boolean)) {
    const controllers = readFileSync(join(directory, 'cgroup.controllers'), 'utf8').trim().split(' ').filter(Boolean);
    for (const controller of controllers) {
      try {
        writeFileSync(join(directory, 'cgroup.subtree_control'), `+${controller}`);
      } catch (error) {
        if (!['EBUSY', 'EINVAL', 'EPERM', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
      }
    }
    directory = join(directory, name);
  }
}

/** Removes a cgroup that nobody is in and that has none below it. */
export function removeIfEmpty(directory: string): void {
  try {
    rmdirSync(directory);
  } catch (error) {
    // Somebody else uses it by now, or has removed it.
    if (!['EBUSY', 'ENOTEMPTY', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

/** How long the kernel is given to finish off killed processes, in milliseconds. */
const PATIENCE = 10_000;

/** Removes a cgroup with all below it, and kills the processes inside. @throws Error when the kernel does not let it go */
export function removeTree(directory: string): void {
  if (!existsSync(directory)) return;
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    if (entry.isDirectory()) removeTree(join(directory, entry.name));
  }
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (const giveUp = Date.now() + PATIENCE; ; Atomics.wait(pause, 0, 0, 5)) {
    killAll(directory);
    try {
      return rmdirSync(directory);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return;
      if (code !== 'EBUSY' || Date.now() > giveUp) throw error;
    }
  }
}

function killAll(directory: string): void {
  for (const pid of readFileSync(join(directory, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean)) {
    // 0 is a process of another pid namespace.
    if (pid === '0' || Number(pid) === process.pid) continue;
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}
