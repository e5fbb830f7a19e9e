import { METRIC_LIMITS, PROCESS_FIGURES } from '@fgm/viewer/offline';
import type { Choice } from './choose-metrics.ts';
import type { ExportRequest } from './request.ts';
import type { SourceTable } from './source-table.ts';

/** Those that the page shows when nobody has chosen any. */
const FIRST_METRICS = ['containers.cpu_usage_millicores', 'containers.memory_current_bytes'];
/** There are hundreds a second on a machine that forks much, and the page does not show them. */
const TOO_COMMON = "type NOT IN ('process_start', 'process_exit')";

/** The metrics whose charts a page has. */
export function pageMetrics({ metrics, tables }: Pick<ExportRequest, 'metrics' | 'tables'>): readonly string[] | null {
  return metrics ?? (tables === null ? FIRST_METRICS : null);
}

/** Metrics that charts and lists of these are drawn with. */
function drawnWith({ table, metrics }: Choice): ReadonlySet<string> {
  const limits = metrics.flatMap(({ name }) => METRIC_LIMITS[`${table.name}.${name}`]?.split('.').slice(1) ?? []);
  return new Set([
    ...metrics.map(({ name }) => name),
    ...limits,
    ...(table.name === 'processes' ? PROCESS_FIGURES : []),
  ]);
}

/** What stands in a page: what is asked for, what it is drawn with, and what happened. */
export function pageChoices(asked: readonly Choice[], events: SourceTable): readonly Choice[] {
  const drawn = asked
    .filter(({ table }) => table.name !== 'events')
    .map((choice) => {
      const wanted = drawnWith(choice);
      return { table: choice.table, metrics: choice.table.metrics.filter(({ name }) => wanted.has(name)) };
    });
  return [...drawn, { table: events, metrics: events.metrics, where: TOO_COMMON }];
}
