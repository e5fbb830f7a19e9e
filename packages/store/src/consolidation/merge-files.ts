import * as fs from 'node:fs';
import * as path from 'node:path';
import { syncDirectory } from '../directory.ts';
import { consolidatedName, parseFileName } from '../file-name.ts';
import { ParquetFile } from '../parquet-file.ts';
import { CONSOLIDATION } from '../reservation.ts';
import { PART } from '../segment-encoder.ts';
import { Fingerprint } from './fingerprint.ts';
import { joinMetadata, windowTime } from './file-metadata.ts';
import { MergeEncoder } from './merge-encoder.ts';
import { orderRows } from './merge-order.ts';
import { PageReader } from '../read/page-reader.ts';
import { SourceFile } from '../read/source-file.ts';
import { unionOf } from './union.ts';

/** Where a merge has come to. Whatever ends it there, either the sources count or the result. */
export type Step = 'reserved' | 'writing' | 'written' | 'verified' | 'named' | 'removed' | 'done';

/** A source was deleted or replaced while it was read: the merge is of no use, and is tried again. */
export class Changed extends Error {
  override readonly name = 'Changed';
}

export interface MergeOptions {
  /** The data directory. */
  readonly directory: string;
  readonly table: string;
  /** ZSTD level. */
  readonly level: number;
  /** Most that the result may take: what was reserved. */
  readonly maxBytes: number;
  /** Rows of a row group, if not as many as usual. */
  readonly groupRows?: number | undefined;
  readonly step: (step: Step) => void;
}

export interface Merged {
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
}

/**
 * Makes one file of several, in their directory, and deletes them. The order of things is what makes it safe:
 *
 * 1. the result is written under a name that no reader takes for a file, closed and forced to the disk;
 * 2. it is read back, and must have the rows, ticks and values of the sources;
 * 3. it gets its name, by which it replaces the sources for every reader that asks (superseded.ts), and the directory is
 *    forced to the disk;
 * 4. the sources are deleted.
 *
 * A generator that gives way every few milliseconds.
 * @param wanted what the sources hold
 * @throws whatever went wrong; up to 3 nothing but the unfinished file, which is deleted, has changed
 */
export function* mergeFiles(
  sources: readonly SourceFile[],
  wanted: Fingerprint,
  options: MergeOptions,
): Generator<void, Merged> {
  const part = path.join(options.directory, CONSOLIDATION, options.table + PART);
  let named = false;
  try {
    const bytes = yield* write(part, sources, options);
    options.step('written');
    yield* verify(part, wanted);
    options.step('verified');
    takeOwner(part, sources[0]!.path);
    const gone = sources.find((source) => !source.isInPlace());
    if (gone !== undefined) throw new Changed(`${gone.path} is not what it was`);
    const into = path.dirname(sources[0]!.path);
    const result = path.join(into, freeName(into, options.table, sources));
    fs.renameSync(part, result);
    named = true;
    syncDirectory(into);
    options.step('named');
    for (const { path: file } of sources) {
      fs.rmSync(file, { force: true });
      options.step('removed');
    }
    syncDirectory(into);
    return { path: result, rows: wanted.rows, bytes };
  } finally {
    if (!named) fs.rmSync(part, { force: true });
  }
}

function* write(
  part: string,
  sources: readonly SourceFile[],
  { table, level, maxBytes, groupRows, step }: MergeOptions,
): Generator<void, number> {
  const reader = new PageReader();
  const columns = unionOf(table, sources);
  const metadata = joinMetadata(
    sources.map((source) => source.metadata),
    sources.map(({ name, bytes, checksum }) => ({ name, bytes, footer: checksum })),
  );
  const pieces = yield* orderRows(sources, reader);
  let left = maxBytes;
  const file = new ParquetFile(part, columns, (bytes) => {
    left -= bytes;
    if (left < 0) throw new Error(`the result would take more than ${maxBytes} bytes`);
  });
  let complete = false;
  try {
    for (const _ of new MergeEncoder(sources, columns, pieces, reader, level, groupRows).write(file)) {
      step('writing');
      yield _;
    }
    file.finish(sources.at(-1)!.createdBy, metadata);
    complete = true;
  } finally {
    if (!complete) file.discard();
  }
  return file.length;
}

/** Who could read the sources can read the result: root may consolidate what another user records. */
function takeOwner(part: string, source: string): void {
  const stat = fs.statSync(source, { throwIfNoEntry: false });
  if (stat === undefined) return;
  fs.chmodSync(part, stat.mode & 0o777);
  if (process.geteuid?.() === 0) fs.chownSync(part, stat.uid, stat.gid);
}

/** @throws Error that says what is different from what was wanted */
function* verify(part: string, wanted: Fingerprint): Generator<void> {
  const result = SourceFile.open(part);
  try {
    const found = new Fingerprint();
    yield* found.add(result, new PageReader());
    const difference = wanted.difference(found);
    if (difference !== null) throw new Error(`${part}: what was written is not what was read: ${difference}`);
  } finally {
    result.close();
  }
}

/** From the first stamp to the end of the last window: every source's stamp lies in it, which readers rely on. */
function freeName(directory: string, table: string, sources: readonly SourceFile[]): string {
  const stamps = sources.map(({ name }) => parseFileName(name)!.start);
  const ends = sources.map(({ metadata }) => Math.ceil(windowTime(metadata, 'fgm.window_end') / 1000) * 1000);
  for (let end = Math.max(...ends, ...stamps); ; end += 1000) {
    const name = consolidatedName(table, Math.min(...stamps), end);
    if (!fs.existsSync(path.join(directory, name))) return name;
  }
}
