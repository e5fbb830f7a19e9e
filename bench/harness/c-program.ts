import { compile } from '@fgm/testkit';
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Contender } from './turns.ts';

const REFERENCE = new URL('../reference/', import.meta.url);

/** A program of bench/reference that does its work as often as it is told on stdin, and answers with its own CPU time. */
export class CProgram implements Contender {
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #answers: AsyncIterator<string>;

  /** @param opening what it reads before its first order */
  constructor(source: string, args: readonly string[], opening = '') {
    const binary = compile(fileURLToPath(new URL(source, REFERENCE)), '-O2');
    this.#process = spawn(binary, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#answers = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
    this.#process.stdin.write(opening);
  }

  readonly run = async (times: number): Promise<number> => Number(await this.ask(`${times}`));

  /** Sends a line. @throws Error when it has ended instead of answering */
  async ask(line: string): Promise<string> {
    this.#process.stdin.write(`${line}\n`);
    const answer = await this.#answers.next();
    if (answer.done === true) throw new Error(`${this.#process.spawnargs.join(' ')} ended before it answered`);
    return answer.value;
  }

  async close(): Promise<void> {
    const gone = this.#process.exitCode === null ? once(this.#process, 'exit') : undefined;
    this.#process.stdin.end();
    await gone;
  }
}
