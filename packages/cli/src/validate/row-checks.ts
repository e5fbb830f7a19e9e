import { fileColumns, LABELS } from '@fgm/catalog';
import type { Column, TableName } from '@fgm/catalog';
import { identifier, literal } from '../duckdb/sql-text.ts';
import { formatCount, plural } from '../text/quantity.ts';
import type { FileFacts } from './file-facts.ts';
import type { Rule, Severity } from './finding.ts';
import { startsRelation } from './life-starts.ts';
import { factsRelation, isRepeated, keyExpressions, relation, requiredColumns } from './rows.ts';
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
function sampled(sql: (batch: FileBatch) => string | null): RowCheck['sql'] {
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

/** @param repeated whether to look at ticks that a step of the clock made occur twice, or at all others */
function duplicateRows(batch: FileBatch, repeated: boolean): string {
  // Between ticks many rows have the same tick, and none the same time.
  const keys = ['file', ...keyExpressions(batch.table), 'tick', ...(batch.table === 'bursts' ? ['time'] : [])].join(
    ', ',
  );
  const here = `${repeated ? '' : 'NOT '}${isRepeated(batch)}`;
  const twice = `SELECT file, tick FROM ${relation(batch)} WHERE ${here} GROUP BY ${keys} HAVING count(*) > 1`;
  return `SELECT file, count(*) AS count, min(tick) AS detail FROM (${twice}) GROUP BY file`;
}

function rowsOutside(batch: FileBatch): string {
  // A burst begins before its trigger, and so perhaps before the window in which that fired.
  const early = batch.table === 'bursts' ? 'false' : 'true';
  return `SELECT file, count(*) AS count, NULL AS detail FROM ${withFacts(batch)}
    WHERE epoch_us(time) >= window_end OR tick * interval_usec >= day + 86400000000
      OR (${early} AND (epoch_us(time) < window_start OR tick * interval_usec < day))
    GROUP BY file`;
}

/** How many intervals, and how many microseconds, a row may be read after its tick began on a machine in trouble. */
const LATEST_INTERVALS = 10;
const LATEST_USEC = 10_000_000;

/** A container's last row is of the first tick after its end that is free: a life and another one may have the ones before. */
const EARLIEST: Readonly<Partial<Record<TableName, number>>> = { containers: -2 };

function lateness(batch: FileBatch): string {
  return `SELECT file, tick, interval_usec, epoch_us(time) // interval_usec - tick AS late FROM ${withFacts(batch)}`;
}

function wrongTicks(batch: FileBatch): string {
  return `SELECT file, count(*) AS count, min(tick) AS detail FROM (${lateness(batch)})
    WHERE late < ${EARLIEST[batch.table] ?? -1} OR late > greatest(${LATEST_INTERVALS}, ${LATEST_USEC} // interval_usec) GROUP BY file`;
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

/**
 * Some rules hold only within less than a consolidated file. Within a window the labels of an entity are what was known last,
 * and from window to window more may become known. Between two runs the machine may have been started anew.
 */
function onFiles(
  batch: FileBatch,
  accept: (facts: FileFacts) => boolean,
  sql: (batch: FileBatch) => string | null,
): string | null {
  const files = batch.files.filter(accept);
  return files.length === 0 ? null : sql({ ...batch, files });
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

/** Totals that may fall: sums over cgroups, interfaces or disks of which one has left, and idle times that the kernel corrects. */
const MAY_FALL: Readonly<Partial<Record<TableName, RegExp>>> = {
  containers: /^(?:network|io_stat)_/,
  // cgroup v1 sums over the cgroups below, and forgets those that are gone.
  devices: /^io_stat_/,
  node: /^(?:diskstats_.*|stat_cpu_(?:idle|iowait)_usec|uptime_idle_usec)$/,
};
/** Tables of things that can come back under their old name, with all counters at 0. */
const COME_BACK: readonly TableName[] = ['containers', 'bursts', 'devices', 'interfaces'];
/** Rows of a burst that stand further apart than this may be of two lives: no runtime makes a container anew in less. */
const BURST_ROWS_MS = 150;

/**
 * Counters that fall. When a container is restarted under its old name, all of its counters begin anew, and that is no
 * error: so rows with a start of it between them, as an event says, are not compared. Where no events are at hand, rows in which
 * most of the counters fall do not count, nor rows from right after a container's end: the new life may have used more already
 * of what the last row told. A process never gets the start time of another.
 */
function fallingCounters(batch: FileBatch): string | null {
  const counters = columnsWith(batch, ({ kind, name }) => kind === 'counter' && !MAY_FALL[batch.table]?.test(name));
  if (counters.length === 0) return null;
  const keys = ['file', ...keyExpressions(batch.table)].join(', ');
  const entity = `WINDOW entity AS (PARTITION BY ${keys}, life, stretch ORDER BY n)`;
  const before = counters.map((name, index) => `lag(${identifier(name)} IGNORE NULLS) OVER entity AS before_${index}`);
  // Only the last row of a life tells nothing of processes.
  const ended = batch.table === 'containers' ? `coalesce(lag(process_count IS NULL) OVER entity, false)` : 'false';
  // Rows of one time that occurred twice stand side by side, but are not of one course of events.
  const once = batch.table === 'events' ? 'true' : `NOT ${isRepeated(batch)}`;
  const rows = `SELECT file, ${counters.map(identifier).join(', ')}, ${before.join(', ')}, ${ended} AS ended FROM ${stretches(batch, keys)} WHERE ${once} ${entity}`;
  const falls = counters.map((name, index) => `coalesce(${identifier(name)} < before_${index}, false)`);
  const positive = counters.map((_, index) => `coalesce(before_${index} > 0, false)`);
  const fallen = `list_filter([${counters.map((name, index) => `CASE WHEN ${falls[index]} THEN ${literal(name)} END`).join(', ')}], lambda x: x IS NOT NULL)`;
  const flagged = `SELECT file, ${fallen} AS fallen, len(list_filter([${positive.join(', ')}], lambda x: x)) AS positive
    FROM (${rows}) WHERE NOT ended AND (${falls.join(' OR ')})`;
  const restart = COME_BACK.includes(batch.table) ? 'WHERE len(fallen) * 2 <= positive' : '';
  return `SELECT file, count(*) AS count, array_to_string(list_sort(list_distinct(flatten(list(fallen)))), ', ') AS detail
    FROM (${flagged}) ${restart} GROUP BY file`;
}

/** The batch with `life`: when the life that a row is of began, 0 where no event tells. */
function lives(batch: FileBatch): string {
  const { starts = [] } = batch;
  if (starts.length === 0 || !COME_BACK.includes(batch.table)) return `(SELECT *, 0 AS life FROM ${relation(batch)})`;
  return `(SELECT r.*, coalesce(began, 0) AS life FROM ${relation(batch)} AS r
    ASOF LEFT JOIN ${startsRelation(starts)} AS s ON r.container_id = s.life_of AND epoch_us(r.time) >= s.began)`;
}

/**
 * The batch with `life` and `stretch`, which tell rows apart that do not follow each other. In a burst not every row has every
 * counter, so one row of a new life would show that one of them has fallen, and another row that the others have.
 */
function stretches(batch: FileBatch, keys: string): string {
  if (batch.table !== 'bursts') return `(SELECT *, 0 AS stretch FROM ${lives(batch)})`;
  const apart = `SELECT *, coalesce(epoch_ms(time) - epoch_ms(lag(time) OVER rows) > ${BURST_ROWS_MS}, false) AS apart
    FROM ${lives(batch)} WINDOW rows AS (PARTITION BY ${keys} ORDER BY n)`;
  return `(SELECT *, count(*) FILTER (apart) OVER (PARTITION BY ${keys} ORDER BY n) AS stretch FROM (${apart}))`;
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
    sql: sampled((batch) => duplicateRows(batch, false)),
    message: ({ count, detail }) =>
      `${formatCount(Number(count))} times more than one row for an entity and a tick, first in tick ${detail}`,
  },
  {
    rule: 'duplicate',
    severity: 'info',
    sql: sampled((batch) => (isRepeated(batch) === 'false' ? null : duplicateRows(batch, true))),
    message: ({ count }) =>
      `${formatCount(Number(count))} times more than one row for an entity and a tick: the clock was set back, as an event says`,
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
    sql: (batch) => onFiles(batch, ({ file }) => file.end === null, changingLabels),
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
    sql: (batch) => onFiles(batch, ({ runIds }) => runIds.length <= 1, fallingCounters),
    message: ({ count, detail }) => `counters fall in ${rowsOf(count)}: ${detail}`,
  },
  {
    rule: 'gap',
    severity: 'info',
    sql: (batch) => (batch.table === 'bursts' ? null : sampled(missingTicks)(batch)),
    message: ({ count, detail }) =>
      `${formatCount(Number(count))} entities miss ${plural(Number(detail), 'tick')} in all while they live`,
  },
];
