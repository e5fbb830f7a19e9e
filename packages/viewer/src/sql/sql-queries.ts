import type { Counts } from '../http/counts.ts';
import { Problem, PROBLEM_CODES, type ProblemCode } from '../http/problem.ts';
import { type Outcome, runLimited } from './limited-process.ts';

export const SQL_FORMATS = ['json', 'csv'] as const;
export type SqlFormat = (typeof SQL_FORMATS)[number];

/** Who can run SQL, and what a query may take. */
export interface SqlOptions {
  /** The module that runs a query: it takes a `SqlTask` and tells a `SqlReport`. */
  readonly program: string;
  readonly ms: number;
  /** Resident memory of the process that runs it. */
  readonly memoryBytes: number;
}

/** What the process is asked, as JSON. */
export interface SqlTask {
  readonly directories: readonly string[];
  readonly sql: string;
  readonly format: SqlFormat;
  /** Rows at most. */
  readonly rows: number;
  /** Bytes of the answer at most. */
  readonly bytes: number;
  /** Memory that the database may use. */
  readonly memoryBytes: number;
}

/** What it tells at its end, as JSON. */
export type SqlReport =
  /** `cut` says why there are not all rows; null where there are. */
  | { readonly done: true; readonly rows: number; readonly cut: string | null }
  | { readonly done: false; readonly code: ProblemCode; readonly message: string };

export interface SqlAnswer {
  readonly body: Buffer;
  readonly rows: number;
  readonly cut: string | null;
}

const MIB = 2 ** 20;
/** What the process takes beside the memory of the database: Node.js, the library, and the answer. */
const BASE_BYTES = 160 * MIB;
const LEAST_BYTES = 32 * MIB;
const HEAP_BYTES = 64 * MIB;
/** All of an answer is held until it is known to be one: a failure half way must not look like the end. */
const MOST_BYTES = 8 * MIB;

/** Queries of SQL, one at a time: each may take a processor and all the memory that is set aside for them. */
export class SqlQueries {
  readonly #options: SqlOptions;
  readonly #counts: Counts['sql'];
  #busy = false;

  constructor(options: SqlOptions, { sql }: Counts) {
    this.#options = options;
    this.#counts = sql;
  }

  /** @throws Problem for a query that cannot be run, or takes more than it may; Error once the signal is aborted */
  async run(query: Pick<SqlTask, 'directories' | 'sql' | 'format' | 'rows'>, signal: AbortSignal): Promise<SqlAnswer> {
    if (this.#busy) throw new Problem('busy', 'another query of SQL is running: ask again in a moment');
    this.#busy = true;
    const begun = performance.now();
    try {
      return await this.#run(query, signal);
    } finally {
      this.#busy = false;
      this.#counts.done++;
      this.#counts.seconds += (performance.now() - begun) / 1000;
    }
  }

  async #run(query: Pick<SqlTask, 'directories' | 'sql' | 'format' | 'rows'>, signal: AbortSignal): Promise<SqlAnswer> {
    const { program, ms, memoryBytes } = this.#options;
    const task: SqlTask = {
      ...query,
      bytes: MOST_BYTES,
      memoryBytes: Math.max(LEAST_BYTES, memoryBytes - BASE_BYTES),
    };
    const pieces: Buffer[] = [];
    const outcome = await runLimited({
      program,
      input: JSON.stringify(task),
      limits: { ms, residentBytes: memoryBytes, heapBytes: HEAP_BYTES },
      signal,
      onOutput: (bytes) => pieces.push(bytes),
    });
    if (outcome.ended === 'well') return answerOf(outcome.report, pieces, memoryBytes);
    throw failureOf(outcome, this.#options);
  }
}

function failureOf(outcome: Exclude<Outcome, { ended: 'well' }>, { ms, memoryBytes }: SqlOptions): Error {
  if (outcome.ended === 'time')
    return new Problem('sql_time', `the query took longer than ${ms / 1000} s: ask for less`);
  if (outcome.ended === 'memory') return tooMuchMemory(memoryBytes);
  if (outcome.ended === 'badly') return new Problem('internal', `the query's process failed: ${outcome.reason}`);
  return new Error('nobody waits for the answer any more');
}

function answerOf(text: string, pieces: readonly Buffer[], memoryBytes: number): SqlAnswer {
  const report = JSON.parse(text) as SqlReport;
  if (report.done) return { body: Buffer.concat(pieces), rows: report.rows, cut: report.cut };
  if (report.code === 'sql_memory') throw tooMuchMemory(memoryBytes);
  throw new Problem(PROBLEM_CODES.includes(report.code) ? report.code : 'internal', report.message);
}

function tooMuchMemory(bytes: number): Problem {
  return new Problem('sql_memory', `the query wanted more memory than ${Math.floor(bytes / MIB)} MiB: ask for less`);
}
