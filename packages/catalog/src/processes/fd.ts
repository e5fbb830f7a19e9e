import type { Column } from '../column.ts';
import { metricsOf } from '../metric.ts';

export const FD: readonly Column[] = [
  metricsOf('/proc/PID/fd').gauge(
    'fd_count',
    'count',
    'File descriptors it has open; read when new, after an exec and every 30 s.',
  ),
  metricsOf('/proc/PID/limits').gauge(
    'fd_limit',
    'count',
    'File descriptors it may have open (soft limit); null: no limit. Read when new, after an exec and every 30 s.',
    'Max open files',
  ),
];
