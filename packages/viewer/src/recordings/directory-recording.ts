import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Column, SampledTable, TableName } from '@fgm/catalog';
import { type ClosedFile, INDEX_FILE, type IndexDocument, readIndex, segmentNames, sourceRuns } from '@fgm/store';
import { type FilePart, type TablePart, Unusable } from '@fgm/store/read';
import { ClosedListing } from './closed-listing.ts';
import { FilePool, type SkippedFile } from './file-pool.ts';
import { type OpenWindow, OpenWindows } from './open-windows.ts';
import { GrowingIndex, type IndexProgress } from './growing-index.ts';
import { type OpenedPart, type Origin, type Recording, Vanished, type Wanted } from './recording.ts';
import { Recordings } from './recordings.ts';
import { Turns } from './turns.ts';

/** Rows may be read a moment after the window that they belong to is over by its name. */
const LATE_MS = 10_000;
/** A data directory: one node's recordings. Nothing here changes it, and it need not be there yet. */
export class DirectoryRecording implements Recording {
  readonly directory: string;
  readonly #listing: ClosedListing;
  readonly #windows: OpenWindows;
  readonly #pool = new FilePool();
  #index: { readonly stamp: string; readonly document: IndexDocument } | null = null;

  /** The last listing. */
  #files: readonly ClosedFile[] = [];
  #rowsRead = 0;
  /** Null where there is an index. */
  #growing: GrowingIndex | null = null;

  constructor(directory: string) {
    this.directory = directory;
    this.#listing = new ClosedListing(directory);
    this.#windows = new OpenWindows(directory);
  }

  /** Rows read of files and open windows since the start. */
  get rowsRead(): number {
    return this.#rowsRead;
  }

  /** Files that are kept open. */
  get openFiles(): number {
    return this.#pool.size;
  }

