import type { Column } from '../column.ts';
import { metricsOf } from '../metric.ts';

const of = metricsOf('/proc/PID/schedstat');

/** Of the main thread alone: the kernel has no sum over threads. */
export const SCHEDSTAT: readonly Column[] = [
  of.counter('schedstat_run_usec', 'usec', 'Time its main thread spent on a CPU.', 'run'),
  of.counter(
    'schedstat_run_delay_usec',
    'usec',
    'Time its main thread waited for a CPU while it could run.',
    'run_delay',
  ),
  of.counter('schedstat_timeslices', 'count', 'Times its main thread was put on a CPU.', 'timeslices'),
];
