import { CgroupSandbox } from '@fgm/testkit';
import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Accounted } from '../harness/used-cpu.ts';

/** Joins the cgroup whose list is the first argument and becomes the rest. */
const JOIN_AND_BECOME = 'echo $$ > "$0" && exec "$@"';

/** A program and whatever it starts, in a cgroup of their own from their first instruction on. */
export class AccountedProgram implements Accounted {
  readonly #sandbox = new CgroupSandbox('fgm-bench-peer');
  readonly #children: ChildProcess[] = [];

  /** Starts one more in the same cgroup. */
  start(command: readonly string[], stdio: StdioOptions = 'ignore', env: NodeJS.ProcessEnv = {}): ChildProcess {
    const args = ['-c', JOIN_AND_BECOME, join(this.#directory, 'cgroup.procs'), ...command];
    const child = spawn('sh', args, { stdio, env: { ...process.env, ...libraryPath(), ...env } });
    this.#children.push(child);
    return child;
  }

  get #directory(): string {
    const { v2 } = this.#sandbox.directories;
    if (v2 === undefined) throw new Error('no cgroup2 mount on this machine: CPU cannot be accounted');
    return v2;
  }

  cpuUsec(): number {
    return Number(/usage_usec (\d+)/.exec(readFileSync(join(this.#directory, 'cpu.stat'), 'utf8'))![1]);
  }

  /** Resident memory of all its processes, what they share counted for each. */
  rssBytes(): number {
    const pids = readFileSync(join(this.#directory, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean);
    return pids.reduce((sum, pid) => {
      const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
      return sum + Number(kilobytes ?? 0) * 1024;
    }, 0);
  }

  /** Asks those that were started to end, the last first, and removes what is left in the cgroup. */
  async stop(): Promise<void> {
    for (const child of this.#children.toReversed()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    }
    this.#sandbox.close();
  }
}

/** A folder with the packages of peers unpacked, for machines on which they are not to be installed. */
const UNPACKED = process.env['FGM_BENCH_PEERS'] ?? '/';

/** A file of a package, by its path: unpacked where that was said, else installed. */
export function packaged(path: string): string {
  const unpacked = join(UNPACKED, path);
  return existsSync(unpacked) ? unpacked : path;
}

/** Where a command is; null when there is none. */
export function installed(command: string): string | null {
  const places = [join(UNPACKED, 'usr/bin'), ...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin'];
  return places.map((place) => join(place, command)).find((path) => existsSync(path)) ?? null;
}

/** Where programs of packages that are only unpacked find their libraries. */
export function libraryPath(): NodeJS.ProcessEnv {
  if (UNPACKED === '/') return {};
  const patterns = ['lib', 'usr/lib', 'usr/lib/*-linux-gnu'];
  return { LD_LIBRARY_PATH: patterns.flatMap((pattern) => globSync(join(UNPACKED, pattern))).join(delimiter) };
}
