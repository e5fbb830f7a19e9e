import type { Column } from '../column.ts';
import { metricsOf } from '../metric.ts';

const of = metricsOf('derived');

/** Rates over stat_utime_usec + stat_stime_usec; null in the first row of a process. */
export const DERIVED: readonly Column[] = [
  of.fraction('cpu_millicores', 'millicores', 'CPU used since the last row; 1000 is one CPU.'),
  of.fraction('cpu_percent', 'percent', 'CPU used since the last row, of one CPU.'),
];
