import type { Column, Kind, SampledTable, Unit } from '@fgm/catalog';

/** What tells the rows of one container apart, by table. */
export const KEYS: Readonly<Record<SampledTable, readonly string[]>> = {
  containers: [],
  processes: ['pid', 'start_time', 'comm'],
  mappings: ['pid', 'start_time', 'mapping'],
  devices: ['device', 'device_name'],
  interfaces: ['interface'],
  node: [],
  bursts: [],
};

/** A column of numbers that can be shown over time. */
export interface Metric {
  /** `<table>.<column>`. */
  readonly id: string;
  readonly table: SampledTable;
  readonly name: string;
  readonly kind: Exclude<Kind, 'label'>;
  readonly unit: Unit | null;
  readonly help: string;
  readonly source: string;
}

/** The metrics among a table's columns. */
export function metricsOf(table: SampledTable, columns: readonly Column[]): Metric[] {
  return columns.flatMap(({ name, type, kind, unit, help, source }) =>
    kind === 'label' || (type !== 'int64' && type !== 'double')
      ? []
      : [{ id: `${table}.${name}`, table, name, kind, unit, help, source }],
  );
}

/** By `table.column`, or by the column alone: then of the first table that has it. */
export function findMetric(metrics: readonly Metric[], name: string): Metric | undefined {
  return metrics.find(({ id }) => id === name) ?? metrics.find((metric) => metric.name === name);
}

/** Units of what is shown: those of the columns, and of their change in a second. */
export type ShownUnit = Unit | 'bytes/s' | 'count/s' | 'ticks/s' | 'percent/s' | 'millicores/s' | 'ratio/s' | '1/s';

/**
 * Counters are shown as their change in a second; those of time as the share of it, so that 1 is one CPU used all the time.
 * This is the one place that decides it.
 */
export function shownUnit({ kind, unit }: Pick<Metric, 'kind' | 'unit'>): ShownUnit | null {
  if (kind === 'gauge') return unit;
  if (unit === 'usec') return 'ratio';
  return unit === null ? '1/s' : `${unit}/s`;
}

/** What the change of a counter in a second is multiplied by. */
export function rateFactor({ unit }: Pick<Metric, 'unit'>): number {
  return unit === 'usec' ? 1e-6 : 1;
}
