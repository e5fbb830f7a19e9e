import { existsSync } from 'node:fs';
import { Database } from '../duckdb/database.ts';
import { CommandFailure, messageOf, UsageError } from '../failure.ts';
import { openDataset } from './dataset.ts';
import type { Dataset } from './dataset.ts';

/** Which rows. */
export interface Source {
  readonly directories: readonly string[];
  /** Whether rows of windows that are still being recorded count. */
  readonly openWindows: boolean;
  /** Memory that the database may use; unless given, as much as suits a command. */
  readonly memoryBytes?: number;
  /** Directory for what it has no room for; unless given, there is none. */
  readonly scratch?: string;
}

/**
 * One attempt at what is to be done with a dataset.
 *
 * @param settled to be called when it cannot be begun anew any more, because somebody has seen something of it
 */
export type Attempt<Result> = (database: Database, dataset: Dataset, settled: () => void) => Promise<Result>;

/** DuckDB's own message, which points at the place in the query. */
function duckdbFailure(error: unknown): unknown {
  if (error instanceof CommandFailure || error instanceof UsageError) return error;
  return new CommandFailure(messageOf(error).trimEnd(), { cause: error });
}

/** Retention may delete a file between our listing and DuckDB's opening it; consolidation, too, which has put its rows elsewhere. */
function lostFiles(dataset: Dataset): boolean {
  return [...dataset.files.values()].flat().some((path) => !existsSync(path));
}

async function once<Result>(source: Source, attempt: Attempt<Result>): Promise<{ result: Result } | 'lost files'> {
  const dataset = await openDataset(source.directories, source.openWindows);
  const database = await Database.open(source.memoryBytes, source.scratch);
  let settled = false;
  try {
    return { result: await attempt(database, dataset, () => (settled = true)) };
  } catch (error) {
    if (!settled && lostFiles(dataset)) return 'lost files';
    throw duckdbFailure(error);
  } finally {
    database.close();
    dataset.close();
  }
}

const MOST_ATTEMPTS = 5;

/**
 * Does something with all files of data directories, anew when some of them are deleted meanwhile.
 *
 * @throws CommandFailure with DuckDB's message, or for directories that hold no recording
 */
export async function untilWhole<Result>(source: Source, attempt: Attempt<Result>): Promise<Result> {
  for (let tries = 0; tries < MOST_ATTEMPTS; tries++) {
    const outcome = await once(source, attempt);
    if (outcome !== 'lost files') return outcome.result;
  }
  throw new CommandFailure('files are deleted faster than they can be read; raise --retention-bytes, or query a copy');
}
