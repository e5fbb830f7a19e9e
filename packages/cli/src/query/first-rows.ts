import type { DuckDBValue } from '@duckdb/node-api';
import { CommandFailure } from '../failure.ts';
import { cellJson } from './cell.ts';
import { runQuery } from './run-query.ts';

/** How much of a result is wanted. */
export interface RowLimits {
  readonly rows: number;
  /** Characters of JSON: a row may be of any length. */
  readonly characters: number;
  readonly ms: number;
}

export interface FirstRows {
  readonly columns: readonly string[];
  /** Values as JSON has them; integers that a number cannot hold are text. */
  readonly rows: readonly (readonly unknown[])[];
  /** Why there are not all rows; null where there are. */
  readonly cut: string | null;
}

/**
 * The first rows of a query, and whether there are more.
 *
 * @throws CommandFailure as runQuery does, and for a query that takes longer than it may
 */
export async function firstRows(directories: readonly string[], sql: string, limits: RowLimits): Promise<FirstRows> {
  const signal = AbortSignal.timeout(limits.ms);
  let result: FirstRows | undefined;
  try {
    await runQuery({ directories, sql, openWindows: true, signal }, async ({ columns, batches }) => {
      const rows: unknown[][] = [];
      let characters = 0;
      let cut: string | null = null;
      reading: for await (const batch of batches) {
        for (const row of batch) {
          const texts = row.map(cellJson);
          characters += texts.reduce((sum, text) => sum + text.length, 0);
          if (rows.length === limits.rows) cut = `there are more than these ${limits.rows} rows`;
          else if (characters > limits.characters)
            cut = `there are more than these ${rows.length} rows, which are ${limits.characters} characters`;
          if (cut !== null) break reading;
          rows.push(row.map((value, at) => valueOf(value, texts[at]!)));
        }
      }
      result = { columns, rows, cut };
    });
  } catch (cause) {
    if (!signal.aborted) throw cause;
    throw new CommandFailure(`the query took longer than ${limits.ms / 1000} s: ask for less`, { cause });
  }
  if (result!.rows.length === 0 && result!.cut !== null)
    throw new CommandFailure(`the first row is longer than ${limits.characters} characters: ask for less of it`);
  return result!;
}

function valueOf(value: DuckDBValue, json: string): unknown {
  if (typeof value === 'bigint' && !Number.isSafeInteger(Number(value))) return String(value);
  return JSON.parse(json) as unknown;
}
