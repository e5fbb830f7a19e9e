/** Reading a data directory, whether a recorder writes to it at the moment or not. Nothing here changes it. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { ClosedFile } from './closed-files.ts';
import { segmentNames, sourceRuns } from './made-of.ts';
import { errnoOf } from './directory.ts';
import { fileName } from './file-name.ts';
import { readFooter } from './footer.ts';
import { listFiles } from './superseded.ts';
import { listSegments, readSegmentInfo, segmentBytes, type SegmentInfo, SPOOL } from './segment.ts';

/** A window that is not Parquet yet: being recorded, being closed, or left by a recorder that was killed. */
export interface OpenWindow {
  readonly directory: string;
  readonly info: SegmentInfo;
  readonly bytes: number;
}

/** A Parquet file made for a reader, in a place of the reader's choice. */
export interface MadeFile {
  readonly table: string;
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
}

/** The segments in a directory's spool. Those that cannot be read are left out. */
export function listOpenWindows(directory: string): OpenWindow[] {
  return listSegments(path.join(directory, SPOOL)).flatMap((segment) => {
    try {
      return [{ directory: segment, info: readSegmentInfo(segment), bytes: segmentBytes(segment) }];
    } catch {
      return [];
    }
  });
}

/**
 * Makes Parquet files of a segment as it is now, one per table, in `outDir`, with names as closed files have them but for
 * the partition. The segment may be growing meanwhile; it is not touched.
 * @returns the files; null when the segment was gone, because it has become closed files
 * @throws when the segment cannot be read or `outDir` cannot be written
 */
export async function encodeSegmentTo(segmentDir: string, outDir: string): Promise<MadeFile[] | null> {
  // Loaded when it is needed: apache-arrow and parquet-wasm take 40 MB that a recorder's main thread can do without.
  const { encodeSegment } = await import('./segment-encoder.ts');
  const steps = encodeSegment(segmentDir, { into: outDir });
  try {
    let step = steps.next();
    while (step.done !== true) step = steps.next();
    const { window, tables } = step.value;
    return tables.map(({ table, path: made, rows, bytes }) => {
      const file = path.join(outDir, fileName(table, window?.start ?? 0));
      fs.renameSync(made, file);
      return { table, path: file, rows, bytes };
    });
  } catch (cause) {
    const missing = errnoOf(cause) === 'ENOENT' || errnoOf((cause as Error).cause) === 'ENOENT';
    if (missing && !fs.existsSync(segmentDir)) return null;
    throw cause;
  }
}

/** All there is in a data directory at one moment. */
export interface Snapshot {
  /** Oldest first; without files that a consolidated one has replaced. */
  readonly closed: readonly ClosedFile[];
  /** Files made of the windows that are not closed. */
  readonly open: readonly MadeFile[];
}

/**
 * Closed files, and files made of open windows, so that no row is missing and none is there twice: a window that is closed
 * while this looks is taken from its closed files.
 * @param outDir where to make files of open windows; each window gets a directory of its own there
 */
export async function takeSnapshot(directory: string, outDir: string): Promise<Snapshot> {
  const windows = listOpenWindows(directory);
  const made = new Map<string, MadeFile[]>();
  for (const window of windows) {
    const into = path.join(outDir, path.basename(window.directory));
    fs.mkdirSync(into, { recursive: true });
    const files = await encodeSegmentTo(window.directory, into);
    if (files !== null) made.set(path.basename(window.directory), files);
  }
  // After the open ones: what was closed meanwhile is here, and what was not is there.
  const closed = listFiles(directory).visible;
  const earliest = Math.min(...windows.map(({ info }) => info.openedAt));
  for (const file of closed) {
    if (file.modified >= earliest - 1000) for (const segment of segmentsOf(file)) made.delete(segment);
  }
  return { closed, open: [...made.values()].flat() };
}

/** Names of the segments that a file was made of. */
function segmentsOf(file: ClosedFile): string[] {
  try {
    return segmentNames(sourceRuns(readFooter(file.path).metadata));
  } catch {
    return [];
  }
}
