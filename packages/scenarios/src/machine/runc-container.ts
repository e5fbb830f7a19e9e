import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { allCgroupMounts, removeIfEmpty } from './cgroups.ts';
import { run } from './programs.ts';

export interface RuncOptions {
  /** Path of the cgroup below every mount, for example `/kubepods/burstable/pod<uid>/<id>`; for a systemd driver `slice:prefix:id`. */
  readonly cgroup: string;
  /** 64 hex digits; random by default. */
  readonly id?: string;
  /** What runs inside, on busybox. */
  readonly args?: readonly string[];
  readonly env?: readonly string[];
  readonly memoryLimitBytes?: number;
  /** CPU time per 100 ms. */
  readonly cpuQuotaUsec?: number;
  /** Tasks, threads included. */
  readonly pidsLimit?: number;
  /** Made by makeRootfs(), for many containers; read-only. By default each has one of its own. */
  readonly rootfs?: string;
  /** By its place inside, the directory that is mounted there. */
  readonly binds?: Readonly<Record<string, string>>;
  /** Where its files lie; by default the directory for temporary files. */
  readonly directory?: string;
  readonly systemd?: boolean;
  /** A network namespace of its own, in which nothing but `lo` is, and that is down. */
  readonly ownNetwork?: boolean;
}

/** A random container id, as runtimes make them. */
export function containerId(): string {
  return randomBytes(32).toString('hex');
}

/**
 * A real container made by runc alone, with any cgroup path: every path that a kubelet or a runtime would choose can be had
 * without either. Inside runs busybox, in namespaces of its own; in that of the network when asked.
 */
export class RuncContainer {
  readonly id: string;
  /** Process id of its first process, as this process sees it. */
  readonly pid: number;
  readonly #directory: string;
  /** Cgroups that runc makes on the way and leaves behind, deepest first. */
  readonly #parents: readonly string[];
  readonly #global: readonly string[];

  constructor(options: RuncOptions) {
    this.id = options.id ?? containerId();
    this.#directory = mkdtempSync(join(options.directory ?? tmpdir(), 'fgm-runc-'));
    this.#global = ['--root', join(this.#directory, 'state'), ...(options.systemd ? ['--systemd-cgroup'] : [])];
    this.#parents = options.systemd ? [] : missingParents(options.cgroup);
    makeBundle(this.#directory, options);
    const pidFile = join(this.#directory, 'pid');
    const args = [...this.#global, 'run', '--detach', '--bundle', this.#directory, '--pid-file', pidFile, this.id];
    // The container inherits our stdio: with pipes we would wait for its end.
    const { status, stderr } = startDetached(args, join(this.#directory, 'stderr'));
    if (status !== 0) {
      rmSync(this.#directory, { recursive: true, force: true });
      throw new Error(`runc run ${options.cgroup}: ${stderr}`);
    }
    this.pid = Number(readFileSync(pidFile, 'utf8'));
  }

  /** Runs a program inside to its end and gives what it printed. */
  exec(...args: readonly string[]): string {
    return run('runc', [...this.#global, 'exec', this.id, ...args]);
  }

  /** Kills it and removes its cgroups and files. */
  remove(): void {
    run('runc', [...this.#global, 'delete', '--force', this.id]);
    for (const directory of this.#parents) removeIfEmpty(directory);
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

/** The ancestors of a cgroup that do not exist yet, in every hierarchy, deepest first. */
export function missingParents(cgroup: string): string[] {
  const names = dirname(cgroup).split('/').filter(Boolean);
  const paths = names.map((_, index) => join('/', ...names.slice(0, index + 1))).toReversed();
  return paths
    .flatMap((path) => allCgroupMounts().map((mount) => join(mount, path)))
    .filter((path) => !existsSync(path));
}

function startDetached(args: readonly string[], stderrFile: string): { status: number | null; stderr: string } {
  const script = 'exec runc "$@" </dev/null >/dev/null 2>"$0"';
  const { status } = spawnSync('bash', ['-c', script, stderrFile, ...args], { stdio: 'ignore', timeout: 60_000 });
  return { status, stderr: readFileSync(stderrFile, 'utf8').trim() };
}

function makeBundle(directory: string, options: RuncOptions): void {
  const rootfs = options.rootfs ?? makeRootfs(join(directory, 'rootfs'));
  writeFileSync(join(directory, 'config.json'), JSON.stringify(specification(options, rootfs)));
}

const APPLETS = ['sh', 'sleep', 'cat', 'dd', 'true', 'head', 'tail', 'tr', 'date', 'seq'] as const;

/** Fills a new directory with what a container needs: busybox, and places to mount things at. @returns it */
export function makeRootfs(rootfs: string): string {
  for (const name of ['bin', 'proc', 'dev', 'tmp', 'log']) mkdirSync(join(rootfs, name), { recursive: true });
  cpSync(run('which', ['busybox']).trim(), join(rootfs, 'bin', 'busybox'));
  for (const applet of APPLETS) symlinkSync('busybox', join(rootfs, 'bin', applet));
  return rootfs;
}

/** https://github.com/opencontainers/runtime-spec/blob/main/config.md */
function specification(options: RuncOptions, rootfs: string): object {
  const { memoryLimitBytes: limit, cpuQuotaUsec: quota, pidsLimit } = options;
  return {
    ociVersion: '1.0.2',
    root: { path: rootfs, readonly: options.rootfs !== undefined },
    hostname: 'container',
    process: {
      args: options.args ?? ['sleep', '1000000'],
      env: ['PATH=/bin', ...(options.env ?? [])],
      cwd: '/',
      user: { uid: 0, gid: 0 },
      noNewPrivileges: true,
    },
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc' },
      { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'mode=755'] },
      ...Object.entries(options.binds ?? {}).map(([destination, source]) => ({
        destination,
        source,
        type: 'bind',
        options: ['bind', 'rw'],
      })),
    ],
    linux: {
      cgroupsPath: options.cgroup,
      namespaces: ['pid', 'mount', 'ipc', 'uts', ...(options.ownNetwork ? ['network'] : [])].map((type) => ({ type })),
      resources: {
        ...(limit === undefined ? {} : { memory: { limit, swap: limit } }),
        ...(quota === undefined ? {} : { cpu: { quota, period: 100_000 } }),
        ...(pidsLimit === undefined ? {} : { pids: { limit: pidsLimit } }),
      },
    },
  };
}
