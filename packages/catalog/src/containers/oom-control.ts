import type { Column } from '../column.ts';
import { metricsOf } from '../metric.ts';

const of = metricsOf('memory.oom_control');

/** What cgroup v1 alone tells about running out of memory. Its oom_kill goes to memory_events_oom_kill. */
export const OOM_CONTROL: readonly Column[] = [
  of.gauge(
    'memory_oom_control_under_oom',
    null,
    '1 while its tasks are stopped for want of memory, else 0; cgroup v1 only.',
    'under_oom',
  ),
];
