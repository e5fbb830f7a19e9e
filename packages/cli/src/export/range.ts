import { parseTimeText, TIME_TEXTS } from '@fgm/catalog';
import type { Database } from '../duckdb/database.ts';
import { identifier } from '../duckdb/sql-text.ts';
import { CommandFailure, UsageError } from '../failure.ts';
import { isoInstant } from '../text/instant.ts';
import type { Span } from './part.ts';
import type { ExportRequest } from './request.ts';

/** From the first row of some tables to after the last. @throws CommandFailure when they have no rows */
export async function extentOf(database: Database, tables: readonly string[]): Promise<Span> {
  const times = tables.map((table) => `SELECT min(time) AS first, max(time) AS last FROM ${identifier(table)}`);
  const [extent] = await database.rows<{ first: bigint | null; last: bigint | null }>(
    `SELECT epoch_us(min(first)) AS first, epoch_us(max(last)) AS last FROM (${times.join(' UNION ALL ')})`,
  );
  const { first, last } = extent!;
  if (first === null || last === null) {
    throw new CommandFailure(
      `nothing is recorded in ${tables.join(', ')}: fgm inspect DIR says which tables have rows`,
    );
  }
  return { from: Number(first), to: Number(last) + 1 };
}

function usecOf(flag: string, text: string, newest: number): number {
  const time = parseTimeText(text, newest);
  if (time !== undefined) return Math.round(time * 1000);
  throw new UsageError(`${flag}: ${JSON.stringify(text.slice(0, 80))} is not valid; wanted ${TIME_TEXTS}`);
}

/**
 * The range that is asked for.
 *
 * @param extent of the data: what counts where nothing was said, and what `-15m` is before the end of
 * @throws UsageError when it makes no sense
 */
export function rangeOf({ from, to }: Pick<ExportRequest, 'from' | 'to'>, extent: Span): Span {
  const newest = (extent.to - 1) / 1000;
  const span = {
    from: from === null ? extent.from : usecOf('--from', from, newest),
    to: to === null ? extent.to : usecOf('--to', to, newest),
  };
  if (from !== null && to !== null && span.from >= span.to) {
    throw new UsageError(`--from ${isoInstant(span.from)} is not before --to ${isoInstant(span.to)}`);
  }
  return span;
}

/** @throws UsageError for times that are none, before any file is opened */
export function checkTimes({ from, to }: Pick<ExportRequest, 'from' | 'to'>): void {
  if (from !== null) usecOf('--from', from, 0);
  if (to !== null) usecOf('--to', to, 0);
}
