import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { canCompile, compile } from '@fgm/scenarios';

const PROGRAMS = fileURLToPath(new URL('../programs/', import.meta.url));

/**
 * Program and arguments of a victim that takes its orders on stdin (programs/victim.c tells which). Without a compiler it is a
 * Node.js process, which costs 45 MB and some names.
 */
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
