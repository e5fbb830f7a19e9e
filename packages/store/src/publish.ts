import * as fs from 'node:fs';
import * as path from 'node:path';
import { TABLES } from '@fgm/catalog';
import type { ClosedFile } from './closed-files.ts';
import { syncDirectory } from './directory.ts';
import { fileName, partition } from './file-name.ts';
import type { EncodedSegment } from './segment-encoder.ts';
import type { Window } from './window.ts';

/**
 * Gives the finished files of a segment their final names. From here on they are never changed.
 * @param directory the data directory
 * @param at milliseconds of the stamp that other tables of this segment have already, if any
 * @param last milliseconds of the stamp given before: one that retention has freed is not given again to a later window
 * @returns the files, oldest name first
 * @throws the error of the system call that failed; files may then have their names already
 */
export function publish(
  directory: string,
  encoded: EncodedSegment,
  window: Window,
  at?: number,
  last = -Infinity,
): ClosedFile[] {
  const { identifier } = encoded.info;
  const start = at ?? freeStamp(directory, identifier, window, encoded.info.intervalMs, last);
  const into = partition(directory, start, identifier);
  const made = fs.mkdirSync(into, { recursive: true, mode: 0o755 });
  const files = encoded.tables.map(({ table, path: from }): ClosedFile => {
    const file = path.join(into, fileName(table, start));
    fs.renameSync(from, file);
    // Only now, after close and rename, is its size final.
    const { size, mtimeMs } = fs.statSync(file);
    return { table, path: file, identifier, start, bytes: size, modified: mtimeMs, end: null };
  });
  syncDirectory(into);
  if (made !== undefined) {
    syncDirectory(path.dirname(into));
    syncDirectory(directory);
  }
  return files;
}

/** Windows that follow each other within a second take the next seconds, up to so many. */
const LONGEST_QUEUE_MS = 60_000;
const DAY_MS = 86_400_000;

/** The window's first second, or the next one that no file of any table has: a restart inside a second does not collide. */
function freeStamp(directory: string, identifier: string, window: Window, intervalMs: number, last: number): number {
  let start = Math.floor((window.firstTick * intervalMs) / 1000) * 1000;
  // Further back than this it is the clock that has stepped, and the stamp says so.
  const next = last + 1000;
  const sameDay = Math.floor(next / DAY_MS) === Math.floor(start / DAY_MS);
  if (last >= start && last - start < LONGEST_QUEUE_MS && sameDay) start = next;
  const taken = (): boolean => {
    const into = partition(directory, start, identifier);
    return TABLES.some((table) => fs.existsSync(path.join(into, fileName(table, start))));
  };
  while (taken()) start += 1000;
  return start;
}
