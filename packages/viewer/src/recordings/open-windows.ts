import { statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { TableName } from '@fgm/catalog';
import {
  EventPart,
  GrowingTexts,
  listSegments,
  otherVersion,
  readSegmentInfo,
  segmentBytes,
  type SegmentInfo,
  SPOOL,
  type TablePart,
  WindowPart,
} from '@fgm/store/read';
import type { SkippedFile } from './file-pool.ts';

/** A window that is being recorded, and what its rows refer to. */
export interface OpenWindow {
  /** `<run_id>-<n>`. */
  readonly name: string;
  readonly info: SegmentInfo;
  /** Bytes of all of its files: more of them mean more rows. */
  readonly bytes: number;
  /** When a row was added last, in milliseconds since the Unix epoch. */
  readonly modified: number;
  /** Its rows of a table as they are now; null when there are none. @throws the error of the system call, ENOENT once it is closed */
  open(table: TableName): TablePart | null;
}

interface Known {
  readonly info: SegmentInfo;
  readonly texts: GrowingTexts;
}

/**
 * The windows of a data directory that are not closed. What a segment says of itself never changes and is read once; of its texts,
 * what has been added.
 */
export class OpenWindows {
  readonly #spool: string;
  readonly #known = new Map<string, Known>();
  /** Windows that a recorder of another version writes. */
  readonly #skipped = new Map<string, SkippedFile>();

  constructor(directory: string) {
    this.#spool = join(directory, SPOOL);
  }

  get skipped(): readonly SkippedFile[] {
    return [...this.#skipped.values()];
  }

  list(): OpenWindow[] {
    const directories = listSegments(this.#spool);
    const listed = new Set(directories);
    for (const known of [this.#known, this.#skipped])
      for (const directory of known.keys()) if (!listed.has(directory)) known.delete(directory);
    return directories.flatMap((directory) => {
      const known = this.#read(directory);
      if (known === null) return [];
      const { info, texts } = known;
      return [
        {
          name: basename(directory),
          info,
          bytes: segmentBytes(directory),
          modified: statSync(join(directory, 'containers.arrows'), { throwIfNoEntry: false })?.mtimeMs ?? 0,
          open: (table) => {
            const part =
              table === 'events' ? EventPart.open(info, texts) : WindowPart.open(directory, table, info, texts);
            // A table without a row has no stream, and neither has a segment that is gone: those rows are in a file by now.
            if (part === null) statSync(directory);
            return part;
          },
        },
      ];
    });
  }

  /** Null when it cannot be read: it may be gone by now. */
  #read(directory: string): Known | null {
    const known = this.#known.get(directory);
    if (known !== undefined) return known;
    if (this.#skipped.has(directory)) return null;
    try {
      const info = readSegmentInfo(directory);
      const reason = otherVersion(String(info.schemaVersion));
      if (reason !== null) {
        this.#skipped.set(directory, { path: directory, reason });
        return null;
      }
      const read = { info, texts: new GrowingTexts(directory) };
      this.#known.set(directory, read);
      return read;
    } catch {
      return null;
    }
  }
}
