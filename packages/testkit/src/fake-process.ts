import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PAGE_KB = 4;

/** A process of a fake tree: the numbers its files are written from. Change them, then write(). */
export class FakeProcess {
  readonly pid: number;
  /** Clock ticks since boot. */
  readonly startTime: number;
  readonly directory: string;
  comm: string;
  cmdline: string;
  state = 'S';
  /** Clock ticks. */
  utime = 0;
  stime = 0;
  minflt = 1200;
  majflt = 3;
  threads = 1;
  rssPages = 2048;
  sharedPages = 512;
  swapKb = 0;
  readBytes = 0;
  writeBytes = 0;
  runNs = 0;
  timeslices = 10;
  voluntarySwitches = 10;

  constructor(procRoot: string, pid: number, startTime: number) {
    this.pid = pid;
    this.startTime = startTime;
    this.directory = join(procRoot, `${pid}`);
    this.comm = `worker-${pid}`;
    this.cmdline = `/usr/bin/worker\0--id\0${pid}\0`;
    mkdirSync(this.directory, { recursive: true });
  }

  /** One more second of work. */
  work(cpuTicks: number): void {
    this.utime += cpuTicks;
    this.stime += cpuTicks >> 2;
    this.minflt += 17;
    this.rssPages += 1;
    this.runNs += cpuTicks * 10_000_000;
    this.timeslices += 3;
    this.voluntarySwitches += 2;
    this.readBytes += 4096;
    this.writeBytes += 8192;
  }

  /** Writes every file again, into the same inodes: a reader may keep them open, as it may the kernel's. */
  write(): void {
    for (const [name, content] of Object.entries(this.files())) writeFileSync(join(this.directory, name), content);
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  files(): Readonly<Record<string, string>> {
    return {
      stat: this.#stat(),
      statm: `${this.rssPages * 3} ${this.rssPages} ${this.sharedPages} 200 0 ${this.rssPages} 0\n`,
      status: this.#status(),
      schedstat: `${this.runNs} ${Math.floor(this.runNs / 20)} ${this.timeslices}\n`,
      io: this.#io(),
      smaps_rollup: this.#rollup(),
      comm: `${this.comm}\n`,
      cmdline: this.cmdline,
    };
  }

  /** https://docs.kernel.org/filesystems/proc.html, table 1-4 */
  #stat(): string {
    const memory = `${this.minflt} 0 ${this.majflt} 0 ${this.utime} ${this.stime} 0 0 20 0 ${this.threads} 0`;
    const sizes = `${this.startTime} ${this.rssPages * 3 * 4096} ${this.rssPages} 18446744073709551615`;
    const rest =
      '4194304 4206592 140722000000000 0 0 0 0 4096 81920 0 0 0 17 1 0 0 0 0 0 4214784 4216832 9437184 0 0 0 0 0';
    return `${this.pid} (${this.comm}) ${this.state} 1 ${this.pid} ${this.pid} 0 -1 4194560 ${memory} ${sizes} ${rest}\n`;
  }

  #status(): string {
    const rss = this.rssPages * PAGE_KB;
    const shared = this.sharedPages * PAGE_KB;
    return `Name:\t${this.comm}\nUmask:\t0022\nState:\t${this.state} (sleeping)\nTgid:\t${this.pid}\nNgid:\t0\nPid:\t${this.pid}
PPid:\t1\nTracerPid:\t0\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nFDSize:\t64\nGroups:\t0 \nNStgid:\t${this.pid}\nKthread:\t0
VmPeak:\t${kb(rss * 3)}\nVmSize:\t${kb(rss * 3)}\nVmLck:\t${kb(0)}\nVmPin:\t${kb(0)}\nVmHWM:\t${kb(rss)}\nVmRSS:\t${kb(rss)}
RssAnon:\t${kb(rss - shared)}\nRssFile:\t${kb(shared)}\nRssShmem:\t${kb(0)}\nVmData:\t${kb(rss)}\nVmStk:\t${kb(132)}
VmExe:\t${kb(800)}\nVmLib:\t${kb(1600)}\nVmPTE:\t${kb(88)}\nVmSwap:\t${kb(this.swapKb)}\nHugetlbPages:\t${kb(0)}
CoreDumping:\t0\nTHP_enabled:\t1\nThreads:\t${this.threads}\nSigQ:\t0/96000\nSigPnd:\t0000000000000000\nCapEff:\t000001ffffffffff
Seccomp:\t0\nCpus_allowed:\t3\nCpus_allowed_list:\t0-1\nMems_allowed_list:\t0
voluntary_ctxt_switches:\t${this.voluntarySwitches}\nnonvoluntary_ctxt_switches:\t${this.timeslices}\n`;
  }

  #io(): string {
    return `rchar: ${this.readBytes * 2}\nwchar: ${this.writeBytes}\nsyscr: ${this.timeslices}\nsyscw: ${this.timeslices}
read_bytes: ${this.readBytes}\nwrite_bytes: ${this.writeBytes}\ncancelled_write_bytes: 0\n`;
  }

  #rollup(): string {
    const rss = this.rssPages * PAGE_KB;
    const shared = this.sharedPages * PAGE_KB;
    // prettier-ignore
    const fields: readonly (readonly [string, number])[] = [
      ['Rss', rss], ['Pss', rss - shared / 2], ['Pss_Dirty', rss - shared], ['Pss_Anon', rss - shared],
      ['Pss_File', shared / 2], ['Pss_Shmem', 0], ['Shared_Clean', shared], ['Shared_Dirty', 0], ['Private_Clean', 0],
      ['Private_Dirty', rss - shared], ['Referenced', rss], ['Anonymous', rss - shared], ['KSM', 0], ['LazyFree', 0],
      ['AnonHugePages', 0], ['ShmemPmdMapped', 0], ['FilePmdMapped', 0], ['Shared_Hugetlb', 0],
      ['Private_Hugetlb', 0], ['Swap', this.swapKb], ['SwapPss', this.swapKb], ['Locked', 0],
    ];
    const lines = fields.map(([key, value]) => `${`${key}:`.padEnd(16)}${`${value}`.padStart(8)} kB`);
    return `55d0c0000000-7ffd1c5e6000 ---p 00000000 00:00 0                          [rollup]\n${lines.join('\n')}\n`;
  }
}

function kb(amount: number): string {
  return `${`${amount}`.padStart(8)} kB`;
}
