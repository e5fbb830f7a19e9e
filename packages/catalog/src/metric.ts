import type { Column, Unit } from './column.ts';

/** Makes the columns of one kernel file, so that each line of its table says only what differs. */
export interface MetricMaker {
  gauge(name: string, unit: Unit | null, help: string, key?: string): Column;
  counter(name: string, unit: Unit | null, help: string, key?: string): Column;
  /** A gauge with a fraction. */
  fraction(name: string, unit: Unit, help: string, key?: string): Column;
  /** Part of what a row is about, as a number. */
  label(name: string, unit: Unit | null, help: string): Column;
}

/** @param source the kernel file's v2 name, or `derived` or `recorder` */
export function metricsOf(source: string): MetricMaker {
  const make =
    (type: Column['type'], kind: Column['kind']) => (name: string, unit: Unit | null, help: string, key?: string) =>
      key === undefined ? { name, type, kind, unit, help, source } : { name, type, kind, unit, help, source, key };
  return {
    gauge: make('int64', 'gauge'),
    counter: make('int64', 'counter'),
    fraction: make('double', 'gauge'),
    label: make('int64', 'label'),
  };
}
