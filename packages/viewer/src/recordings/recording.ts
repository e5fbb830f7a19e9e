import type { Column, TableName } from '@fgm/catalog';
import type { ClosedFile, IndexDocument } from '@fgm/store';
import type { TablePart } from '@fgm/store/read';
import type { SkippedFile } from './file-pool.ts';
import type { IndexProgress } from './growing-index.ts';
import type { OpenWindow } from './open-windows.ts';

/** A file can vanish between being listed and being opened: then it is listed again. */
const MOST_TRIES = 5;

/** What a recorder says of itself. */
export interface Origin {
  readonly node: string;
  readonly cluster: string | null;
  readonly identifier: string;
  /** Milliseconds between ticks. */
  readonly intervalMs: number;
  readonly recorderVersion: string | null;
  readonly kernelRelease: string | null;
}

/** Rows of which time, in milliseconds since the Unix epoch, `to` not included, and until when somebody waits for them. */
export interface Wanted {
  readonly from: number;
  readonly to: number;
  readonly signal: AbortSignal;
}

/** Some rows of a table, and whether they will change. */
export interface OpenedPart {
  readonly part: TablePart;
  /** Null for a window that is still being recorded. */
  readonly file: ClosedFile | null;
}

/** One node's recordings, wherever they are: what all questions are asked of. */
export interface Recording {
  readonly directory: string;
  /** Files that are not shown because they cannot be read. */
  readonly skipped: readonly SkippedFile[];
  /** Rows read of files and open windows since the start. */
  readonly rowsRead: number;
  /** Files that are kept open. */
  readonly openFiles: number;
  /** Closed files, oldest first. */
  files(again?: boolean): readonly ClosedFile[];
  windows(): readonly OpenWindow[];
  /** Null when there is nothing yet. */
  index(): IndexDocument | null;
  /** How far the index is that is made of the files; null when it is whole. */
  readonly indexing: IndexProgress | null;
  /** When the index is whole. */
  indexed(): Promise<void>;
  /**
   * Calls `use` with each part that may have rows of a table between two times, oldest first.
   * @param use says how many rows it has read
   */
  eachPart(table: TableName, wanted: Wanted, use: (opened: OpenedPart) => number): Promise<void>;
  /** The same list as long as they are the same; null when there are none. */
  columns(table: TableName): readonly Column[] | null;
  /** Who recorded; null when there is nothing yet. */
  origin(): Origin | null;
  close(): void;
}

/** What was listed is gone: consolidated, deleted by age, or closed. What has been read so far does not count. */
export class Vanished extends Error {
  constructor(what: string) {
    super(what);
    this.name = 'Vanished';
  }
}

/** Runs a query again from its start when what it reads vanishes meanwhile. */
export async function untilSteady<T>(recording: Recording, query: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await query();
    } catch (cause) {
      if (!(cause instanceof Vanished)) throw cause;
      if (tries === MOST_TRIES) {
        throw new Error(`${recording.directory}: files vanish faster than they can be read`, { cause });
      }
      recording.files(true);
    }
  }
}
