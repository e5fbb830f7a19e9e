import { CgroupSandbox, whyNoCgroups } from '@fgm/testkit';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { seeingOnly } from './cgroup-view.ts';

/** What `npx fgm` runs: it starts what is built, with the settings of V8 and malloc that users get. */
const COMMAND = fileURLToPath(new URL('../../packages/cli/bin/fgm.js', import.meta.url));
const LINES_KEPT = 10;

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
  readonly #said: readonly string[];

  /**
   * Starts one on `directory` and waits until it records.
   * @param view what it sees of the cgroup tree: only what is in this sandbox, so that others' containers cost it nothing
   */
  static async start(directory: string, flags: readonly string[], view?: CgroupSandbox): Promise<MeasuredRecorder> {
    const sandbox = whyNoCgroups() === false ? new CgroupSandbox('fgm-bench-recorder') : null;
    const begin = performance.now();
    const args = ['monitor', '--output-dir', directory, '--listen', '127.0.0.1:0', ...flags];
    const [command, ...rest] = view === undefined ? [COMMAND, ...args] : [...seeingOnly(view), COMMAND, ...args];
    const child = spawn(command!, rest, { stdio: ['ignore', 'ignore', 'pipe'] });
    sandbox?.move(child.pid!);
    const said: string[] = [];
    const line = await lineSaying(child, 'recording', said);
    return new MeasuredRecorder(child, sandbox, directory, performance.now() - begin, line, said);
  }

  private constructor(
    child: ChildProcess,
    sandbox: CgroupSandbox | null,
    directory: string,
    startMs: number,
    { runId, url }: Recording,
    said: readonly string[],
  ) {
    this.pid = child.pid!;
    this.directory = directory;
    this.startMs = startMs;
    this.runId = runId;
    this.url = url;
    this.#process = child;
    this.#sandbox = sandbox;
    this.#exited = once(child, 'exit');
    this.#said = said;
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

  /** The cgroup files that it has open, where we can open them too: it may see less of the tree than we do. */
  cgroupFiles(): string[] {
    const paths = this.openFiles().filter((path) => path.startsWith('/sys/fs/cgroup/'));
    return paths.map((path) => `/proc/${this.pid}/root${path}`);
  }

  /**
   * One number of its own /metrics; NaN when there is none.
   * @throws Error with what it said last when it has ended
   */
  async metric(name: string): Promise<number> {
    const body = await this.#metrics();
    const values = body.split('\n').filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`));
    return values.length === 0
      ? Number.NaN
      : values.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
  }

  async #metrics(): Promise<string> {
    try {
      return await (await fetch(`${this.url}/metrics`)).text();
    } catch (error) {
      if (this.#process.exitCode === null && this.#process.signalCode === null) throw error;
      throw new Error(this.#ending(), { cause: error });
    }
  }

  #ending(): string {
    const { exitCode, signalCode } = this.#process;
    return [`the recorder ended with ${exitCode ?? signalCode}; it said last:`, ...this.#said].join('\n');
  }

  /** Stops it as an operator would. @throws Error unless it ends with 0. */
  async stop(): Promise<void> {
    this.#process.kill('SIGTERM');
    await this.#exited;
    this.#sandbox?.close();
    if (this.#process.exitCode !== 0) throw new Error(this.#ending());
  }

  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#exited;
    this.#sandbox?.close();
  }
}

interface Recording {
  readonly runId: string;
  readonly url: string;
}

/** The first log line with this message. What follows is read as it comes, and the last of it kept in `said`. */
async function lineSaying(child: ChildProcess, message: string, said: string[]): Promise<Recording> {
  const { promise, resolve, reject } = Promise.withResolvers<Recording>();
  const lines = createInterface({ input: child.stderr! });
  lines.on('line', (line) => {
    said.push(line);
    if (said.length > LINES_KEPT) said.shift();
    const entry = line.startsWith('{') ? (JSON.parse(line) as { readonly msg: string } & Recording) : undefined;
    if (entry?.msg === message) resolve(entry);
  });
  lines.once('close', () => reject(new Error(`the recorder ended before it said "${message}":\n${said.join('\n')}`)));
  return promise;
}
