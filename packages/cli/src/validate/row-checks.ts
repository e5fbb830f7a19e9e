import { fileColumns, LABELS } from '@fgm/catalog';
import type { Column } from '@fgm/catalog';
import { identifier, literal } from '../duckdb/sql-text.ts';
import { formatCount, plural } from '../text/quantity.ts';
import type { Rule, Severity } from './finding.ts';
import { factsRelation, keyExpressions, relation, requiredColumns } from './rows.ts';
import type { FileBatch } from './rows.ts';

/** What a check's SQL gives for a file that breaks the rule. */
export interface BrokenFile extends Record<string, bigint | string | null> {
  readonly file: string;
  /** How many rows, entities or the like. */
  readonly count: bigint;
  /** How many ticks, or which columns: whatever else the message says. */
  readonly detail: bigint | string | null;
}

/** A check of rows, as SQL that gives a BrokenFile for each file that breaks the rule. */
export interface RowCheck {
  readonly rule: Rule;
  readonly severity: Severity;
  /** Null where there is nothing of the kind in the table. */
  readonly sql: (batch: FileBatch) => string | null;
  readonly message: (broken: BrokenFile) => string;
}

function columnsWith({ table }: FileBatch, accept: (column: Column) => boolean): string[] {
  return fileColumns(table).flatMap((column) => (accept(column) ? [column.name] : []));
}

/** Events lie in no tick. */
function sampled(sql: (batch: FileBatch) => string): RowCheck['sql'] {
  return (batch) => (batch.table === 'events' ? null : sql(batch));
}

function withFacts(batch: FileBatch): string {
  return `${relation(batch)} AS r JOIN ${factsRelation(batch)} USING (file)`;
}

function incompleteRows(batch: FileBatch): string {
  const missing = requiredColumns(batch.table).map((name) => `${identifier(name)} IS NULL`);
  return `SELECT file, count(*) AS count, NULL AS detail FROM ${relation(batch)} WHERE ${missing.join(' OR ')} GROUP BY file`;
}

function unsortedRows(batch: FileBatch): string {
  const key = `ROW(${[...keyExpressions(batch.table), 'time'].join(', ')})`;
  const keyed = `SELECT file, n, ${key} AS key FROM ${relation(batch)}`;
  const pairs = `SELECT file, n, key, lag(key) OVER (PARTITION BY file ORDER BY n) AS before FROM (${keyed})`;
  return `SELECT file, count(*) AS count, min(n) AS detail FROM (${pairs}) WHERE key < before GROUP BY file`;
}

function duplicateRows(batch: FileBatch): string {
  const keys = ['file', ...keyExpressions(batch.table), 'tick'].join(', ');
  const twice = `SELECT file, tick FROM ${relation(batch)} GROUP BY ${keys} HAVING count(*) > 1`;
  return `SELECT file, count(*) AS count, min(tick) AS detail FROM (${twice}) GROUP BY file`;
}

function rowsOutside(batch: FileBatch): string {
  return `SELECT file, count(*) AS count, NULL AS detail FROM ${withFacts(batch)}
    WHERE epoch_us(time) < window_start OR epoch_us(time) >= window_end
      OR tick * interval_usec < day OR tick * interval_usec >= day + 86400000000
    GROUP BY file`;
}

/** How many intervals, and how many microseconds, a row may be read after its tick began on a machine in trouble. */
const LATEST_INTERVALS = 10;
const LATEST_USEC = 10_000_000;

function lateness(batch: FileBatch): string {
  return `SELECT file, tick, interval_usec, epoch_us(time) // interval_usec - tick AS late FROM ${withFacts(batch)}`;
}

function wrongTicks(batch: FileBatch): string {
  return `SELECT file, count(*) AS count, min(tick) AS detail FROM (${lateness(batch)})
    WHERE late < -1 OR late > greatest(${LATEST_INTERVALS}, ${LATEST_USEC} // interval_usec) GROUP BY file`;
}

function lateRows(batch: FileBatch): string {
  return `SELECT file, count(*) AS count, max(late) AS detail FROM (${lateness(batch)})
    WHERE late > 1 AND late <= greatest(${LATEST_INTERVALS}, ${LATEST_USEC} // interval_usec) GROUP BY file`;
}

function changingLabels(batch: FileBatch): string {
  const names = LABELS.map(({ name }) => name).filter((name) => name !== 'container_id');
  const changes = names.map((name) => {
    const label = identifier(name);
    return `CASE WHEN min(${label}) <> max(${label}) OR count(${label}) NOT IN (0, count(*)) THEN ${literal(name)} END`;
  });
  const entities = `SELECT file, concat_ws(', ', ${changes.join(', ')}) AS changed FROM ${relation(batch)}
    GROUP BY file, container_id`;
  return `SELECT file, count(*) AS count, any_value(changed) AS detail FROM (${entities}) WHERE changed <> '' GROUP BY file`;
}

