import type { Column } from '../column.ts';
import { metricsOf } from '../metric.ts';

const of = metricsOf('/proc/sys/fs/file-nr');

export const FILE_NR: readonly Column[] = [
  of.gauge('file_nr_allocated', 'count', 'Open files of all processes.', 'allocated'),
  of.gauge('file_nr_max', 'count', 'Most open files there may be; null when that is more than 2^53: no limit.', 'max'),
];
