import { LABELS } from '@fgm/catalog';
import { identifier, instant, literal } from '../duckdb/sql-text.ts';
import type { Choice } from './choose-metrics.ts';
import type { Layout } from './request.ts';
import { labelsOf } from './source-table.ts';
import type { Metric } from './source-table.ts';

/** Rows between two instants, in microseconds since the Unix epoch; `to` is not included. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Rows of one table, as SQL. What makes it up is quoted: none of it is taken as it was given. */
export interface Part {
  readonly table: string;
  /** Rows as they are exported. */
  readonly rows: (span: Span) => string;
  /** `time` and `n`, how many rows come of it. */
  readonly counts: (span: Span) => string;
}

/** Which containers' rows. */
export interface Filter {
  /** Full ids. */
  readonly containers: readonly string[] | null;
  readonly namespace: string | null;
  readonly labels: readonly (readonly [key: string, value: string])[] | null;
}

/** A member of a JSON object as RFC 6901 writes it: in its other notation, no quoting would help a key with a quote in it. */
function pointer(key: string): string {
  return `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function conditions({ containers, namespace, labels }: Filter): string[] {
  return [
    ...(containers === null ? [] : [`container_id IN (${containers.map(literal).join(', ')})`]),
    ...(namespace === null ? [] : [`namespace = ${literal(namespace)}`]),
    ...(labels ?? []).map(
      ([key, value]) => `json_extract_string(TRY_CAST(labels AS JSON), ${literal(pointer(key))}) = ${literal(value)}`,
    ),
  ];
}

function fromWhere(table: string, filter: Filter, { from, to }: Span, where?: string): string {
  const asked = conditions(filter);
  // Events of the recorder itself, such as gaps, are about every container.
  const chosen = asked.length === 0 ? [] : [`(container_id IS NULL OR (${asked.join(' AND ')}))`];
  const which = where === undefined ? asked : [`(${where})`, ...chosen];
  const within = [`time >= ${instant(from)}`, `time < ${instant(to)}`, ...which];
  return `FROM ${identifier(table)} WHERE ${within.join(' AND ')}`;
}

function widePart({ table, metrics, where }: Choice, filter: Filter): Part {
  const wanted = new Set([...labelsOf(table), ...metrics.map(({ name }) => name)]);
  const columns = table.columns.filter((name) => wanted.has(name)).map(identifier);
  return {
    table: table.name,
    rows: (span) => `SELECT ${columns.join(', ')} ${fromWhere(table.name, filter, span, where)}`,
    counts: (span) => `SELECT time, 1 AS n ${fromWhere(table.name, filter, span, where)}`,
  };
}

/** Terms added up in pairs: DuckDB refuses expressions that are nested a thousand deep, which a plain sum of 500 columns is. */
function sum(terms: readonly string[]): string {
  if (terms.length === 1) return terms[0]!;
  const half = terms.length >> 1;
  return `(${sum(terms.slice(0, half))} + ${sum(terms.slice(half))})`;
}

/** One value for each metric, to be unnested beside the others. */
function column(name: string, type: string, metrics: readonly Metric[], value: (metric: Metric) => string): string {
  return `unnest(CAST([${metrics.map(value).join(', ')}] AS ${type}[])) AS ${name}`;
}

function longPart({ table, metrics }: Choice, labels: readonly string[], filter: Filter): Part {
  const own = new Set(labelsOf(table));
  const value = (integer: boolean) => (metric: Metric) =>
    metric.integer === integer ? identifier(metric.name) : 'NULL';
  const columns = [
    'time',
    column('metric_name', 'VARCHAR', metrics, ({ name }) => literal(name)),
    column('metric_kind', 'VARCHAR', metrics, ({ kind }) => literal(kind)),
    column('value_int', 'BIGINT', metrics, value(true)),
    column('value_float', 'DOUBLE', metrics, value(false)),
    `${literal(table.name)} AS l_table`,
    ...labels.map(
      (name) => `CAST(${own.has(name) ? identifier(name) : 'NULL'} AS VARCHAR) AS ${identifier(`l_${name}`)}`,
    ),
  ];
  const present = sum(metrics.map(({ name }) => `CAST(${identifier(name)} IS NOT NULL AS INTEGER)`));
  return {
    table: table.name,
    rows: (span) =>
      `SELECT * FROM (SELECT ${columns.join(', ')} ${fromWhere(table.name, filter, span)}) WHERE value_int IS NOT NULL OR value_float IS NOT NULL`,
    counts: (span) => `SELECT time, ${present} AS n ${fromWhere(table.name, filter, span)}`,
  };
}

/** Labels of all tables: those that every table has come first. */
function longLabels(choices: readonly Choice[]): string[] {
  const labels = new Set([...LABELS.map(({ name }) => name), ...choices.flatMap(({ table }) => labelsOf(table))]);
  // Of these the long form has one for all.
  labels.delete('time');
  labels.delete('tick');
  return [...labels];
}

/** What is to be exported, table by table. */
export function partsOf(choices: readonly Choice[], layout: Layout, filter: Filter): Part[] {
  if (layout === 'wide') return choices.map((choice) => widePart(choice, filter));
  const labels = longLabels(choices);
  return choices.map((choice) => longPart(choice, labels, filter));
}
