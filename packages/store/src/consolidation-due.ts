/** What the recorder has to know of consolidation without loading it. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { crc32 } from 'node:zlib';
import { TABLES } from '@fgm/catalog';
import { type ClosedFile, listClosedFiles } from './closed-files.ts';
import { dueDay, dueHours } from './consolidation/due.ts';
import { acquireLock } from './lock.ts';
import { listOpenWindows } from './reader.ts';
import { CONSOLIDATION, removeWork } from './reservation.ts';

/** Says when there is something to consolidate, by the names of files alone: cheap enough to be asked often. */
export class ConsolidationDue {
  readonly #directory: string;
  #known: ReadonlyMap<string, ClosedFile> = new Map();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /**
   * A number that stands for the files that could be merged, so that whoever could not merge them knows when there are
   * others; null when there are none.
   * @param now milliseconds since the Unix epoch
   * @throws the error of readdir(2)
   */
  signature(now: number): number | null {
    const files = listClosedFiles(this.#directory, this.#known);
    this.#known = new Map(files.map((file) => [file.path, file]));
    const clock = { now, opened: listOpenWindows(this.#directory).map(({ info }) => info.openedAt) };
    const known = new Set<string>(TABLES);
    const places = Map.groupBy(files, (file) => `${path.dirname(file.path)} ${file.table}`);
    const due = [...places.values()].flatMap((same) =>
      known.has(same[0]!.table) ? [...dueHours(same, clock).flat(), ...(dueDay(same, clock) ?? [])] : [],
    );
    const isCutShort = fs.existsSync(path.join(this.#directory, CONSOLIDATION));
    return due.length === 0 && !isCutShort ? null : crc32(due.map((file) => file.path).join('\n'));
  }
}

/**
 * Removes what a consolidation that was killed has left, the room it had reserved included. Nothing is done when another one
 * is at work.
 * @throws the error that kept it from being removed
 */
export async function clearAbandoned(directory: string): Promise<void> {
  if (!fs.existsSync(path.join(directory, CONSOLIDATION))) return;
  let lock: Awaited<ReturnType<typeof acquireLock>>;
  try {
    lock = await acquireLock(directory, 'consolidation');
  } catch {
    // Somebody else works there: it is theirs.
    return;
  }
  try {
    removeWork(directory);
  } finally {
    await lock.release();
  }
}
