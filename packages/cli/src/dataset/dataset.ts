import { mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TABLES } from '@fgm/catalog';
import { listFiles, takeSnapshot } from '@fgm/store';
import type { Snapshot } from '@fgm/store';
import { CommandFailure, errorCode, messageOf } from '../failure.ts';
import { removeAtEnd } from './remove-at-end.ts';

/** The files of one or more data directories, by table. Open windows count as files, made in a directory of their own. */
export interface Dataset {
  readonly files: ReadonlyMap<string, readonly string[]>;
  /** The same files, by directory, the oldest first. */
  readonly sources: readonly (readonly string[])[];
  /** Removes what was made for open windows. */
  readonly close: () => void;
}

/** @throws CommandFailure when it is not a directory that can be opened */
export function mustBeDirectory(directory: string): void {
  try {
    if (statSync(directory).isDirectory()) return;
  } catch (cause) {
    throw new CommandFailure(`${directory}: cannot be opened (${errorCode(cause)}); wanted a data directory`, {
      cause,
    });
  }
  throw new CommandFailure(`${directory}: is not a directory; wanted a data directory`);
}

async function snapshotOf(directory: string, scratch: string, openWindows: boolean): Promise<Snapshot> {
  try {
    return openWindows ? await takeSnapshot(directory, scratch) : { closed: listFiles(directory).visible, open: [] };
  } catch (cause) {
    throw new CommandFailure(
      `${directory}: the open window cannot be read: ${messageOf(cause)}; --closed leaves it out`,
      { cause },
    );
  }
}

function byTable(snapshots: readonly Snapshot[]): Map<string, string[]> {
  const tables = new Map<string, string[]>(TABLES.map((table) => [table, []]));
  for (const { table, path } of snapshots.flatMap(({ closed, open }) => [...closed, ...open])) {
    tables.set(table, [...(tables.get(table) ?? []), path]);
  }
  return tables;
}

/**
 * Lists what the directories hold.
 *
 * @param openWindows whether windows that are still being recorded count
 * @throws CommandFailure for a directory that is missing or holds no recording
 */
export async function openDataset(directories: readonly string[], openWindows: boolean): Promise<Dataset> {
  for (const directory of directories) mustBeDirectory(directory);
  const scratch = mkdtempSync(join(tmpdir(), 'fgm-window-'));
  const close = removeAtEnd(scratch);
  try {
    const snapshots: Snapshot[] = [];
    for (const [index, directory] of directories.entries()) {
      const snapshot = await snapshotOf(directory, join(scratch, String(index)), openWindows);
      if (snapshot.closed.length + snapshot.open.length === 0) {
        throw new CommandFailure(
          `${directory}: nothing is recorded here; wanted a data directory with dt=… or spool in it`,
        );
      }
      snapshots.push(snapshot);
    }
    const sources = snapshots.map(({ closed, open }) => [...closed, ...open].map(({ path }) => path));
    return { files: byTable(snapshots), sources, close };
  } catch (error) {
    close();
    throw error;
  }
}
