import * as fs from 'node:fs';
import * as path from 'node:path';
import { type ClosedFile, listClosedFiles } from './closed-files.ts';
import { errnoOf, namesIn } from './directory.ts';
import { readReservation, reservationStamp } from './reservation.ts';

export interface RetentionOptions {
  readonly retentionBytes: number;
  readonly retentionAgeMs: number;
  readonly onLimit: 'evict' | 'stop';
}

/** Keeps the data directory below its limit, by deleting the oldest closed files before something new is written. */
export class Retention {
  readonly directory: string;
  options: RetentionOptions;
  /** Bytes of what is not a closed file: the spool, unfinished files, index and session files. Set by the owner. */
  openBytes = 0;
  evictedFiles = 0;
  evictedBytes = 0;
  readonly #onEvicted: (file: ClosedFile) => void;
  #files: ClosedFile[] = [];
  #closedBytes = 0;
  /** What consolidation is about to write, or has written under no final name yet (reservation.ts). */
  #reservedBytes = 0;
  #stamp: string | null = null;

  constructor(directory: string, options: RetentionOptions, onEvicted: (file: ClosedFile) => void = () => {}) {
    this.directory = directory;
    this.options = options;
    this.#onEvicted = onEvicted;
    this.rescan();
    this.#lookAtConsolidation();
  }

  /** Oldest first. */
  get files(): readonly ClosedFile[] {
    return this.#files;
  }

  get bytes(): number {
    return this.#closedBytes + this.openBytes + this.#reservedBytes;
  }

  /** Looks at the directory again: other processes, such as consolidation, add and delete files too. */
  rescan(): void {
    this.#files = listClosedFiles(this.directory, new Map(this.#files.map((file) => [file.path, file])));
    this.#closedBytes = this.#files.reduce((sum, file) => sum + file.bytes, 0);
  }

  add(file: ClosedFile): void {
    this.#files.push(file);
    this.#files.sort((a, b) => a.start - b.start);
    this.#closedBytes += file.bytes;
  }

  /** Makes room for `bytes` more; false when that is not possible, or not wanted. @throws the error of unlink(2) */
  makeRoom(bytes: number): boolean {
    const { retentionBytes, onLimit } = this.options;
    this.#lookAtConsolidation();
    while (this.bytes + bytes > retentionBytes) {
      const oldest = this.#oldest();
      if (oldest === undefined || onLimit === 'stop') return false;
      this.#evict(oldest);
    }
    return true;
  }

  /** Deletes windows that started too long before `now` (milliseconds), and consolidated files whose last window ended then. */
  dropOld(now: number): void {
    const before = now - this.options.retentionAgeMs;
    for (const file of this.#files.filter((one) => ageFrom(one) < before)) this.#evict(file);
  }

  /** Files are sorted by their start. Only a consolidated one can start before another and yet be younger. */
  #oldest(): ClosedFile | undefined {
    let oldest = this.#files[0];
    for (const file of this.#files) {
      if (oldest === undefined || file.start > ageFrom(oldest)) break;
      if (ageFrom(file) < ageFrom(oldest)) oldest = file;
    }
    return oldest;
  }

  /** When consolidation has reserved other room than before, it may have added and deleted files, too. */
  #lookAtConsolidation(): void {
    const stamp = reservationStamp(this.directory);
    if (stamp === this.#stamp) return;
    this.#stamp = stamp;
    this.#reservedBytes = stamp === null ? 0 : readReservation(this.directory);
    this.rescan();
  }

  #evict(file: ClosedFile): void {
    fs.rmSync(file.path, { force: true });
    this.#files = this.#files.filter((one) => one !== file);
    this.#closedBytes -= file.bytes;
    this.evictedFiles++;
    this.evictedBytes += file.bytes;
    removeIfEmpty(path.dirname(file.path));
    removeIfEmpty(path.dirname(path.dirname(file.path)));
    this.#onEvicted(file);
  }
}

/** From when on a file ages. */
function ageFrom(file: ClosedFile): number {
  return file.end ?? file.start;
}

/** Bytes of the files directly in a directory, and of broken segments in its spool: what else counts for the limit. */
export function looseBytes(directory: string): number {
  let bytes = 0;
  for (const name of namesIn(directory)) {
    const stat = fs.lstatSync(path.join(directory, name), { throwIfNoEntry: false });
    if (stat?.isFile() === true) bytes += stat.size;
  }
  return bytes;
}

function removeIfEmpty(directory: string): void {
  try {
    fs.rmdirSync(directory);
  } catch (cause) {
    const code = errnoOf(cause);
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST' && code !== 'ENOENT') throw cause;
  }
}
