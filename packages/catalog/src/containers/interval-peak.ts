import type { Column } from '../column.ts';
import { metricsOf } from '../metric.ts';

const of = metricsOf('derived');

/** From memory.peak and memory.swap.peak, through descriptors of our own that are reset at each row. */
export const INTERVAL_PEAK: readonly Column[] = [
  of.gauge(
    'memory_interval_peak_bytes',
    'bytes',
    'Most memory charged since the previous row (--interval-peaks on, kernel 6.12, writable cgroup v2).',
  ),
  of.gauge(
    'memory_swap_interval_peak_bytes',
    'bytes',
    'Most swap in use since the previous row (--interval-peaks on, kernel 6.12, writable cgroup v2).',
  ),
];
