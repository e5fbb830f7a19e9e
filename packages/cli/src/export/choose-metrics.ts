import { UsageError } from '../failure.ts';
import { isLike } from './glob.ts';
import type { ExportRequest } from './request.ts';
import type { Metric, SourceTable } from './source-table.ts';

/** A table and those of its metrics that are wanted. */
export interface Choice {
  readonly table: SourceTable;
  readonly metrics: readonly Metric[];
  /** Which of a page's events, as SQL of our own; those of no container come too. */
  readonly where?: string;
}

/** What is exported of all tables where neither tables nor metrics are named. */
const DEFAULT_TABLE = 'containers';

type Asked = Pick<ExportRequest, 'layout' | 'tables' | 'metrics'>;

/**
 * The tables that have to be looked into.
 *
 * @param all names, those of which nothing is recorded included
 * @throws UsageError for one that there is not
 */
export function chooseTables(all: readonly string[], { layout, tables, metrics }: Asked): readonly string[] {
  const unknown = tables?.find((name) => !all.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(
      `--tables: there is no table ${JSON.stringify(unknown.slice(0, 80))}; wanted some of ${all.join(', ')}`,
    );
  }
  if (tables !== null) return all.filter((name) => tables.includes(name));
  return layout === 'wide' && metrics === null ? all.filter((name) => name === DEFAULT_TABLE) : all;
}

/** The metrics that one name means, each with its table. */
function meant(among: readonly SourceTable[], name: string, firstOnly: boolean): [SourceTable, Metric][] {
  const dot = name.indexOf('.');
  const [tablePattern, pattern] = dot < 0 ? ['*', name] : [name.slice(0, dot), name.slice(dot + 1)];
  const tables = among.filter((table) => isLike(table.name, tablePattern));
  const found = tables.map((table) => table.metrics.filter((metric) => isLike(metric.name, pattern)));
  const first = found.findIndex((metrics) => metrics.length > 0);
  return tables.flatMap((table, index) =>
    dot < 0 && firstOnly && index !== first
      ? []
      : found[index]!.map((metric) => [table, metric] as [SourceTable, Metric]),
  );
}

function unknownMetric(name: string, among: readonly SourceTable[]): UsageError {
  const tables = among.map((table) => table.name).join(', ');
  return new UsageError(
    `--metrics: ${JSON.stringify(name.slice(0, 80))} is no metric of ${tables}; wanted a column, table.column, or a pattern such as memory_*: docs/metrics.md, or fgm query DIR "DESCRIBE ${among[0]?.name ?? DEFAULT_TABLE}", has all`,
  );
}

function byName(among: readonly SourceTable[], asked: Asked, names: readonly string[]): Choice[] {
  const wanted = new Map<SourceTable, Set<Metric>>();
  for (const name of names) {
    const found = meant(among, name, asked.tables === null);
    if (found.length === 0) throw unknownMetric(name, among);
    for (const [table, metric] of found) wanted.set(table, (wanted.get(table) ?? new Set()).add(metric));
  }
  // A table that was named is wanted, if only for its labels.
  return among
    .filter((table) => wanted.has(table) || (asked.tables !== null && asked.layout === 'wide'))
    .map((table) => ({ table, metrics: table.metrics.filter((metric) => wanted.get(table)?.has(metric)) }));
}

/**
 * The metrics that are wanted, by table. A name without a table is that of the first table that has it, or, where tables are
 * named, of each that has it.
 *
 * @param among the tables that chooseTables() has chosen
 * @throws UsageError for what there is not
 */
export function chooseMetrics(among: readonly SourceTable[], asked: Asked): readonly Choice[] {
  if (asked.metrics !== null) return byName(among, asked, asked.metrics);
  const all = among.map((table) => ({ table, metrics: table.metrics }));
  if (asked.layout === 'wide') return all;
  const choices = all.filter(({ table, metrics }) => metrics.length > 0 && (table.recorded || asked.tables !== null));
  if (choices.length > 0) return choices;
  const names = among.map(({ name }) => name).join(', ');
  throw new UsageError(`--layout long: ${names} has no metrics; --layout wide has its rows`);
}
