import * as fs from 'node:fs';
import * as path from 'node:path';
import type { TableName } from '@fgm/catalog';
import type { ClosedFile } from './closed-files.ts';
import { errnoOf } from './directory.ts';
import { readFooter } from './footer.ts';
import type { RotationReason } from './messages.ts';
import { publish } from './publish.ts';
import { BROKEN, readSegmentInfo, segmentBytes, segmentName, UNFINISHED } from './segment.ts';
import { type EncodedSegment, encodeSegment } from './segment-encoder.ts';

/** A closed segment on its way to Parquet. */
export interface ClosingSegment {
  readonly directory: string;
  readonly reason: RotationReason;
  readonly bytes: number;
  /** Of its first tick, in milliseconds since the Unix epoch; Infinity when that is not known. */
  readonly start: number;
  /** Tried so often. */
  attempts: number;
  /** Not tried again before this time, in milliseconds. */
  notBefore: number;
}

export interface ClosedSegment {
  readonly segment: ClosingSegment;
  readonly encoded: EncodedSegment;
  readonly files: readonly ClosedFile[];
  readonly encodeMs: number;
}

export interface ClosingHooks {
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
  /** The closed files there are, to find those that a segment has already. */
  readonly files: () => readonly ClosedFile[];
  readonly reserve: (bytes: number) => void;
  readonly closed: (closed: ClosedSegment) => void;
  readonly failed: (segment: ClosingSegment, cause: Error, broken: boolean) => void;
}

const RETRY_MS = 5_000;
const MAX_RETRY_MS = 60_000;
/** A segment that cannot be read does not become readable: it is put aside after this many attempts. */
const MAX_UNREADABLE = 2;

/** Errors of the machine, not of the segment: they may pass. */
const ENVIRONMENT = new Set(['ENOSPC', 'EDQUOT', 'EIO', 'EROFS', 'EACCES', 'EPERM', 'EMFILE', 'ENFILE', 'ENOMEM']);

interface Work {
  readonly steps: Generator<void, EncodedSegment>;
  /** The stamp of the files that there are already. */
  readonly at: number | undefined;
}

/** Turns closed segments into Parquet, one at a time and a few milliseconds at a time, and tries again what failed. */
export class Closing {
  readonly #directory: string;
  readonly #hooks: ClosingHooks;
  #queue: ClosingSegment[] = [];
  #work: Work | null = null;
  #spentMs = 0;
  /** Stamp of the files made last. */
  #lastStart = -Infinity;

  constructor(directory: string, hooks: ClosingHooks) {
    this.#directory = directory;
    this.#hooks = hooks;
  }

  get waiting(): number {
    return this.#queue.length;
  }

  /** Bytes of segments that are not Parquet yet. */
  get bytes(): number {
    return this.#queue.reduce((sum, segment) => sum + segment.bytes, 0);
  }

  /** Start of the oldest data in them, in milliseconds since the Unix epoch; Infinity when there is none. */
  get earliest(): number {
    return this.#queue.reduce((earliest, { start }) => Math.min(earliest, start), Infinity);
  }

  /** @param start of its first tick, in milliseconds since the Unix epoch */
  add(directory: string, reason: RotationReason, start = Infinity): void {
    this.#queue.push({ directory, reason, bytes: segmentBytes(directory), start, attempts: 0, notBefore: -Infinity });
  }

  /** Works for a few milliseconds. False when there is nothing to do at present. */
  slice(): boolean {
    const segment = this.#next();
    if (segment === undefined) return false;
    let closed: ClosedSegment | null = null;
    try {
      closed = this.#step(segment);
    } catch (cause) {
      this.#spentMs = 0;
      this.#work = null;
      this.#fail(segment, cause instanceof Error ? cause : new Error(String(cause)));
    }
    // Outside: what goes wrong in there is not the segment's fault.
    if (closed !== null) this.#hooks.closed(closed);
    return true;
  }

