import type { Column } from '../column.ts';
import { metricsOf } from '../metric.ts';

const of = metricsOf('/proc/uptime');

export const UPTIME: readonly Column[] = [
  of.counter('uptime_usec', 'usec', 'Time since the machine was started, suspended time included.', 'uptime'),
  of.counter('uptime_idle_usec', 'usec', 'Idle time, summed over CPUs; may fall a little.', 'idle'),
];
