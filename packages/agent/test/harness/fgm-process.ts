import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';
import { until } from './recording.ts';

/** The command as users start it; with FGM_SOURCE it runs the sources as they are. */
const BIN = fileURLToPath(new URL('../../../cli/bin/fgm.js', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** From the signal, or from the start when there was none, to the end. */
  readonly milliseconds: number;
}

export interface Health {
  readonly status: number;
  readonly reason: string;
}

export interface FgmOptions {
  /** Runs as this user, without root's capabilities. */
  readonly uid?: number;
  /** Program and arguments to put in front of the command, such as `setpriv …`. */
  readonly prefix?: readonly string[];
}

/** `fgm monitor` as a process of its own. It is killed at the end of the test if it still runs then. */
export class FgmProcess {
  readonly directory: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<Ended>;
  #log = '';
  #since = performance.now();
  #hasEnded = false;

  /** @param flags of `fgm monitor`, besides those of the directory, the address and the names */
  constructor(t: Test, directory: string, flags: readonly string[] = [], { uid, prefix = [] }: FgmOptions = {}) {
    this.directory = directory;
    mkdirSync(directory, { recursive: true });
    const fixed = ['--output-dir', directory, '--listen', '127.0.0.1:0', '--identifier', 'box', '--node-name', 'box'];
    const [program, ...args] = [...prefix, process.execPath, BIN, 'monitor', ...fixed, ...flags];
    this.#child = spawn(program!, args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: process.env['PATH'], FGM_SOURCE: '1' },
      ...(uid === undefined ? {} : { uid, gid: uid }),
    });
    this.#child.stderr!.on('data', (bytes: Buffer) => (this.#log += bytes.toString()));
    this.#ended = new Promise((resolve) =>
      this.#child.once('close', (code, signal) => {
        this.#hasEnded = true;
        resolve({ code, signal, milliseconds: performance.now() - this.#since });
      }),
    );
    // What it said is all that is left of a failure that comes once in a while.
    t.teardown(() => t.passing() || process.stderr.write(this.#log));
    t.teardown(() => this.#child.kill('SIGKILL') && this.#ended.then(() => {}));
  }

  /** Starts one and waits until it records. */
  static async start(
    t: Test,
    directory: string,
    flags: readonly string[] = [],
    options: FgmOptions = {},
  ): Promise<FgmProcess> {
    const fgm = new FgmProcess(t, directory, flags, options);
    await until('fgm records', () => fgm.#hasEnded || fgm.entries('recording').length > 0, 180_000);
    if (fgm.#hasEnded) throw new Error(`fgm ended at its start: ${fgm.log}`);
    await until('it has looked around', async () => (await fgm.metric('fgm_discovery_scans_total')) > 0);
    return fgm;
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** All it has said on stderr. */
  get log(): string {
    return this.#log;
  }

  get ended(): Promise<Ended> {
    return this.#ended;
  }

  get running(): boolean {
    return !this.#hasEnded;
  }

  /** Lines of the log with this message. */
  entries(message: string): Record<string, unknown>[] {
    const lines = this.#log.split('\n').filter((line) => line.startsWith('{') && line.endsWith('}'));
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter(({ msg }) => msg === message);
  }

  get url(): string {
    return String(this.entries('recording')[0]!['url']);
  }

  signal(signal: NodeJS.Signals): void {
    this.#since = performance.now();
    this.#child.kill(signal);
  }

  /** Ends it the way a supervisor does. */
  async stop(): Promise<Ended> {
    this.signal('SIGTERM');
    return this.#ended;
  }

  /** Ends it without its doing. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.#ended;
  }

  /** The sum of the lines of /metrics that start with this: a name, or a name and the first of its labels. */
  async metric(start: string): Promise<number> {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    const values = text
      .split('\n')
      .filter((line) => line.startsWith(`${start} `) || line.startsWith(`${start}{`))
      .map((line) => Number(line.slice(line.lastIndexOf(' ') + 1)));
    return values.reduce((sum, value) => sum + value, 0);
  }

  async health(path: 'healthz' | 'readyz'): Promise<Health> {
    const response = await fetch(`${this.url}/${path}`);
    const { reason } = (await response.json()) as { reason: string };
    return { status: response.status, reason };
  }

  /** Ticks it has completed. */
  async ticksDone(): Promise<number> {
    return (
      (await this.metric('fgm_ticks_total{outcome="ok"}')) + (await this.metric('fgm_ticks_total{outcome="late"}'))
    );
  }

  /** Waits until it has completed so many ticks from now on. */
  async ticks(count: number): Promise<void> {
    const target = (await this.ticksDone()) + count;
    await until(`${count} ticks are done`, async () => (await this.ticksDone()) >= target, 60_000);
  }

  /** Waits until it samples so many of a kind. */
  async samples(kind: 'container' | 'host' | 'process' | 'service', count: number): Promise<void> {
    const line = `fgm_entities{kind="${kind}"}`;
    await until(`${count} of kind ${kind} are sampled`, async () => (await this.metric(line)) >= count);
  }
}
