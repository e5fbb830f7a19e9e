import type { Column } from '../column.ts';
import { metricsOf } from '../metric.ts';

const stat = metricsOf('cpu.stat');
const local = metricsOf('cpu.stat.local');

export const CPU_STAT: readonly Column[] = [
  stat.counter('cpu_stat_usage_usec', 'usec', 'CPU time used.', 'usage_usec'),
  stat.counter('cpu_stat_user_usec', 'usec', 'CPU time used in user mode.', 'user_usec'),
  stat.counter('cpu_stat_system_usec', 'usec', 'CPU time used in the kernel.', 'system_usec'),
  stat.counter('cpu_stat_nice_usec', 'usec', 'CPU time used by niced tasks (kernel 6.13).', 'nice_usec'),
  stat.counter(
    'cpu_stat_core_sched_force_idle_usec',
    'usec',
    'CPU time that core scheduling forced to be idle (kernel 6.1).',
    'core_sched.force_idle_usec',
  ),
  stat.counter(
    'cpu_stat_nr_periods',
    'count',
    'Enforcement periods that have passed while it was runnable.',
    'nr_periods',
  ),
  stat.counter('cpu_stat_nr_throttled', 'count', 'Periods in which it was throttled.', 'nr_throttled'),
  stat.counter(
    'cpu_stat_throttled_usec',
    'usec',
    'Time for which it was throttled, summed over CPUs.',
    'throttled_usec',
  ),
  stat.counter(
    'cpu_stat_nr_bursts',
    'count',
    'Periods in which it used more than its quota (kernel 5.16).',
    'nr_bursts',
  ),
  stat.counter('cpu_stat_burst_usec', 'usec', 'CPU time used above the quota (kernel 5.16).', 'burst_usec'),
  local.counter(
    'cpu_stat_local_throttled_usec',
    'usec',
    'Time for which the cgroup itself was throttled, summed over CPUs (kernel 6.6).',
    'throttled_usec',
  ),
];
