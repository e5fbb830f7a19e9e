import { compile } from '@fgm/testkit';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const SOURCE = fileURLToPath(new URL('../reference/reader.c', import.meta.url));

/** What reading a list of files cost a C program that keeps them open and does nothing with what it reads. */
export interface ReaderCost {
  /** Of the list, those that could be opened. */
  readonly files: number;
  readonly rounds: number;
  readonly bytes: number;
  readonly wallSeconds: number;
  readonly userSeconds: number;
  readonly systemSeconds: number;
}

/** Reads all files `rounds` times, each `periodMs` after the last, or back to back. */
export function readByC(files: readonly string[], rounds: number, periodMs = 0): ReaderCost {
  const stdout = execFileSync(compile(SOURCE), [`${rounds}`, `${periodMs}`], {
    input: files.map((file) => `${file}\n`).join(''),
    encoding: 'utf8',
  });
  return JSON.parse(stdout) as ReaderCost;
}

/** Milliseconds of CPU for one round. */
export function msPerRound({ userSeconds, systemSeconds, rounds }: ReaderCost): number {
  return ((userSeconds + systemSeconds) * 1000) / rounds;
}
