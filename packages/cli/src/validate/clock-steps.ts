import { literals } from '../duckdb/sql-text.ts';
import type { Database } from '../duckdb/database.ts';
import type { FileFacts } from './file-facts.ts';

/** A clock that was set back: times in between occur twice in what this recorder wrote. Milliseconds since the Unix epoch. */
export interface ClockStep {
  readonly identifier: string;
  /** The time right after it. */
  readonly from: number;
  /** The time right before it. */
  readonly to: number;
}

/** Ticks of a file that occur twice, both ends included. */
export interface RepeatedTicks {
  readonly path: string;
  readonly first: number;
  readonly last: number;
}

/** The clock is compared once a tick, and what a tick reads may come later: a step is known to about two seconds. */
const SLACK_MS = 2_000;

/** How far the clock went, in milliseconds; 0 for what is no detail of a clock_step. */
function stepOf(detail: string | null): number {
  try {
    const { step_ms: step } = JSON.parse(detail ?? '') as { step_ms?: unknown };
    return typeof step === 'number' ? step : 0;
  } catch {
    return 0; // another check says that the file is not as it should be
  }
}

/** The steps back that the events of a recording tell of. */
export async function readClockSteps(database: Database, facts: readonly FileFacts[]): Promise<ClockStep[]> {
  const files = facts.filter(({ file }) => file.table === 'events');
  if (files.length === 0) return [];
  const identifiers = new Map(files.map(({ file }) => [file.path, file.identifier]));
  const rows = await database.rows<{ file: string; time: bigint; detail: string | null }>(
    `SELECT filename AS file, epoch_us(time) AS time, detail FROM
      read_parquet(${literals([...identifiers.keys()])}, union_by_name = true, hive_partitioning = false, filename = true)
      WHERE type = 'clock_step'`,
  );
  return rows.flatMap(({ file, time, detail }) => {
    const from = Number(time) / 1000;
    const step = stepOf(detail);
    return step < 0 ? [{ identifier: identifiers.get(file)!, from, to: from - step }] : [];
  });
}

/** Whether a time, in milliseconds, occurred twice. */
export function occursTwice(steps: readonly ClockStep[], time: number): boolean {
  return steps.some(({ from, to }) => time >= from - SLACK_MS && time <= to + SLACK_MS);
}

/** Which ticks of these files may occur twice. */
export function repeatedTicks(steps: readonly ClockStep[], facts: readonly FileFacts[]): RepeatedTicks[] {
  return facts.flatMap(({ file, intervalMs }) =>
    steps.flatMap(({ identifier, from, to }) =>
      identifier === file.identifier
        ? [
            {
              path: file.path,
              first: Math.floor((from - SLACK_MS) / intervalMs),
              last: Math.ceil((to + SLACK_MS) / intervalMs),
            },
          ]
        : [],
    ),
  );
}
