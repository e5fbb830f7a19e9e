import * as fs from 'node:fs';
import * as path from 'node:path';
import { type Column, SCHEMA_VERSION } from '@fgm/catalog';
import { errnoOf } from '../directory.ts';
import { footerBytes } from '../footer.ts';
import { otherVersion } from '../schema-version.ts';
import { checksumOf } from '../superseded.ts';
import { free } from './free.ts';
import { readPlaces, type Extremes, type FilePlaces, type RowGroup } from './file-places.ts';
import { Unusable } from './unusable.ts';
import { READ_FLAGS } from '../read-flags.ts';

/** A file that is open for reading column by column. Of its footer only places are kept: there may be many such files. */
export class SourceFile {
  readonly path: string;
  readonly name: string;
  readonly bytes: number;
  readonly rows: number;
  readonly groups: readonly RowGroup[];
  readonly columns: readonly Column[];
  readonly metadata: ReadonlyMap<string, string>;
  readonly createdBy: string;
  /** Tells this file from any other that may get its name. */
  readonly checksum: number;
  readonly #fd: number;
  readonly #ino: number;
  readonly #modified: number;
  readonly #places: FilePlaces;

  /**
   * @throws Unusable when it is not a file of a recorder, or cannot be read
   * @throws the error of open(2) when it is ENOENT: it has been deleted
   */
  static open(file: string): SourceFile {
    let fd: number;
    try {
      fd = fs.openSync(file, READ_FLAGS);
    } catch (cause) {
      throw unusable(cause, 'cannot be opened');
    }
    try {
      return new SourceFile(file, fd);
    } catch (cause) {
      fs.closeSync(fd);
      throw unusable(cause, 'has no readable footer');
    }
  }

  private constructor(file: string, fd: number) {
    const stat = fs.fstatSync(fd);
    const bytes = footerBytes(fd, stat.size);
    this.path = file;
    this.name = path.basename(file);
    this.bytes = stat.size;
    this.checksum = checksumOf(bytes);
    this.#fd = fd;
    this.#ino = stat.ino;
    this.#modified = stat.mtimeMs;
    this.#places = readPlaces(bytes, stat.size);
    const { columns, metadata, createdBy, rows, groups } = this.#places;
    const other = otherVersion(metadata.get('fgm.schema_version') ?? String(SCHEMA_VERSION));
    if (other !== null) throw new Unusable(other);
    this.columns = columns;
    this.metadata = metadata;
    this.createdBy = createdBy;
    this.rows = rows;
    this.groups = groups;
    free(bytes);
  }

  /** The place of a column, -1 where the file has none of this name. */
  indexOf(name: string): number {
    return this.#places.index.get(name) ?? -1;
  }

  isCompressed(group: number, column: number): boolean {
    return this.#places.compressed[group * this.columns.length + column] === 1;
  }

  chunkLength(group: number, column: number): number {
    return this.#places.lengths[group * this.columns.length + column]!;
  }

  /** What the footer says of the values of `container_id` or `time` in a row group; null where it says nothing. */
  extremes(group: number, name: 'container_id' | 'time'): Extremes | null {
    return this.#places.extremes.get(name)?.[group] ?? null;
  }

  /** Reads a column chunk to the start of `into`, which has room for it. @throws the error of read(2), or Unusable */
  readChunk(group: number, column: number, into: Uint8Array): void {
    const chunk = group * this.columns.length + column;
    const length = this.#places.lengths[chunk]!;
    for (let done = 0; done < length;) {
      const count = fs.readSync(this.#fd, into, done, length - done, this.#places.starts[chunk]! + done);
      if (count === 0) throw new Unusable('ends within its pages');
      done += count;
    }
  }

  /** True while the file that was opened still has its name. */
  isInPlace(): boolean {
    const stat = fs.statSync(this.path, { throwIfNoEntry: false });
    return stat?.ino === this.#ino && stat.size === this.bytes && stat.mtimeMs === this.#modified;
  }

  close(): void {
    fs.closeSync(this.#fd);
  }
}

/** What goes wrong with the bytes of a file, whatever notices it, makes it unusable; what is gone is gone. */
export function unusable(cause: unknown, what: string): Error {
  if (cause instanceof Unusable || errnoOf(cause) === 'ENOENT') return cause as Error;
  return new Unusable(`${what}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
}
