import { execFileSync, spawn, type ChildProcessByStdio } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { hasProgram } from './rigs.ts';

const PROGRAMS = fileURLToPath(new URL('../programs/', import.meta.url));

/** Whether victims are small C programs here; else they are Node.js processes, which cost 45 MB and some names. */
export function canCompile(): boolean {
  return hasProgram('gcc');
}

/**
 * Compiles a program of `programs/` (or any C file), once per version of its source, statically so that it also runs in a
 * container without a C library. Gives the path of the binary.
 */
export function compile(source: string): string {
  const hash = createHash('sha256').update(readFileSync(source)).digest('hex').slice(0, 16);
  const binary = join(tmpdir(), `fgm-programs-${process.getuid?.() ?? 0}`, hash);
  if (existsSync(binary)) return binary;
  mkdirSync(dirname(binary), { recursive: true, mode: 0o700 });
  const part = `${binary}.${process.pid}`;
  const flags = ['-O1', '-pthread', '-o', part, source];
  try {
    execFileSync('gcc', ['-static', ...flags], { stdio: 'pipe' });
  } catch {
    // Some distributions have no static C library: what we lose is running in an empty container.
    execFileSync('gcc', flags, { stdio: ['ignore', 'ignore', 'inherit'] });
  }
  renameSync(part, binary);
  return binary;
}

/** Program and arguments of a victim that takes its orders on stdin (programs/victim.c tells which). */
export function victimCommand(): readonly [string, ...string[]] {
  return canCompile() ? [compile(join(PROGRAMS, 'victim.c'))] : [process.execPath, join(PROGRAMS, 'victim.ts')];
}

/** A process that uses what it is told to use, and says when it has. */
export class Victim {
  readonly pid: number;
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #answers: NodeJS.AsyncIterator<string>;
  readonly #exited: Promise<void>;

  /** Starts one and waits until it listens. */
  static async start(command: readonly [string, ...string[]] = victimCommand()): Promise<Victim> {
    const victim = new Victim(command);
    await victim.#expectOk('start');
    return victim;
  }

  private constructor([program, ...args]: readonly [string, ...string[]]) {
    this.#process = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    if (this.#process.pid === undefined) throw new Error(`cannot start ${program}`);
    this.pid = this.#process.pid;
    this.#answers = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
    this.#exited = new Promise((resolve) => this.#process.once('exit', () => resolve()));
    // Its end is seen as the end of its answers.
    this.#process.stdin.on('error', () => {});
  }

  /** Gives an order such as `touch 1048576`, and waits until it is done. @throws Error when the victim cannot. */
  async order(...words: readonly (string | number)[]): Promise<void> {
    const order = words.join(' ');
    this.#process.stdin.write(`${order}\n`);
    await this.#expectOk(order);
  }

  /** Sets comm to these bytes (at most 15), whatever they are. */
  async rename(comm: string | Uint8Array): Promise<void> {
    await this.order('name', Buffer.from(comm).toString('hex'));
  }

  /** Kills it and waits until the kernel has forgotten it. */
  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#exited;
  }

  async #expectOk(order: string): Promise<void> {
    const { value, done } = await this.#answers.next();
    if (done === true) throw new Error(`victim ${this.pid} ended at: ${order}`);
    if (value !== 'ok') throw new Error(`victim ${this.pid} answered ${value} to: ${order}`);
  }
}

/** Names a process can have that break whoever reads /proc/PID/stat or status by their separators. */
export const ODD_COMMS: readonly Uint8Array[] = [
  Buffer.from('two words'),
  Buffer.from('a) S 1 (b'),
  Buffer.from('((('),
  Buffer.from(')))'),
  Buffer.from('line\nfeed'),
  Buffer.from('tab\tand\\slash'),
  Buffer.from(' '),
  Buffer.from('ünïcödé'),
  Uint8Array.of(0xff, 0xfe, 0x80, 0x41),
  Buffer.from('fifteen bytes !'),
];
