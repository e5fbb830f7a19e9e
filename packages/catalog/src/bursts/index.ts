import type { Column } from '../column.ts';
import { CONTAINER_METRICS } from '../containers/index.ts';

/** The columns of `containers` that tell how trouble came about, and that cost little to read ten times a second. */
const NAMES = [
  'memory_percent',
  'memory_current_bytes',
  'memory_swap_current_bytes',
  'memory_stat_anon_bytes',
  'memory_stat_file_bytes',
  'memory_stat_shmem_bytes',
  'memory_stat_inactive_file_bytes',
  'memory_stat_pgmajfault',
  'memory_stat_pgscan',
  'memory_stat_pgsteal',
  'memory_events_high',
  'memory_events_max',
  'memory_events_oom',
  'memory_events_oom_kill',
  'cpu_stat_usage_usec',
  'cpu_stat_user_usec',
  'cpu_stat_system_usec',
  'cpu_stat_nr_periods',
  'cpu_stat_nr_throttled',
  'cpu_stat_throttled_usec',
  'cpu_pressure_some_total_usec',
  'cpu_pressure_full_total_usec',
  'memory_pressure_some_total_usec',
  'memory_pressure_full_total_usec',
  'io_pressure_some_total_usec',
  'io_pressure_full_total_usec',
  'pids_current',
] as const;

function ofContainers(name: string): Column {
  const column = CONTAINER_METRICS.find((candidate) => candidate.name === name);
  if (column === undefined) throw new RangeError(`table containers has no column ${name}`);
  return column;
}

/** What is kept ten times a second of a container, for the time around trouble: columns of `containers`, with the same meaning. */
export const BURST_METRICS: readonly Column[] = NAMES.map(ofContainers);
