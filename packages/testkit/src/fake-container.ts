import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FakeProcess } from './fake-process.ts';

/** A cgroup v2 of a fake tree: the numbers its files are written from. Change them, then write(). */
export class FakeContainer {
  readonly id: string;
  /** Path of the cgroup below its mount, starting with `/`. */
  readonly cgroup: string;
  readonly directory: string;
  readonly processes: FakeProcess[] = [];
  usageUsec = 1_000_000;
  throttledPeriods = 0;
  anonBytes = 64 * 1024 * 1024;
  fileBytes = 32 * 1024 * 1024;
  pageFaults = 10_000;
  oomKills = 0;
  readBytes = 1_000_000;
  writeBytes = 2_000_000;
  /** Null is written `max`. */
  memoryMax: number | null = 256 * 1024 * 1024;
  /** Per 100 ms; null is written `max`. */
  cpuQuotaUsec: number | null = 50_000;

  constructor(cgroupRoot: string, cgroup: string, id: string) {
    this.id = id;
    this.cgroup = cgroup;
    this.directory = join(cgroupRoot, cgroup);
    mkdirSync(this.directory, { recursive: true });
  }

  get memoryCurrent(): number {
    return this.anonBytes + this.fileBytes + 2 * 1024 * 1024;
  }

  /** One more second of work, by its processes too. */
  work(cpuUsec: number): void {
    this.usageUsec += cpuUsec;
    this.anonBytes += 4096 * this.processes.length;
    this.pageFaults += 17 * this.processes.length;
    this.writeBytes += 8192;
    for (const process of this.processes) process.work(Math.round(cpuUsec / 10_000 / this.processes.length));
  }

  /** Writes every file again, its processes' too, into the same inodes: a reader may keep them open. */
  write(): void {
    for (const [name, content] of Object.entries(this.files())) writeFileSync(join(this.directory, name), content);
    for (const process of this.processes) process.write();
  }

  remove(): void {
    for (const process of this.processes) process.remove();
    rmSync(this.directory, { recursive: true, force: true });
  }

  files(): Readonly<Record<string, string>> {
    return { ...this.#memory(), ...this.#cpu(), ...this.#others() };
  }

  #memory(): Record<string, string> {
    return {
      'memory.current': `${this.memoryCurrent}\n`,
      'memory.peak': `${this.memoryCurrent + 1024 * 1024}\n`,
      'memory.min': '0\n',
      'memory.low': '0\n',
      'memory.high': 'max\n',
      'memory.max': orMax(this.memoryMax),
      'memory.swap.current': '0\n',
      'memory.swap.peak': '0\n',
      'memory.swap.high': 'max\n',
      'memory.swap.max': 'max\n',
      'memory.zswap.current': '0\n',
      'memory.zswap.max': 'max\n',
      'memory.oom.group': '0\n',
      'memory.events': `low 0\nhigh 0\nmax ${this.oomKills}\noom ${this.oomKills}\noom_kill ${this.oomKills}\noom_group_kill 0\n`,
      'memory.events.local': `low 0\nhigh 0\nmax 0\noom 0\noom_kill ${this.oomKills}\noom_group_kill 0\n`,
      'memory.swap.events': 'high 0\nmax 0\nfail 0\n',
      'memory.stat': this.#memoryStat(),
    };
  }

