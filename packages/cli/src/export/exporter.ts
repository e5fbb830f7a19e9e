import { spawn, type ChildProcess } from 'node:child_process';
import {
  closeSync,
  createReadStream,
  fstatSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ExportedFile, type Exporter, ExportFailure, type ExportRequest } from '@fgm/viewer';
import type { Exported } from './exported.ts';
import { LEAST_MEMORY } from './memory.ts';
import { memoryLeft, ownBytes } from './memory-left.ts';
import { cutText } from './report.ts';

/** Files that take longer are given up, in milliseconds. */
const MAKING_MS = 10 * 60_000;
/** What a process may have left to end, in milliseconds. */
const ENDING_MS = 2_000;
/** Bytes of all that is written for a file: it stands on the disk until it has been sent. */
const MOST_BYTES = 2 * 1024 ** 3;
const LOOK_MS = 500;
/** Memory grows faster than files. */
const LOOK_AT_MEMORY_MS = 50;
/** Of JavaScript's objects: rows do not become such. */
const HEAP_MIB = 128;
const NICE = 10;
const MIB = 2 ** 20;
const DEFAULT_MEMORY = 2048 * MIB;
const FLAGS = [`--max-old-space-size=${HEAP_MIB}`, '--optimize-for-size'];
const SAID_BYTES = 64 * 1024;
/** An argument of a program cannot be longer than 128 KiB. */
const MOST_IDS = 1_000;

function argumentsOf(request: ExportRequest, memory: number): string[] {
  const { format, layout, directories, tables, metrics, containers, namespace, labels, from, to, maxRows } = request;
  const flags: [string, string | null | undefined][] = [
    ['format', format],
    ['layout', layout],
    ['from', new Date(from).toISOString()],
    ['to', new Date(to).toISOString()],
    ['tables', tables?.join(',')],
    ['metrics', metrics?.join(',')],
    ['namespace', namespace],
    ['labels', labels],
    ['max-rows', String(maxRows)],
    ['view', request.view],
    ['memory', String(memory)],
    ['output', '-'],
  ];
  const ids = containers ?? [];
  for (let at = 0; at < ids.length; at += MOST_IDS) flags.push(['containers', ids.slice(at, at + MOST_IDS).join(',')]);
  // With = no value is taken for a flag, and behind -- no directory.
  const given = flags.flatMap(([name, value]) => (value === null || value === undefined ? [] : [`--${name}=${value}`]));
  return ['export', ...given, '--json', '--', ...directories];
}

function tooMuchMemory(memory: number): ExportFailure {
  const most = Math.floor(memory / MIB);
  return new ExportFailure(
    'too large',
    `more memory is wanted than the ${most} MiB that there are for it: ask for fewer metrics, containers or rows, or give the viewer more (--export-memory, and its container's limit)`,
  );
}

/** What the program complained of, in words of a request. */
function failureOf(code: number | null, said: string, memory: number): ExportFailure {
  // By nobody here: the kernel, when memory runs out, or Node.js, when its heap does.
  if (code === null || / more memory is wanted than |heap out of memory/.test(said)) return tooMuchMemory(memory);
  const line = said.trim().split('\n').at(-1) ?? '';
  const message = line
    .replace(/^fgm: /, '')
    .replaceAll(/--([a-z]+)-?([a-z]*)/g, (_, one: string, two: string) => (two ? `${one}_${two}` : one));
  const several = /standard output takes one table, not (.*); name one/.exec(message)?.[1];
  if (several !== undefined)
    return new ExportFailure(
      'asked wrongly',
      `tables: a wide file has one table, not ${several}: name one, or ask for layout=long or format=html`,
    );
  if (code === 2) return new ExportFailure('asked wrongly', message);
  if (/^(no rows|nothing is recorded)/.test(message)) return new ExportFailure('no rows', message);
  return new ExportFailure('failed', message === '' ? `the program that makes files ended by ${code}` : message);
}

function bytesBelow(directory: string): number {
  let bytes = 0;
  for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    bytes += statSync(join(directory, name), { throwIfNoEntry: false })?.size ?? 0;
  }
  return bytes;
}

