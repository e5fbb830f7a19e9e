import type { Database } from '../duckdb/database.ts';
import { createView } from '../duckdb/views.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { groupByColumns } from '../dataset/same-columns.ts';
import { untilWhole } from '../dataset/until-whole.ts';
import type { Source } from '../dataset/until-whole.ts';
import { lastStatement } from './statements.ts';
import { resultOf } from './result.ts';
import type { QueryResult } from './result.ts';

export interface Query extends Source {
  readonly sql: string;
  /** Ends it wherever it is. */
  readonly signal?: AbortSignal;
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
  return started(resultOf(await statement.stream()));
}

/** With its first rows read: until then it can be begun anew without anybody noticing. */
async function started({ columns, batches }: QueryResult): Promise<QueryResult> {
  const rows = batches[Symbol.asyncIterator]();
  const first = await rows.next();
  return {
    columns,
    batches: (async function* () {
      for (let next = first; next.done !== true; next = await rows.next()) yield next.value;
    })(),
  };
}

/**
 * Runs a query over data directories: tables by their names, times in UTC, and nothing else of this machine in reach.
 *
 * @param use called once with the result, whose rows can be read until it returns
 * @throws CommandFailure with DuckDB's message, or for directories that hold no recording
 */
export async function runQuery(query: Query, use: (result: QueryResult) => Promise<void>): Promise<void> {
  await untilWhole(query, async (database, dataset, settled) => {
    const interrupt = (): void => database.connection.interrupt();
    query.signal?.addEventListener('abort', interrupt);
    try {
      query.signal?.throwIfAborted();
      const result = await start(database, query, dataset);
      settled();
      await use(result);
    } finally {
      query.signal?.removeEventListener('abort', interrupt);
    }
  });
}
