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
export type SandboxHierarchy = 'v2' | 'memory' | 'cpu' | 'cpuacct' | 'cpuset' | 'pids' | 'blkio' | 'systemd';

const V1: readonly SandboxHierarchy[] = ['memory', 'cpu', 'cpuacct', 'cpuset', 'pids', 'blkio', 'systemd'];

/** Directories of one cgroup, one for each hierarchy of this machine. */
export type CgroupDirectories = Readonly<Partial<Record<SandboxHierarchy, string>>>;

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
  const mounts: Partial<Record<SandboxHierarchy, string>> = {};
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

let made = 0;

/**
 * A directory of our own in every cgroup hierarchy of this machine, the same name in each, under which a test makes cgroups
 * and moves processes into them. close() kills what is left inside and removes it all.
 */
export class CgroupSandbox {
  /** Path of the sandbox below each mount, starting with `/`. */
  readonly path: string;
  /** The sandbox's own directories. */
  readonly directories: CgroupDirectories;
  /** For a test or benchmark that ends early. */
  readonly #atExit = (): void => this.remove();

  constructor(name = 'fgm-test') {
    this.path = `/${name}-${process.pid}-${made++}`;
    this.directories = this.make();
    process.on('exit', this.#atExit);
  }

  /** Makes the cgroup (with its parents) in these hierarchies, all by default, and gives its directories. */
  make(below = '', hierarchies?: readonly SandboxHierarchy[]): CgroupDirectories {
    const mounts = Object.entries(cgroupMounts()) as [SandboxHierarchy, string][];
    const wanted = mounts.filter(([hierarchy]) => hierarchies === undefined || hierarchies.includes(hierarchy));
    return Object.fromEntries(
      wanted.map(([hierarchy, mount]) => {
        const directory = join(mount, this.path, below);
        mkdirSync(directory, { recursive: true });
        if (hierarchy === 'cpuset') inheritCpus(mount, join(this.path, below));
        if (hierarchy === 'v2') enableControllers(mount, join(this.path, below));
        return [hierarchy, directory];
      }),
    );
  }

  /** Moves a process, with all its threads, into a cgroup of the sandbox, in every hierarchy in which that exists. */
  move(pid: number, below = ''): void {
    for (const mount of new Set(Object.values(cgroupMounts()))) {
      const directory = join(mount, this.path, below);
      if (existsSync(directory)) writeFileSync(join(directory, 'cgroup.procs'), `${pid}`);
    }
  }

  /** Removes a cgroup of the sandbox with all below it, and kills the processes inside. */
  remove(below = ''): void {
    for (const mount of new Set(Object.values(cgroupMounts()))) removeTree(join(mount, this.path, below));
  }

  close(): void {
    process.off('exit', this.#atExit);
    this.remove();
  }
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

/** How long the kernel is given to finish off killed processes, in milliseconds. */
const PATIENCE = 10_000;

function removeTree(directory: string): void {
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
