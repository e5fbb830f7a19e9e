import { z } from 'zod';
import { tool, type Tool } from '../tool.ts';

/** First rows of a query. */
export interface SqlRows {
  readonly columns: readonly string[];
  /** Values as JSON has them, in the order of the columns. */
  readonly rows: readonly (readonly unknown[])[];
  /** Why there are not all rows; null where there are. */
  readonly cut: string | null;
}

/** Runs SQL that only reads, over all directories. @throws Error with what the database says */
export type RunSql = (sql: string, mostRows: number) => Promise<SqlRows>;

/** @param run who owns the database */
export function querySql(run: RunSql): Tool {
  // One at a time: each may take all processors and a good part of the memory of a machine that is being recorded.
  let before: Promise<unknown> = Promise.resolve();
  const inTurn: RunSql = (sql, mostRows) => {
    const rows = before.then(() => run(sql, mostRows));
    before = rows.catch(() => undefined);
    return rows;
  };
  return tool({
    name: 'query_sql',
    title: 'SQL over recordings',
    description:
      'Runs SQL of DuckDB, read-only, for what the other tools do not answer. Tables: containers, processes, mappings, devices, interfaces, node, bursts, events; DESCRIBE containers lists columns. Columns to know: time (UTC), node, container_id, container, pod, namespace. Counters are totals as the kernel counts them. One statement with rows; where rows were cut, `cut` says so: aggregate, or page with LIMIT and OFFSET.',
    shape: {
      sql: z.string().min(1).max(20_000),
      limit: z.number().int().min(1).max(1000).default(100).describe('Rows at most.'),
    },
    answer: async (_api, { sql, limit }) => {
      const { columns, rows, cut } = await inTurn(sql, limit);
      return { columns, rows, ...(cut === null ? {} : { cut }) };
    },
  });
}
