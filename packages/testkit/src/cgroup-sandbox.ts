import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cgroupMounts, makeCgroups, removeTree, type CgroupDirectories, type Hierarchy } from '@fgm/scenarios';

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
  make(below = '', hierarchies?: readonly Hierarchy[]): CgroupDirectories {
    return makeCgroups(join(this.path, below), hierarchies);
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
