import { existsSync } from 'node:fs';
import { Database } from '../duckdb/database.ts';
import { createView } from '../duckdb/views.ts';
import { CommandFailure, messageOf } from '../failure.ts';
import { openDataset } from '../dataset/dataset.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { groupByColumns } from '../dataset/same-columns.ts';
import { lastStatement } from './statements.ts';
import { resultOf } from './result.ts';
import type { QueryResult } from './result.ts';

export interface Query {
  readonly directories: readonly string[];
  readonly sql: string;
  /** Whether rows of windows that are still being recorded count. */
  readonly openWindows: boolean;
}

/** DuckDB's own message, which points at the place in the query. */
function duckdbFailure(error: unknown): unknown {
  return error instanceof CommandFailure ? error : new CommandFailure(messageOf(error).trimEnd(), { cause: error });
}

/** The tables that a query looks at: making a view opens all files of its table. All of them when the query does not say. */
function tablesOf(database: Database, { sql }: Query, dataset: Dataset): string[] {
  const all = [...dataset.files.keys()];
  try {
    const named = new Set(database.connection.getTableNames(sql, false).map((name) => name.toLowerCase()));
    const used = all.filter((table) => named.has(table));
    return used.length === 0 ? all : used;
  } catch {
    // Not one statement that DuckDB can parse by itself: it will say so when it is run.
    return all;
  }
}

async function start(database: Database, query: Query, dataset: Dataset): Promise<QueryResult> {
  // Before anything of the query is looked at: DuckDB opens files, and makes some, when it only binds a statement.
  await database.confineTo([...dataset.files.values()].flat());
  for (const table of tablesOf(database, query, dataset)) {
    await database.connection.run(createView(table, groupByColumns(dataset.files.get(table)!)));
  }
  const statement = await lastStatement(database.connection, query.sql);
  return resultOf(await statement.stream());
}

/** Retention may delete a file between our listing and DuckDB's opening it. */
function lostFiles(dataset: Dataset): boolean {
  return [...dataset.files.values()].flat().some((path) => !existsSync(path));
}

async function attempt(query: Query, use: (result: QueryResult) => Promise<void>): Promise<'done' | 'lost files'> {
  const dataset = await openDataset(query.directories, query.openWindows);
  const database = await Database.open();
  try {
    let result: QueryResult;
    try {
      result = await start(database, query, dataset);
    } catch (error) {
      if (lostFiles(dataset)) return 'lost files';
      throw error;
    }
    await use(result);
    return 'done';
  } catch (error) {
    throw duckdbFailure(error);
  } finally {
    database.close();
    dataset.close();
  }
}

/**
 * Runs a query over data directories: tables by their names, times in UTC, and nothing else of this machine in reach.
 *
 * @param use called once with the result, whose rows can be read until it returns
 * @throws CommandFailure with DuckDB's message, or for directories that hold no recording
 */
export async function runQuery(query: Query, use: (result: QueryResult) => Promise<void>): Promise<void> {
  if ((await attempt(query, use)) === 'done') return;
  if ((await attempt(query, use)) === 'lost files') {
    throw new CommandFailure(
      'files are deleted faster than they can be read; raise --retention-bytes, or query a copy',
    );
  }
}