/** Waits for a process to end. @returns its exit code, and what it said. @throws ExportFailure when it took too much of something */
async function ended(
  child: ChildProcess,
  scratch: string,
  memory: number,
  signal: AbortSignal,
): Promise<{ code: number | null; said: string }> {
  let said = '';
  let given: ExportFailure | null = null;
  let kill: NodeJS.Timeout | undefined;
  const give = (failure: ExportFailure): void => {
    given ??= failure;
    child.kill('SIGTERM');
    kill ??= setTimeout(() => child.kill('SIGKILL'), ENDING_MS);
  };
  const leave = (): void => give(new ExportFailure('failed', 'nobody waits for it any more'));
  signal.addEventListener('abort', leave, { once: true });
  const late = setTimeout(
    () => give(new ExportFailure('too large', `it takes longer than ${MAKING_MS / 60_000} minutes: ask for less`)),
    MAKING_MS,
  );
  const look = setInterval(() => {
    if (bytesBelow(scratch) > MOST_BYTES)
      give(new ExportFailure('too large', `it is larger than ${MOST_BYTES / 1024 ** 3} GiB: ask for less`));
  }, LOOK_MS);
  const lookAtMemory = setInterval(() => {
    if (ownBytes(child.pid!) > memory) {
      // At once: it may take more before it has put its things in order.
      child.kill('SIGKILL');
      give(tooMuchMemory(memory));
    }
  }, LOOK_AT_MEMORY_MS);
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-SAID_BYTES)));
  try {
    if (signal.aborted) leave();
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    if (given !== null) throw given as ExportFailure;
    return { code, said };
  } finally {
    signal.removeEventListener('abort', leave);
    clearInterval(look);
    clearInterval(lookAtMemory);
    clearTimeout(late);
    clearTimeout(kill);
  }
}

/** Behind whoever records and whoever looks on; and where memory runs out, the first to go. */
function stepBack(pid: number): void {
  try {
    setPriority(pid, NICE);
    writeFileSync(`/proc/${pid}/oom_score_adj`, '1000');
  } catch {
    // It has ended already, or this is not Linux.
  }
}

function noMemory(memory: number, given: number): ExportFailure {
  const [left, least] = [Math.max(0, Math.floor(memory / MIB)), LEAST_MEMORY / MIB];
  const advice =
    given > 0 ? 'ask again when the other file has been made' : "raise the limit of the viewer's container";
  return new ExportFailure(
    'too large',
    `a file takes at least ${least} MiB of memory to make, and ${left} MiB are left: ${advice}`,
  );
}

/**
 * Makes files by `fgm export` in a process of its own: DuckDB takes hundreds of megabytes, and gives none of them back while a process lives.
 * A file has no name, and is gone with whoever reads it.
 *
 * @param program what this program is started by, without its arguments
 * @param mostMemory of each process, in bytes; where the container has less, less
 */
export function exporterOf(program: readonly string[], mostMemory = DEFAULT_MEMORY): Exporter {
  let given = 0;
  return async (request, signal): Promise<ExportedFile> => {
    const memory = memoryLeft(mostMemory, given);
    if (memory < LEAST_MEMORY) throw noMemory(memory, given);
    given += memory;
    const scratch = mkdtempSync(join(tmpdir(), 'fgm-file-'));
    let fd: number | null = openSync(join(scratch, 'file'), 'wx+');
    try {
      const env = { ...process.env, TMPDIR: scratch, MALLOC_ARENA_MAX: '2' };
      const child = spawn(process.execPath, [...FLAGS, ...program, ...argumentsOf(request, memory)], {
        stdio: ['ignore', fd, 'pipe'],
        env,
      });
      if (child.pid !== undefined) stepBack(child.pid);
      const { code, said } = await ended(child, scratch, memory, signal);
      const report = said.split('\n').find((line) => line.startsWith('{'));
      if (code !== 0 || report === undefined) throw failureOf(code, said, memory);
      const { rows, from, to, cut } = JSON.parse(report) as Exported;
      const { size: bytes } = fstatSync(fd);
      const content = createReadStream('', { fd, start: 0 });
      fd = null;
      return { content, bytes, rows, from, to, cut: cut && cutText(cut) };
    } finally {
      given -= memory;
      if (fd !== null) closeSync(fd);
      rmSync(scratch, { recursive: true, force: true });
    }
  };
}
