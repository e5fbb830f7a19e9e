import { CgroupSandbox, compile, containerId, type Hierarchy } from '@fgm/testkit';
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const SOURCE = fileURLToPath(new URL('../load/churn.c', import.meta.url));

/** Not cpuset: it takes no process before it has CPUs and memory nodes. */
const HIERARCHIES: readonly Hierarchy[] = ['v2', 'memory', 'cpu', 'cpuacct', 'pids', 'blkio', 'systemd'];

export interface ChurnOptions {
  readonly seconds: number;
  readonly containersPerSecond: number;
  readonly forksPerSecond: number;
  readonly shortestMs: number;
  readonly longestMs: number;
}

/**
 * Containers that come and go, in every hierarchy of this machine, and a container that forks, apart from whatever else runs on
 * the machine: a recorder with `cgroupRoot` and `hostRoot` sees nothing but them. Needs root and a C compiler.
 */
export class Churn {
  /** What /sys/fs/cgroup and / are on a node that only this runs on. */
  readonly cgroupRoot: string;
  readonly hostRoot: string;
  readonly #sandbox = new CgroupSandbox('fgm-soak');
  /** Of the container that stays, and its directories. */
  readonly #pod = `kubepods/burstable/pod${randomUUID()}`;
  readonly #stays: readonly string[];
  #process: ChildProcess | null = null;
  #exited: Promise<unknown> = Promise.resolve();
  /** How many containers have gone, and processes were forked, so far. */
  gone = 0;
  forked = 0;

  /** @param directory an existing one that takes both roots */
  constructor(directory: string) {
    this.hostRoot = join(directory, 'host');
    this.cgroupRoot = join(directory, 'cgroup');
    mkdirSync(this.cgroupRoot);
    for (const name of ['pods', 'containers']) mkdirSync(join(this.hostRoot, 'var/log', name), { recursive: true });
    const container = `${this.#pod}/${containerId()}`;
    // A recorder knows some hierarchies by the last name of their root's path only.
    this.#stays = HIERARCHIES.filter((hierarchy) => hierarchy in this.#sandbox.directories).map((hierarchy) => {
      symlinkSync(join(this.#sandbox.directories[hierarchy]!, hierarchy), join(this.cgroupRoot, hierarchy));
      return this.#sandbox.make(join(hierarchy, container), [hierarchy])[hierarchy]!;
    });
  }

  start(options: ChurnOptions): void {
    const { seconds, containersPerSecond, forksPerSecond, shortestMs, longestMs } = options;
    const numbers = [seconds, containersPerSecond, forksPerSecond, shortestMs, longestMs, 1].map(String);
    const args = [...numbers, join(this.hostRoot, 'var/log'), ...this.#stays];
    const child = spawn(compile(SOURCE), args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#exited = once(child, 'close');
    createInterface({ input: child.stdout }).on('line', (line) => {
      [this.gone, this.forked] = line.split(' ').map(Number) as [number, number];
    });
    this.#process = child;
  }

  /** @throws Error when it could not do its work */
  check(): void {
    const { exitCode = null, signalCode = null } = this.#process ?? {};
    if (signalCode !== null || (exitCode ?? 0) !== 0) throw new Error(`churn ended with ${signalCode ?? exitCode}`);
  }

  /** Waits until all have gone, and lets go the one that stayed. */
  async end(): Promise<void> {
    await this.#exited;
    this.check();
    for (const hierarchy of HIERARCHIES) this.#sandbox.remove(join(hierarchy, this.#pod));
  }

  /** Kills what is left. */
  close(): void {
    this.#process?.kill('SIGKILL');
    this.#sandbox.close();
  }
}