  /** Files, and windows, that are not shown because they cannot be read. */
  get skipped(): readonly SkippedFile[] {
    return [...this.#pool.skipped, ...this.#windows.skipped];
  }

  /** Closed files, oldest first. */
  files(again = false): readonly ClosedFile[] {
    const files = this.#listing.read(again);
    if (files !== this.#files) this.#pool.keep(files);
    return (this.#files = files);
  }

  windows(): OpenWindow[] {
    return this.#windows.list();
  }

  /** index.json; made of the files where it is missing or broken, and not whole as long as `indexing`. Null when there is nothing yet. */
  index(): IndexDocument | null {
    const stat = fs.statSync(path.join(this.directory, INDEX_FILE), { throwIfNoEntry: false });
    const stamp = stat === undefined ? '' : `${stat.ino} ${stat.mtimeMs} ${stat.size}`;
    if (this.#index !== null && this.#index.stamp === stamp && stamp !== '') return this.#index.document;
    const document = stat === undefined ? null : readIndex(this.directory);
    if (document !== null) {
      this.#index = { stamp, document };
      this.#growing?.close();
      this.#growing = null;
      return document;
    }
    this.#growing ??= new GrowingIndex((file, use) => this.#pool.readOnce(file, use));
    return this.#growing.of(this.files());
  }

  get indexing(): IndexProgress | null {
    return this.#growing?.progress ?? null;
  }

  async indexed(): Promise<void> {
    this.index();
    await this.#growing?.whole();
  }

  /**
   * Calls `use` with each part that may have rows of a table between two times, in milliseconds, oldest first, and lets others have
   * their turn in between.
   * @param use says how many rows it has read
   * @throws Error when files vanish faster than they can be read, or what the signal was aborted with
   */
  async eachPart(table: TableName, { from, to, signal }: Wanted, use: (opened: OpenedPart) => number): Promise<void> {
    const turns = new Turns(signal);
    // Open windows first: what is closed meanwhile is found among the files.
    const windows = this.windows().filter(({ info }) => info.openedAt < to);
    const inFiles = new Set<string>();
    const earliest = Math.min(...windows.map(({ info }) => info.openedAt)) - 1000;
    for (const file of this.#filesOf(table, from, to)) {
      await turns.next();
      const part = this.#openOrNull(file);
      if (part === null) continue;
      if (file.modified >= earliest) {
        for (const segment of segmentNames(sourceRuns(part.metadata))) inFiles.add(segment);
      }
      this.#use(file, part, use);
    }
    for (const window of windows) {
      await turns.next();
      if (!inFiles.has(window.name)) this.#useWindow(window, table, use);
    }
  }

  /** The columns of a table, as the newest part of it has them, the same list as long as they are the same; null when there is none. */
  columns(table: TableName): readonly Column[] | null {
    for (const { info } of this.windows().toReversed()) {
      const columns = info.columns[table as SampledTable];
      if (columns !== undefined) return columns;
    }
    const newest = this.files().findLast((file) => file.table === table);
    return newest === undefined ? null : (this.#openOrNull(newest)?.columns ?? null);
  }

  origin(): Origin | null {
    const [window] = this.windows().slice(-1);
    if (window === undefined) return this.#originOfFiles();
    const { node, cluster, identifier, intervalMs, recorderVersion, kernelRelease } = window.info;
    return { node, cluster, identifier, intervalMs, recorderVersion, kernelRelease };
  }

  close(): void {
    this.#growing?.close();
    this.#pool.close();
  }

  /** Who made the newest file that can be read; null when there is none. */
  #originOfFiles(): Origin | null {
    for (const file of this.files().toReversed()) {
      const metadata = this.#openOrNull(file)?.metadata;
      if (metadata === undefined) continue;
      const text = (key: string): string | null => metadata.get(key) ?? null;
      return {
        node: text('fgm.node') ?? file.identifier,
        cluster: text('fgm.cluster'),
        identifier: file.identifier,
        intervalMs: Number(text('fgm.interval_ms') ?? 1000),
        recorderVersion: text('fgm.recorder_version'),
        kernelRelease: text('fgm.kernel_release'),
      };
    }
    return null;
  }

  /** What may have rows between two times, by the names: a window ends where the next one of the same recorder begins. */
  #filesOf(table: TableName, from: number, to: number): ClosedFile[] {
    const same = Map.groupBy(
      this.files().filter((file) => file.table === table),
      ({ identifier }) => identifier,
    );
    const found: ClosedFile[] = [];
    for (const files of same.values()) {
      for (const [at, file] of files.entries()) {
        const end = file.end ?? files[at + 1]?.start ?? Infinity;
        if (file.start < to && end + LATE_MS > from) found.push(file);
      }
    }
    return found.sort((a, b) => a.start - b.start);
  }

  #openOrNull(file: ClosedFile): FilePart | null {
    try {
      return this.#pool.open(file);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') throw new Vanished(`${file.path} is gone`);
      throw cause;
    }
  }

  #use(file: ClosedFile, part: FilePart, use: (opened: OpenedPart) => number): void {
    try {
      this.#rowsRead += use({ part, file });
    } catch (cause) {
      if (!(cause instanceof Unusable)) throw cause;
      this.#pool.skip(file, cause);
    }
  }

  #useWindow(window: OpenWindow, table: TableName, use: (opened: OpenedPart) => number): void {
    let part: TablePart | null;
    try {
      part = window.open(table);
    } catch (cause) {
      // It has just been closed: its rows are in a file that was not there when the files were listed.
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') throw new Vanished('a window has been closed');
      throw cause;
    }
    if (part === null) return;
    try {
      this.#rowsRead += use({ part, file: null });
    } finally {
      part.close();
    }
  }
}

/** The recordings of these data directories; they need not be there yet. */
export function recordingsIn(directories: readonly string[]): Recordings {
  return new Recordings(directories.map((directory) => new DirectoryRecording(directory)));
}
