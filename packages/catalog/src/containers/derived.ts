import type { Column } from '../column.ts';
import { metricsOf } from '../metric.ts';

const of = metricsOf('derived');

/** What the recorder computes because every reader would need it. Null where an input is missing or before a second sample. */
export const DERIVED: readonly Column[] = [
  of.fraction('cpu_usage_millicores', 'millicores', 'CPU used since the last row; 1000 is one CPU.'),
  of.fraction('cpu_user_millicores', 'millicores', 'CPU used in user mode since the last row.'),
  of.fraction('cpu_system_millicores', 'millicores', 'CPU used in the kernel since the last row.'),
  of.fraction(
    'cpu_limit_millicores',
    'millicores',
    'CPU it can use: the least of all quotas above it, its cpuset and the online CPUs.',
  ),
  of.fraction('cpu_usage_percent', 'percent', 'CPU used since the last row, of cpu_limit_millicores.'),
  of.gauge(
    'memory_working_set_bytes',
    'bytes',
    'memory_current_bytes less memory_stat_inactive_file_bytes, at least 0.',
  ),
  of.fraction(
    'memory_percent',
    'percent',
    'memory_current_bytes of the tightest limit of it and its ancestors; null without one.',
  ),
  of.gauge(
    'cpu_residual_usec',
    'usec',
    'Groups only: cpu_stat_usage_usec less what the rows of all entities in the group tell, those that are gone with their last figure.',
  ),
  of.gauge('restart_count', 'count', 'How often the container was started anew under its name.'),
  of.gauge('process_count', 'count', 'Processes in it.'),
  of.gauge('thread_count', 'count', 'Threads of its processes.'),
  of.gauge(
    'pss_bytes',
    'bytes',
    'Sum over its processes: memory, each shared page divided by the processes that map it.',
  ),
  of.gauge('uss_bytes', 'bytes', 'Sum over its processes: memory that no other process maps.'),
  of.gauge('swap_pss_bytes', 'bytes', 'Sum over its processes: swap, each shared page divided by its users.'),
  of.gauge('rss_bytes', 'bytes', 'Sum over its processes: resident memory; shared pages count once for each process.'),
  of.fraction(
    'pss_coverage',
    'ratio',
    'Share of its processes whose memory is in pss_bytes; below 1 the sum is too small.',
  ),
  of.gauge('pss_lower_bytes', 'bytes', 'pss_bytes is at least this, over the processes of uss_coverage.'),
  of.gauge('pss_upper_bytes', 'bytes', 'pss_bytes is at most this, over the processes of uss_coverage.'),
  of.fraction(
    'uss_coverage',
    'ratio',
    'Share of its processes whose memory is in uss_bytes: those of pss_coverage, and those too large for an exact PSS.',
  ),
];