function impossibleValues(batch: FileBatch): string | null {
  const amounts = columnsWith(batch, ({ unit, kind }) => unit !== null && kind !== 'label');
  const doubles = columnsWith(batch, ({ type }) => type === 'double');
  const wrong = [
    ...amounts.map((name) => `CASE WHEN min(${identifier(name)}) < 0 THEN ${literal(name)} END`),
    ...doubles.map((name) => `CASE WHEN bool_or(NOT isfinite(${identifier(name)})) THEN ${literal(name)} END`),
  ];
  if (wrong.length === 0) return null;
  const files = `SELECT file, list_distinct([${wrong.join(', ')}]) AS names FROM ${relation(batch)} GROUP BY file`;
  return `SELECT file, len(names) AS count, array_to_string(names, ', ') AS detail FROM (${files}) WHERE len(names) > 0`;
}

/**
 * Counters that fall. When a container is restarted under its old name, all of its counters begin anew, and that is no
 * error: so rows in which most of the counters fall do not count. A process never gets the start time of another.
 */
function fallingCounters(batch: FileBatch): string | null {
  const counters = columnsWith(batch, ({ kind }) => kind === 'counter');
  if (counters.length === 0) return null;
  const entity = `WINDOW entity AS (PARTITION BY ${['file', ...keyExpressions(batch.table)].join(', ')} ORDER BY n)`;
  const before = counters.map((name, index) => `lag(${identifier(name)} IGNORE NULLS) OVER entity AS before_${index}`);
  const rows = `SELECT file, ${counters.map(identifier).join(', ')}, ${before.join(', ')} FROM ${relation(batch)} ${entity}`;
  const falls = counters.map((name, index) => `coalesce(${identifier(name)} < before_${index}, false)`);
  const positive = counters.map((_, index) => `coalesce(before_${index} > 0, false)`);
  const fallen = `list_filter([${counters.map((name, index) => `CASE WHEN ${falls[index]} THEN ${literal(name)} END`).join(', ')}], lambda x: x IS NOT NULL)`;
  const flagged = `SELECT file, ${fallen} AS fallen, len(list_filter([${positive.join(', ')}], lambda x: x)) AS positive
    FROM (${rows}) WHERE ${falls.join(' OR ')}`;
  const restart = batch.table === 'containers' ? 'WHERE len(fallen) * 2 <= positive' : '';
  return `SELECT file, count(*) AS count, array_to_string(list_sort(list_distinct(flatten(list(fallen)))), ', ') AS detail
    FROM (${flagged}) ${restart} GROUP BY file`;
}

function missingTicks(batch: FileBatch): string {
  const keys = ['file', ...keyExpressions(batch.table)].join(', ');
  const entities = `SELECT file, max(tick) - min(tick) + 1 - count(DISTINCT tick) AS missing FROM ${relation(batch)} GROUP BY ${keys}`;
  return `SELECT file, count(*) AS count, sum(missing)::BIGINT AS detail FROM (${entities}) WHERE missing > 0 GROUP BY file`;
}

function rowsOf(count: bigint): string {
  return plural(Number(count), 'row');
}

/** Every check of rows, in the order of their findings. */
export const ROW_CHECKS: readonly RowCheck[] = [
  {
    rule: 'row-key',
    severity: 'error',
    sql: incompleteRows,
    message: ({ count }) => `${rowsOf(count)} without time, tick or entity`,
  },
  {
    rule: 'order',
    severity: 'error',
    sql: unsortedRows,
    message: ({ count, detail }) =>
      `${rowsOf(count)} out of order, the first is row ${detail}; wanted by entity, then time`,
  },
  {
    rule: 'duplicate',
    severity: 'error',
    sql: sampled(duplicateRows),
    message: ({ count, detail }) =>
      `${formatCount(Number(count))} times more than one row for an entity and a tick, first in tick ${detail}`,
  },
  {
    rule: 'window',
    severity: 'error',
    sql: sampled(rowsOutside),
    message: ({ count }) => `${rowsOf(count)} outside of the footer's window or the directory's day`,
  },
  {
    rule: 'tick',
    severity: 'error',
    sql: sampled(wrongTicks),
    message: ({ count, detail }) =>
      `${rowsOf(count)} whose tick is not that of their time, first tick ${detail}; wanted floor(time / interval)`,
  },
  {
    rule: 'tick',
    severity: 'warning',
    sql: sampled(lateRows),
    message: ({ count, detail }) =>
      `${rowsOf(count)} read late, up to ${plural(Number(detail), 'interval')} after their tick began`,
  },
  {
    rule: 'labels',
    severity: 'error',
    sql: changingLabels,
    message: ({ count, detail }) => `${formatCount(Number(count))} entities whose labels change, such as ${detail}`,
  },
  {
    rule: 'value',
    severity: 'error',
    sql: impossibleValues,
    message: ({ detail }) => `negative, NaN or infinite values in ${detail}`,
  },
  {
    rule: 'counter',
    severity: 'error',
    sql: fallingCounters,
    message: ({ count, detail }) => `counters fall in ${rowsOf(count)}: ${detail}`,
  },
  {
    rule: 'gap',
    severity: 'info',
    sql: sampled(missingTicks),
    message: ({ count, detail }) =>
      `${formatCount(Number(count))} entities miss ${plural(Number(detail), 'tick')} in all while they live`,
  },
];
