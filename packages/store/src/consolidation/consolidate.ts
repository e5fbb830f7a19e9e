/**
 * Makes few large files of many small ones: the closed windows of an hour become one file per table, the hours of a day
 * that is over become one where that is small. See docs/adr/0008-consolidation.md.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { TABLES } from '@fgm/catalog';
import type { ClosedFile } from '../closed-files.ts';
import { errnoOf, namesIn } from '../directory.ts';
import { acquireLock } from '../lock.ts';
import { listOpenWindows } from '../reader.ts';
import { removeWork } from '../reservation.ts';
import { SPOOL } from '../segment.ts';
import { listFiles } from '../superseded.ts';
import { openBatches } from './batches.ts';
import { type Clock, dueDay, dueHours } from './due.ts';
import { Fingerprint } from './fingerprint.ts';
import { Changed, mergeFiles, type Step } from './merge-files.ts';
import { PageReader } from '../read/page-reader.ts';
import type { ConsolidationReport, ConsolidationTotals } from './report.ts';
import { type Limit, reserveRoom } from './room.ts';
import { type SourceFile, unusable } from '../read/source-file.ts';
import { Unusable } from '../read/unusable.ts';

/** A day whose files of a table are larger than this together keeps its hours. */
const DAY_BYTES = 256 << 20;
/** Of the limit of the data directory: what one file may take at most, as retention can only delete all of it. */
const MOST_OF_LIMIT = 1 / 8;
/** Files that are open at a time; more are merged in several rounds. */
const MOST_SOURCES = 128;
/** Beyond the size of its sources, what a result may need: footers, another level of compression. */
const RESERVE_FACTOR = 1.25;
const RESERVE_BYTES = 64 << 10;

export interface ConsolidationOptions {
  /** The data directory. */
  readonly directory: string;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
  /** ZSTD level of the files. */
  readonly level: number;
  /** Rows of a row group, if not as many as usual. */
  readonly groupRows?: number;
  /** Null: the directory may grow without bounds. */
  readonly limit: Limit | null;
  /** Only says what would be done. */
  readonly dryRun?: boolean;
  readonly report: (report: ConsolidationReport) => void;
  /** Called as a merge goes on, for whoever wants to stop it somewhere. */
  readonly step?: (step: Step) => void;
  /** Ends it at the next opportunity; unfinished files are removed. */
  readonly signal?: AbortSignal;
}

/**
 * Consolidates a data directory, whether a recorder writes to it or not.
 * @throws Error when somebody else is consolidating it, or nothing can be written there
 */
export async function consolidate(options: ConsolidationOptions): Promise<ConsolidationTotals> {
  const consolidation = new Consolidation(options);
  if (options.dryRun === true) {
    await consolidation.run();
    return consolidation.totals;
  }
  const lock = await acquireLock(options.directory, 'consolidation');
  try {
    if (lock.warning !== null) throw new Error(lock.warning);
    removeWork(options.directory);
    consolidation.removeSuperseded();
    await consolidation.run();
    return consolidation.totals;
  } finally {
    removeWork(options.directory);
    await lock.release();
  }
}

class Consolidation {
  readonly totals: ConsolidationTotals = { files: 0, sources: 0, rows: 0, bytesIn: 0, bytesOut: 0, failed: 0, left: 0 };
  readonly #options: ConsolidationOptions;
  readonly #maxBytes: number;
  readonly #left = new Set<string>();

  constructor(options: ConsolidationOptions) {
    this.#options = options;
    this.#maxBytes = options.limit === null ? Infinity : options.limit.bytes * MOST_OF_LIMIT;
  }

