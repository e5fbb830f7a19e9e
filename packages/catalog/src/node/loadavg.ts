import type { Column } from '../column.ts';
import { metricsOf } from '../metric.ts';

const of = metricsOf('/proc/loadavg');

export const LOADAVG: readonly Column[] = [
  of.fraction(
    'loadavg_1m',
    'count',
    'Tasks that run, could run, or wait uninterruptibly: average over 1 minute.',
    '1m',
  ),
  of.fraction('loadavg_5m', 'count', 'The same, over 5 minutes.', '5m'),
  of.fraction('loadavg_15m', 'count', 'The same, over 15 minutes.', '15m'),
  of.gauge('loadavg_runnable', 'count', 'Tasks that run or could run.', 'runnable'),
  of.gauge('loadavg_tasks', 'count', 'Tasks: processes and threads.', 'tasks'),
];
