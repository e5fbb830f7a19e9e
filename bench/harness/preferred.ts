import { CgroupSandbox } from '@fgm/testkit';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The weight of everything that is measured together, against 1024 of each other program of the machine. */
const SHARES = '262144';
const WEIGHT = '10000';

/**
 * Sets what is measured apart from what else runs on the machine: together it gets the CPUs first, and among each other all have the
 * same weight, as containers without CPU requests. So a machine that others use too is as good as one's own, but for its caches.
 */
export class Preferred {
  readonly #sandbox = new CgroupSandbox('fgm-bench-preferred');

  constructor() {
    const { cpu, v2 } = this.#sandbox.directories;
    if (cpu !== undefined) writeFileSync(join(cpu, 'cpu.shares'), SHARES);
    else if (v2 !== undefined && existsSync(join(v2, 'cpu.weight'))) writeFileSync(join(v2, 'cpu.weight'), WEIGHT);
  }

  /** Puts a process, with all its threads, into a cgroup of its own. */
  add(pid: number): void {
    const name = `${pid}`;
    this.#sandbox.make(name, ['cpu', 'v2']);
    this.#sandbox.move(pid, name);
  }

  close(): void {
    this.#sandbox.close();
  }
}
