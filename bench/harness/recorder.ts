import { CgroupSandbox, whyNoCgroups } from '@fgm/testkit';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** What `npx fgm` runs: it starts what is built, with the settings of V8 and malloc that users get. */
const COMMAND = fileURLToPath(new URL('../../packages/cli/bin/fgm.js', import.meta.url));

/** A recorder that runs as users run it, watched from outside through the kernel's accounting. */
export class MeasuredRecorder {
  readonly pid: number;
  readonly directory: string;
  /** Milliseconds from its start until it said that it records. */
  readonly startMs: number;
  readonly runId: string;
  readonly url: string;
  readonly #process: ChildProcess;
  readonly #sandbox: CgroupSandbox | null;
  readonly #exited: Promise<unknown>;

  /** Starts one on `directory` and waits until it records. */
  static async start(directory: string, flags: readonly string[]): Promise<MeasuredRecorder> {
    const sandbox = whyNoCgroups() === false ? new CgroupSandbox('fgm-bench-recorder') : null;
    const begin = performance.now();
    const args = ['monitor', '--output-dir', directory, '--listen', '127.0.0.1:0', ...flags];
    const child = spawn(COMMAND, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    sandbox?.move(child.pid!);
    const line = await firstLine(child, 'recording');
    return new MeasuredRecorder(child, sandbox, directory, performance.now() - begin, line);
  }

  private constructor(
    child: ChildProcess,
    sandbox: CgroupSandbox | null,
    directory: string,
    startMs: number,
    { runId, url }: { runId: string; url: string },
  ) {
    this.pid = child.pid!;
    this.directory = directory;
    this.startMs = startMs;
    this.runId = runId;
    this.url = url;
    this.#process = child;
    this.#sandbox = sandbox;
    this.#exited = once(child, 'exit');
  }

  /** CPU time of all its threads so far, microseconds: exact from its cgroup, else in clock ticks from /proc/PID/stat. */
  cpuUsec(): number {
    const cgroup = this.#sandbox?.directories.v2;
    if (cgroup !== undefined)
      return Number(/usage_usec (\d+)/.exec(readFileSync(join(cgroup, 'cpu.stat'), 'utf8'))![1]);
    const stat = readFileSync(`/proc/${this.pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10_000;
  }

  /** Peak and present resident memory, bytes. */
  memory(): { readonly peak: number; readonly now: number } {
    const status = readFileSync(`/proc/${this.pid}/status`, 'latin1');
    const kilobytes = (key: string): number => Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(status)![1]);
    return { peak: kilobytes('VmHWM') * 1024, now: kilobytes('VmRSS') * 1024 };
  }

  /** What its descriptors point at. */
  openFiles(): string[] {
    const directory = `/proc/${this.pid}/fd`;
    return readdirSync(directory).flatMap((fd) => {
      try {
        return [readlinkSync(join(directory, fd))];
      } catch {
        return [];
      }
    });
  }

  /** One number of its own /metrics; NaN when there is none. */
  async metric(name: string): Promise<number> {
    const body = await (await fetch(`${this.url}/metrics`)).text();
    const values = body.split('\n').filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`));
    return values.length === 0
      ? Number.NaN
      : values.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
  }

  /** Stops it as an operator would. @throws Error unless it ends with 0. */
  async stop(): Promise<void> {
    this.#process.kill('SIGTERM');
    await this.#exited;
    this.#sandbox?.close();
    if (this.#process.exitCode !== 0) throw new Error(`the recorder ended with ${this.#process.exitCode}`);
  }

  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#exited;
    this.#sandbox?.close();
  }
}

/** The first log line with this message; the rest is left to flow away. */
async function firstLine(child: ChildProcess, message: string): Promise<{ runId: string; url: string }> {
  for await (const line of createInterface({ input: child.stderr! })) {
    if (!line.startsWith('{')) throw new Error(`the recorder said: ${line}`);
    const entry = JSON.parse(line) as { msg: string; runId: string; url: string };
    if (entry.msg !== message) continue;
    child.stderr!.resume();
    return entry;
  }
  throw new Error(`the recorder ended before it said "${message}"`);
}
