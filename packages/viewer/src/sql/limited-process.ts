import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

/** How often its memory is looked at, in milliseconds. */
const LOOK_MS = 50;
const PAGE_BYTES = 4096;
/** Of what it says of itself, and of its complaints, so much is kept, in characters. */
const MOST_SAID = 16 * 1024;

/** Work for a process of its own. */
export interface Job {
  /** A module of ours that Node.js can run. It gets the input on stdin, and writes what it makes to stdout and a report to descriptor 3. */
  readonly program: string;
  readonly input: string;
  readonly limits: {
    readonly ms: number;
    /** Resident memory of the process. It is looked at every few milliseconds, so it may be more for a moment. */
    readonly residentBytes: number;
    /** Of JavaScript objects in it. */
    readonly heapBytes: number;
  };
  /** Ends it wherever it is. */
  readonly signal: AbortSignal;
  /** Takes what it writes to stdout, piece by piece. */
  readonly onOutput: (bytes: Buffer) => void;
}

/** How it ended. */
export type Outcome =
  /** By itself: `report` is what it has said. */
  | { readonly ended: 'well'; readonly report: string }
  /** It was killed: for a limit, or because nobody waited any more. */
  | { readonly ended: 'time' | 'memory' | 'aborted' }
  /** By a fault. */
  | { readonly ended: 'badly'; readonly reason: string };

/**
 * Runs a job in a process that is killed when it takes more than it may. It has none of our environment, so no secrets, and a
 * directory for scratch files of its own, which is gone afterwards however the process ended.
 */
export async function runLimited(job: Job): Promise<Outcome> {
  if (job.signal.aborted) return { ended: 'aborted' };
  const scratch = mkdtempSync(join(tmpdir(), 'fgm-job-'));
  try {
    return await run(job, scratch);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function run({ program, input, limits, signal, onOutput }: Job, scratch: string): Promise<Outcome> {
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  const child = start(program, limits.heapBytes, scratch);
  let killed: Outcome | null = null;
  const kill = (ended: 'time' | 'memory' | 'aborted'): void => {
    killed ??= { ended };
    child.kill('SIGKILL');
  };
  const abort = (): void => kill('aborted');
  signal.addEventListener('abort', abort);
  const timer = setTimeout(() => kill('time'), limits.ms);
  const looks = setInterval(() => {
    if (residentBytes(child) > limits.residentBytes) kill('memory');
  }, LOOK_MS);
  const report = textOf(child.stdio[3] as Readable);
  const complaints = textOf(child.stderr!);
  child.stdout!.on('data', onOutput);
  // It may have ended before it has read all of its input.
  child.stdin!.on('error', () => undefined).end(input);
  const settle = (outcome: Outcome): void => {
    signal.removeEventListener('abort', abort);
    clearTimeout(timer);
    clearInterval(looks);
    resolve(outcome);
  };
  child.once('error', (cause) => settle({ ended: 'badly', reason: cause.message }));
  child.once('close', (code, by) => {
    if (killed !== null) return settle(killed);
    if (code === 0) return settle({ ended: 'well', report: report() });
    // Of JavaScript's heap, of which Node.js itself keeps the limit.
    if (by === 'SIGABRT' && complaints().includes('heap out of memory')) return settle({ ended: 'memory' });
    const last = complaints().trim().split('\n').at(-1) ?? '';
    settle({ ended: 'badly', reason: `it ended by ${by ?? `code ${code}`}${last === '' ? '' : `: ${last}`}` });
  });
  return promise;
}

function start(program: string, heapBytes: number, scratch: string): ChildProcess {
  const flags = process.execArgv.filter((flag) => flag.startsWith('--conditions='));
  const heap = Math.ceil(heapBytes / 2 ** 20);
  return spawn(
    process.execPath,
    [...flags, '--disable-warning=ExperimentalWarning', `--max-old-space-size=${heap}`, '--optimize-for-size', program],
    { env: { TMPDIR: scratch, MALLOC_ARENA_MAX: '2' }, stdio: ['pipe', 'pipe', 'pipe', 'pipe'] },
  );
}

/** 0 for a process that is gone, and where /proc does not tell. */
function residentBytes({ pid }: ChildProcess): number {
  if (pid === undefined) return 0;
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]) * PAGE_BYTES;
  } catch {
    return 0;
  }
}

/** The end of what a stream says. */
function textOf(stream: Readable): () => string {
  let text = '';
  stream.setEncoding('utf8').on('data', (more: string) => (text = (text + more).slice(-MOST_SAID)));
  return () => text;
}
