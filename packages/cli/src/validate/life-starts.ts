import { literal, literals } from '../duckdb/sql-text.ts';
import type { Database } from '../duckdb/database.ts';
import type { FileFacts } from './file-facts.ts';

/** A container that came back under its old name: its counters begin anew. */
export interface LifeStart {
  readonly containerId: string;
  /** Microseconds since the Unix epoch. No row of this life is earlier, and none of those before is later. */
  readonly time: bigint;
}

/** The starts of those containers that the events of a recording tell more than one start of. */
export async function readLifeStarts(database: Database, facts: readonly FileFacts[]): Promise<LifeStart[]> {
  const paths = facts.flatMap(({ file }) => (file.table === 'events' ? [file.path] : []));
  if (paths.length === 0) return [];
  const rows = await database.rows<{ container_id: string; time: bigint }>(
    `SELECT container_id, epoch_us(time) AS time FROM
      read_parquet(${literals(paths)}, union_by_name = true, hive_partitioning = false)
      WHERE type = 'container_start' AND container_id IS NOT NULL
      QUALIFY count(*) OVER (PARTITION BY container_id) > 1`,
  );
  return rows.map(({ container_id: containerId, time }) => ({ containerId, time }));
}

/** The starts that lie within the windows of these files. */
export function startsWithin(starts: readonly LifeStart[], facts: readonly FileFacts[]): readonly LifeStart[] {
  const from = facts.reduce((least, { windowStart }) => Math.min(least, windowStart), Infinity) * 1000;
  const to = facts.reduce((most, { windowEnd }) => Math.max(most, windowEnd), -Infinity) * 1000;
  return starts.filter(({ time }) => Number(time) >= from && Number(time) <= to);
}

/** They, one or more, as a relation: life_of, began (usec). */
export function startsRelation(starts: readonly LifeStart[]): string {
  const rows = starts.map(({ containerId, time }) => `(${literal(containerId)}, ${time}::BIGINT)`);
  return `(SELECT * FROM (VALUES ${rows.join(', ')}) AS starts(life_of, began))`;
}
