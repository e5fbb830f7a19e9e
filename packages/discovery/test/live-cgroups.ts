/** Real cgroups of this machine, below a directory of this test's own. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { detectCgroups } from '../src/index.ts';
import type { CgroupMounts } from '../src/index.ts';

export const CGROUP_ROOT = '/sys/fs/cgroup';

export class LiveCgroups {
  readonly mounts: CgroupMounts = detectCgroups(CGROUP_ROOT);
  /** Path of the test's directory below each mount. */
  readonly path = `/fgm-test-${process.pid}-${Math.random().toString(36).slice(2)}`;
  readonly #directories: string[] = [];
  readonly #processes: ChildProcess[] = [];

  /** Why these hierarchies cannot be used here; false when they can. */
  unusable(...hierarchies: (keyof CgroupMounts['hierarchies'])[]): string | false {
    for (const hierarchy of hierarchies) {
      const mount = this.mounts.hierarchies[hierarchy];
      if (mount === undefined) return `no ${hierarchy} cgroup hierarchy on this machine`;
      const probe = mount + this.path;
      try {
        mkdirSync(probe);
        rmdirSync(probe);
      } catch (error) {
        return `cannot make cgroups in ${mount}: ${(error as Error).message}`;
      }
    }
    return false;
  }

  /** Makes a cgroup and those above it. @returns its absolute directory */
  make(hierarchy: keyof CgroupMounts['hierarchies'], ...names: string[]): string {
    let directory = this.mounts.hierarchies[hierarchy]! + this.path;
    for (const name of ['', ...names]) {
      directory = join(directory, name);
      try {
        mkdirSync(directory);
        this.#directories.push(directory);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
    }
    return directory;
  }

  /** A process that does nothing, moved into a cgroup. */
  async occupy(directory: string): Promise<ChildProcess> {
    const child = spawn('sleep', ['600'], { stdio: 'ignore' });
    await once(child, 'spawn');
    this.#processes.push(child);
    writeFileSync(join(directory, 'cgroup.procs'), String(child.pid));
    return child;
  }

  /** Ends a process and waits until its cgroup is free of it. */
  async end(child: ChildProcess): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  remove(directory: string): void {
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      if (entry.isDirectory()) this.remove(join(directory, entry.name));
    }
    rmdirSync(directory);
  }

  async tearDown(): Promise<void> {
    for (const child of this.#processes) await this.end(child);
    for (const directory of this.#directories.toReversed()) {
      try {
        rmdirSync(directory);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
    }
  }
}