  #step(segment: ClosingSegment): ClosedSegment | null {
    const start = performance.now();
    this.#work ??= this.#begin(segment);
    const step = this.#work.steps.next();
    this.#spentMs += performance.now() - start;
    return step.done === true ? this.#finish(segment, step.value, this.#work.at) : null;
  }

  /** Tries everything again now: for the end, when there is no later. */
  hurry(): void {
    for (const segment of this.#queue) segment.notBefore = -Infinity;
  }

  #next(): ClosingSegment | undefined {
    if (this.#work !== null) return this.#queue[0];
    const now = this.#hooks.now();
    const index = this.#queue.findIndex((segment) => segment.notBefore <= now);
    if (index > 0) this.#queue.unshift(...this.#queue.splice(index, 1));
    return index < 0 ? undefined : this.#queue[0];
  }

  #begin(segment: ClosingSegment): Work {
    const published = this.#published(segment);
    const steps = encodeSegment(segment.directory, {
      into: segment.directory,
      reserve: this.#hooks.reserve,
      skip: new Set(published.map(({ table }) => table as TableName)),
    });
    return { steps, at: published[0]?.start };
  }

  /** Files that were made of this segment before: when all ended, it was being deleted, or not all had their names. */
  #published(segment: ClosingSegment): readonly ClosedFile[] {
    if (segment.attempts === 0 && segment.reason !== 'recovery') return [];
    const info = readSegmentInfo(segment.directory);
    const name = segmentName(info);
    // Files older than the segment cannot be its own; a second's grace for the clocks of file systems.
    const candidate = (file: ClosedFile): boolean =>
      file.identifier === info.identifier && file.modified >= info.openedAt - 1000 && madeOf(file, name);
    return this.#hooks.files().filter(candidate);
  }

  #finish(segment: ClosingSegment, encoded: EncodedSegment, at: number | undefined): ClosedSegment {
    const files = encoded.window === null ? [] : publish(this.#directory, encoded, encoded.window, at, this.#lastStart);
    this.#lastStart = files[0]?.start ?? this.#lastStart;
    removeSegment(segment.directory);
    const encodeMs = this.#spentMs;
    this.#work = null;
    this.#spentMs = 0;
    this.#queue.shift();
    return { segment, encoded, files, encodeMs };
  }

  #fail(segment: ClosingSegment, cause: Error): void {
    segment.attempts++;
    const hopeless = segment.reason === 'recovery' || segment.attempts >= MAX_UNREADABLE;
    const broken = hopeless && !ENVIRONMENT.has(errnoOf(cause) ?? errnoOf(cause.cause) ?? '');
    if (broken) {
      putAside(segment.directory);
      this.#queue = this.#queue.filter((one) => one !== segment);
    } else {
      segment.notBefore = this.#hooks.now() + Math.min(RETRY_MS * 2 ** (segment.attempts - 1), MAX_RETRY_MS);
    }
    this.#hooks.failed(segment, cause, broken);
  }
}

function madeOf(file: ClosedFile, segment: string): boolean {
  try {
    return readFooter(file.path).metadata.get('fgm.segment') === segment;
  } catch {
    // Gone meanwhile, or not a file of ours after all: then it is not what we look for.
    return false;
  }
}

/** Deletes a segment whose files are complete. Renamed first, so that a half-deleted one is not taken for a whole one. */
export function removeSegment(directory: string): void {
  const doomed = path.join(path.dirname(directory), UNFINISHED + path.basename(directory));
  fs.renameSync(directory, doomed);
  fs.rmSync(doomed, { recursive: true, force: true });
}

/** Renames a segment that cannot be read, for a person to look at. */
function putAside(directory: string): void {
  if (!fs.existsSync(directory)) return;
  const aside = path.join(path.dirname(directory), BROKEN + path.basename(directory));
  let free = aside;
  for (let count = 2; fs.existsSync(free); count++) free = `${aside}-${count}`;
  fs.renameSync(directory, free);
}
