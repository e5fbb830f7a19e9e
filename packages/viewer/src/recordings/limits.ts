/** Metrics that have a limit, and the metric that tells it: both in the same row. */
export const LIMITS: Readonly<Record<string, string>> = {
  'containers.memory_current_bytes': 'containers.memory_max_bytes',
  'containers.memory_swap_current_bytes': 'containers.memory_swap_max_bytes',
  'containers.cpu_usage_millicores': 'containers.cpu_limit_millicores',
  'containers.pids_current': 'containers.pids_max',
};