  /** Finishes what was cut short: files that another one has replaced are deleted. */
  removeSuperseded(): void {
    for (const [file, by] of listFiles(this.#options.directory).superseded) {
      try {
        fs.rmSync(file.path, { force: true });
        this.#options.report({ type: 'cleared', path: file.path, replacedBy: by.path });
      } catch (cause) {
        this.#failed(file.table, file.path, cause);
      }
    }
  }

  async run(): Promise<void> {
    const known = new Set<string>(TABLES);
    const files = listFiles(this.#options.directory).visible.filter(({ table }) => known.has(table));
    const places = new Set(files.map(({ path: file, table }) => `${path.dirname(file)}\0${table}`));
    // The newest first: to make room for a result, retention deletes the oldest.
    for (const place of [...places].sort().toReversed()) {
      const [directory, table] = place.split('\0');
      if (this.#options.dryRun === true) await this.#plan(directory!, table!);
      else await this.#place(directory!, table!);
    }
  }

  async #place(directory: string, table: string): Promise<void> {
    // Each round leaves fewer files than it found, or is the last one.
    while (await this.#round(dueHours(this.#files(directory, table), this.#clock()), this.#maxBytes));
    const dayBytes = Math.min(DAY_BYTES, this.#maxBytes);
    for (;;) {
      const day = dueDay(this.#files(directory, table), this.#clock());
      if (day === null || bytesOf(day) > dayBytes) return;
      if (!(await this.#round([day], dayBytes))) return;
    }
  }

  /** What would come of a place in the end: files whose day is merged as well are named once, not with their hours. */
  async #plan(directory: string, table: string): Promise<void> {
    const files = this.#files(directory, table);
    const day = dueDay(files, this.#clock());
    const isSmall = day !== null && bytesOf(day) <= Math.min(DAY_BYTES, this.#maxBytes);
    for (const group of isSmall ? [day] : dueHours(files, this.#clock()).toReversed()) {
      for (const some of isSmall ? [group] : chunks(group, this.#maxBytes).toReversed()) await this.#group(some);
    }
  }

  /** True when something was merged for good. */
  async #round(groups: readonly (readonly ClosedFile[])[], maxBytes: number): Promise<boolean> {
    let progress = false;
    for (const group of groups.toReversed()) {
      for (const some of chunks(group, maxBytes).toReversed()) if (await this.#group(some)) progress = true;
    }
    return progress;
  }

  /** The files that may be merged: not one that is superseded, nor one that has not yet replaced all that it should. */
  #files(directory: string, table: string): ClosedFile[] {
    const { visible, superseded } = listFiles(this.#options.directory);
    const unfinished = new Set([...superseded.values()].map((by) => by.path));
    return visible.filter(
      (file) => path.dirname(file.path) === directory && file.table === table && !unfinished.has(file.path),
    );
  }

  #clock(): Clock {
    const opened = listOpenWindows(this.#options.directory).map(({ info }) => info.openedAt);
    return { now: this.#options.now(), opened };
  }

  async #group(files: readonly ClosedFile[]): Promise<boolean> {
    const unclosed = new Set(namesIn(path.join(this.#options.directory, SPOOL)));
    const batches = openBatches(files, unclosed, (file, problem) => this.#leave(file, problem));
    let progress = false;
    try {
      for (const { sources } of batches) {
        if (sources.length < 2) continue;
        if (this.#options.dryRun === true) this.#planned(files[0]!.table, sources);
        else if (await this.#batch(files[0]!.table, sources)) progress = true;
      }
    } finally {
      for (const source of batches.flatMap((batch) => batch.sources)) source.close();
    }
    return progress;
  }

  async #batch(table: string, all: readonly SourceFile[]): Promise<boolean> {
    const { directory, limit, level, groupRows, report, step = () => {} } = this.#options;
    const start = performance.now();
    try {
      const { sources, wanted } = await this.#sound(all);
      if (sources.length < 2) return false;
      const bytesIn = bytesOf(sources);
      const maxBytes = Math.ceil(bytesIn * RESERVE_FACTOR) + RESERVE_BYTES;
      const refused = await reserveRoom(directory, maxBytes, limit);
      if (refused !== null) {
        report({
          type: 'waiting',
          table,
          path: path.dirname(sources[0]!.path),
          sources: sources.length,
          problem: refused,
        });
        return false;
      }
      step('reserved');
      const merged = await this.#drive(
        mergeFiles(sources, wanted, { directory, table, level, maxBytes, groupRows, step }),
      );
      removeWork(directory);
      step('done');
      this.#merged({ table, ...merged, sources: sources.length, bytesIn, ms: Math.round(performance.now() - start) });
      return true;
    } catch (cause) {
      removeWork(directory);
      if (this.#options.signal?.aborted === true) throw cause;
      // Retention was faster: what is left of them is seen in the next round, or the next hour.
      if (!(cause instanceof Changed)) this.#failed(table, path.dirname(all[0]!.path), cause);
      return false;
    }
  }

  /** The sources that can be read to their end, and what they hold. */
  async #sound(all: readonly SourceFile[]): Promise<{ sources: SourceFile[]; wanted: Fingerprint }> {
    const sources: SourceFile[] = [];
    const wanted = new Fingerprint();
    const reader = new PageReader();
    for (const source of all) {
      const own = new Fingerprint();
      try {
        await this.#drive(own.add(source, reader));
        wanted.join(own);
        sources.push(source);
      } catch (cause) {
        if (this.#options.signal?.aborted === true) throw cause;
        const problem = unusable(cause, 'cannot be read');
        if (!(problem instanceof Unusable)) throw problem;
        this.#leave(source.path, problem.message);
      }
    }
    return { sources, wanted };
  }

  /** Lets others have their turn between two steps: whoever asks for the lock, signals. */
  async #drive<Result>(steps: Generator<void, Result>): Promise<Result> {
    try {
      for (;;) {
        const { done, value } = steps.next();
        if (done === true) return value;
        await turn();
        this.#options.signal?.throwIfAborted();
      }
    } finally {
      steps.return(undefined as never);
    }
  }

  #planned(table: string, sources: readonly SourceFile[]): void {
    const { totals } = this;
    totals.files++;
    totals.sources += sources.length;
    totals.rows += sources.reduce((sum, { rows }) => sum + rows, 0);
    totals.bytesIn += bytesOf(sources);
    this.#options.report({
      type: 'planned',
      table,
      path: path.dirname(sources[0]!.path),
      sources: sources.map(({ name }) => name),
      rows: sources.reduce((sum, { rows }) => sum + rows, 0),
      bytesIn: bytesOf(sources),
    });
  }

  #merged(merged: Omit<ConsolidationReport & { type: 'merged' }, 'type'>): void {
    const { totals } = this;
    totals.files++;
    totals.sources += merged.sources;
    totals.rows += merged.rows;
    totals.bytesIn += merged.bytesIn;
    totals.bytesOut += merged.bytes;
    this.#options.report({ type: 'merged', ...merged });
  }

  #failed(table: string, where: string, cause: unknown): void {
    this.totals.failed++;
    const problem = cause instanceof Error ? cause.message : String(cause);
    this.#options.report({ type: 'failed', table, path: where, errno: errnoOf(cause), problem });
  }

  #leave(file: string, problem: string): void {
    if (this.#left.has(file)) return;
    this.#left.add(file);
    this.totals.left++;
    this.#options.report({ type: 'left', path: file, problem });
  }
}

function bytesOf(files: readonly { readonly bytes: number }[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Neighbours, as many as may be open at a time and are small enough together. */
function chunks(files: readonly ClosedFile[], maxBytes: number): ClosedFile[][] {
  const all: ClosedFile[][] = [];
  let bytes = Infinity;
  for (const file of files) {
    const last = all.at(-1);
    if (last === undefined || last.length === MOST_SOURCES || bytes + file.bytes > maxBytes) {
      all.push([file]);
      bytes = file.bytes;
    } else {
      last.push(file);
      bytes += file.bytes;
    }
  }
  return all.filter((some) => some.length > 1);
}
