import type { Column } from '../column.ts';
import { metricsOf } from '../metric.ts';

const max = metricsOf('cpu.max');

export const CPU: readonly Column[] = [
  max.gauge('cpu_max_quota_usec', 'usec', 'CPU time it may use in one period; null: no limit of its own.', 'quota'),
  max.gauge('cpu_max_period_usec', 'usec', 'Length of the enforcement period.', 'period'),
  metricsOf('cpu.max.burst').gauge('cpu_max_burst_usec', 'usec', 'Unused CPU time it may carry over (kernel 5.14).'),
  metricsOf('cpu.weight').gauge('cpu_weight', null, 'Share of CPU under contention, 1 to 10000; 100 is the default.'),
  metricsOf('cpu.idle').gauge(
    'cpu_idle',
    null,
    '1 when it only runs where nobody else wants to, else 0 (kernel 5.15).',
  ),
  metricsOf('cpu.shares').gauge('cpu_shares', null, 'Share of CPU under contention, 2 to 262144; cgroup v1 only.'),
  metricsOf('cpuset.cpus.effective').gauge('cpuset_cpus_effective', 'count', 'Number of CPUs it may run on.'),
];
