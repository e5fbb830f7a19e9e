import type { Column } from '../column.ts';
import { metricsOf } from '../metric.ts';

const of = metricsOf('derived');

/**
 * Rates since the last row, null in the first: to the nanosecond for a process of one thread (schedstat), in steps of a clock
 * tick for several threads, which only stat counts together.
 */
export const DERIVED: readonly Column[] = [
  of.fraction('cpu_millicores', 'millicores', 'CPU used since the last row; 1000 is one CPU.'),
  of.fraction('cpu_percent', 'percent', 'CPU used since the last row, of one CPU.'),
];