  /** In the kernel's order: https://docs.kernel.org/admin-guide/cgroup-v2.html */
  #memoryStat(): string {
    // prettier-ignore
    const values: readonly (readonly [string, number])[] = [
      ['anon', this.anonBytes], ['file', this.fileBytes], ['kernel', 2097152], ['kernel_stack', 98304],
      ['pagetables', 524288], ['sec_pagetables', 0], ['percpu', 2304], ['sock', 0], ['vmalloc', 0], ['shmem', 0],
      ['zswap', 0], ['zswapped', 0], ['file_mapped', 8388608], ['file_dirty', 0], ['file_writeback', 0],
      ['swapcached', 0], ['anon_thp', 0], ['file_thp', 0], ['shmem_thp', 0], ['inactive_anon', this.anonBytes],
      ['active_anon', 0], ['inactive_file', this.fileBytes >> 1],
      ['active_file', this.fileBytes - (this.fileBytes >> 1)], ['unevictable', 0], ['slab_reclaimable', 700000],
      ['slab_unreclaimable', 500000], ['slab', 1200000], ['workingset_refault_anon', 0],
      ['workingset_refault_file', 0], ['workingset_activate_anon', 0], ['workingset_activate_file', 0],
      ['workingset_restore_anon', 0], ['workingset_restore_file', 0], ['workingset_nodereclaim', 0], ['pgscan', 0],
      ['pgsteal', 0], ['pgscan_kswapd', 0], ['pgscan_direct', 0], ['pgscan_khugepaged', 0], ['pgsteal_kswapd', 0],
      ['pgsteal_direct', 0], ['pgsteal_khugepaged', 0], ['pgfault', this.pageFaults], ['pgmajfault', 5],
      ['pgrefill', 0], ['pgactivate', 900], ['pgdeactivate', 0], ['pglazyfree', 0], ['pglazyfreed', 0], ['zswpin', 0],
      ['zswpout', 0], ['zswpwb', 0], ['thp_fault_alloc', 0], ['thp_collapse_alloc', 0], ['thp_swpout', 0],
      ['thp_swpout_fallback', 0],
    ];
    return lines(values);
  }

  #cpu(): Record<string, string> {
    const user = Math.floor(this.usageUsec * 0.7);
    const system = this.usageUsec - user;
    return {
      'cpu.stat': lines([
        ['usage_usec', this.usageUsec],
        ['user_usec', user],
        ['system_usec', system],
        ['nice_usec', 0],
        ['nr_periods', Math.floor(this.usageUsec / 100_000)],
        ['nr_throttled', this.throttledPeriods],
        ['throttled_usec', this.throttledPeriods * 1000],
        ['nr_bursts', 0],
        ['burst_usec', 0],
      ]),
      'cpu.stat.local': `throttled_usec ${this.throttledPeriods * 1000}\n`,
      'cpu.max': `${this.cpuQuotaUsec ?? 'max'} 100000\n`,
      'cpu.max.burst': '0\n',
      'cpu.weight': '100\n',
      'cpu.idle': '0\n',
      'cpuset.cpus.effective': '0-1\n',
      'cpu.pressure': pressure(this.usageUsec >> 5),
      'memory.pressure': pressure(0),
      'io.pressure': pressure(this.writeBytes >> 8),
      'irq.pressure': 'full avg10=0.00 avg60=0.00 avg300=0.00 total=12\n',
    };
  }

  #others(): Record<string, string> {
    return {
      'io.stat': `254:0 rbytes=${this.readBytes} wbytes=${this.writeBytes} rios=100 wios=200 dbytes=0 dios=0\n`,
      'pids.current': `${this.processes.length}\n`,
      'pids.max': 'max\n',
      'pids.peak': `${this.processes.length + 1}\n`,
      'pids.events': 'max 0\n',
      'cgroup.stat': 'nr_descendants 0\nnr_dying_descendants 0\n',
      'cgroup.events': 'populated 1\nfrozen 0\n',
      'cgroup.freeze': '0\n',
      'cgroup.procs': this.processes.map(({ pid }) => `${pid}\n`).join(''),
      'cgroup.controllers': 'cpuset cpu io memory pids\n',
      'cgroup.type': 'domain\n',
    };
  }
}

function orMax(value: number | null): string {
  return `${value ?? 'max'}\n`;
}

function lines(values: readonly (readonly [string, number])[]): string {
  return values.map(([key, value]) => `${key} ${value}\n`).join('');
}

function pressure(total: number): string {
  return `some avg10=0.12 avg60=0.05 avg300=0.01 total=${total}\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=${total >> 2}\n`;
}
