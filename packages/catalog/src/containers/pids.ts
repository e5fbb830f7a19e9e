import type { Column } from '../column.ts';
import { metricsOf } from '../metric.ts';

export const PIDS: readonly Column[] = [
  metricsOf('pids.current').gauge('pids_current', 'count', 'Tasks (processes and threads) in it.'),
  metricsOf('pids.max').gauge('pids_max', 'count', 'Most tasks it may have; null: no limit of its own.'),
  metricsOf('pids.peak').gauge('pids_peak', 'count', 'Most tasks it ever had (kernel 6.1).'),
  metricsOf('pids.events').counter('pids_events_max', 'count', 'Times a fork failed because of pids.max.', 'max'),
];
