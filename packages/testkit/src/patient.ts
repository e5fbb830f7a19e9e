import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { compile } from '@fgm/scenarios';

const SOURCE = fileURLToPath(new URL('../programs/patient.c', import.meta.url));

/** What a process felt that maps and unmaps memory all the time. Milliseconds of one round, waiting for a CPU taken off. */
export interface Felt {
  readonly rounds: number;
  /** Rounds that took longer than 1 and 10 ms. */
  readonly over1: number;
  readonly over10: number;
  readonly p50: number;
  readonly p99: number;
  readonly p9999: number;
  readonly max: number;
  /** The longest time it waited for a CPU: how busy the machine was. */
  readonly longestCpuWait: number;
  /** All rounds of 1 ms or more, in the order of time. */
  readonly stalls: readonly number[];
}

/** A process with much memory in small pages that feels it when its mmap lock is held. Needs a C compiler. */
export class Patient {
  readonly pid: number;
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #answers: NodeJS.AsyncIterator<string>;
  readonly #exited: Promise<void>;

  /** Starts one and waits until it has written to all its memory. */
  static async start(mebibytes: number): Promise<Patient> {
    const patient = new Patient(mebibytes);
    const answer = await patient.#answer();
    if (answer !== 'ready') throw new Error(`the patient said ${answer}`);
    return patient;
  }

  private constructor(mebibytes: number) {
    this.#process = spawn(compile(SOURCE), [`${mebibytes}`], { stdio: ['pipe', 'pipe', 'inherit'] });
    if (this.#process.pid === undefined) throw new Error('cannot start the patient');
    this.pid = this.#process.pid;
    this.#answers = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
    this.#exited = new Promise((resolve) => this.#process.once('exit', () => resolve()));
    this.#process.stdin.on('error', () => {}); // its end is seen as the end of its answers
  }

  /** Lets it work for so long and asks what it felt. */
  async feel(seconds: number): Promise<Felt> {
    this.#process.stdin.write(`${seconds}\n`);
    return JSON.parse(await this.#answer()) as Felt;
  }

  /** The same while its smaps_rollup is read again and again, as a tool does that wants to know PSS. */
  async feelRollups(seconds: number, intervalMs: number): Promise<{ felt: Felt; reads: readonly number[] }> {
    const feeling = this.feel(seconds);
    const reads: number[] = [];
    // The last read is over before the feeling is.
    for (let left = Math.floor((seconds * 1000) / intervalMs); left > 0; left--) {
      await pause(intervalMs / 2);
      const start = performance.now();
      readFileSync(`/proc/${this.pid}/smaps_rollup`);
      reads.push(performance.now() - start);
      await pause(Math.max(0, intervalMs / 2 - reads.at(-1)!));
    }
    return { felt: await feeling, reads };
  }

  /** Kills it and waits until the kernel has forgotten it. */
  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#exited;
  }

  async #answer(): Promise<string> {
    const { value, done } = await this.#answers.next();
    if (done === true) throw new Error(`patient ${this.pid} has ended`);
    return value;
  }
}
