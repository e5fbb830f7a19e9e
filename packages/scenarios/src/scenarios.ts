import type { Sizes } from './sizes.ts';

/** What happens in a container of the demonstration, and how one sees it afterwards. */
export interface Scenario {
  /** Names of the deployments that its pods are of, and their namespace. */
  readonly apps: readonly string[];
  readonly namespace: string;
  readonly shows: string;
  /** Verb and numbers of programs/demo-load.c. */
  readonly load: (sizes: Sizes, random: () => number) => readonly (string | number)[];
  readonly memoryLimitBytes?: (sizes: Sizes) => number;
  readonly cpuLimitMillicores?: (sizes: Sizes) => number;
  /** Tasks, threads included. */
  readonly pidsLimit?: (sizes: Sizes) => number;
  /** Without a cgroup's limit there is nothing to see. */
  readonly needsLimits?: true;
  /** A shell cannot do it. */
  readonly needsCompiler?: true;
  /** Over a recording of it, with the container named like the scenario. */
  readonly sql: string;
  /** The charts that show it: metrics, or `table.metric`, with their titles. */
  readonly panels: Readonly<Record<string, string>>;
}

const MIB = 2 ** 20;

/** Named as its containers and its processes are: at most 15 characters. */
export const SCENARIOS = {
  'memory-leak': {
    apps: ['recommendations'],
    namespace: 'shop',
    shows: 'memory grows on and on',
    load: ({ leak }) => ['leak', leak],
    sql: `SELECT pod, round(regr_slope(memory_current_bytes, epoch(time)) * 60) AS bytes_per_minute,
  round(regr_r2(memory_current_bytes, epoch(time)), 3) AS r2
FROM containers WHERE container = 'memory-leak' GROUP BY pod`,
    panels: { memory_current_bytes: 'Memory', 'processes.stat_rss_bytes': 'Resident memory of its process' },
  },
  'oom-kill': {
    apps: ['image-resizer'],
    namespace: 'shop',
    shows: 'runs into its memory limit, is killed and started again',
    load: ({ oom }) => ['balloon', 3, oom * 2],
    memoryLimitBytes: ({ oom }) => oom,
    needsLimits: true,
    sql: `SELECT pod, count(*) AS kills, max((detail->>'memory_max_bytes')::BIGINT) AS limit_bytes,
  any_value(detail->>'$.victims[0].comm') AS victim
FROM events WHERE type = 'oom_kill' AND container = 'oom-kill' GROUP BY pod`,
    panels: {
      memory_percent: 'Memory, of the limit',
      memory_current_bytes: 'Memory',
    },
  },
  'crash-loop': {
    apps: ['config-sync'],
    namespace: 'payments',
    shows: 'ends with exit code 3 again and again',
    load: ({ crash }) => ['crash', crash, 3],
    memoryLimitBytes: () => 64 * MIB,
    sql: `SELECT pod, count(DISTINCT container_id) AS lives, count(*) FILTER (type = 'container_restart') AS restarts,
  any_value(detail->>'exit_code') FILTER (type = 'process_exit') AS exit_code
FROM events WHERE container = 'crash-loop' GROUP BY pod`,
    panels: { cpu_usage_millicores: 'CPU: each life is a line', memory_current_bytes: 'Memory' },
  },
  'cpu-throttling': {
    apps: ['checkout'],
    namespace: 'shop',
    shows: 'wants two CPUs and may have a tenth of one',
    load: () => ['burn', 2],
    cpuLimitMillicores: ({ throttle }) => throttle,
    needsLimits: true,
    sql: `SELECT pod, max(cpu_stat_throttled_usec) - min(cpu_stat_throttled_usec) AS throttled_usec,
  round(avg(cpu_usage_percent)) AS percent_of_limit
FROM containers WHERE container = 'cpu-throttling' GROUP BY pod`,
    panels: {
      cpu_usage_percent: 'CPU, of the limit',
      cpu_stat_throttled_usec: 'Time throttled',
      cpu_pressure_some_avg10: 'CPU pressure',
    },
  },
  'fork-storm': {
    apps: ['ci-runner'],
    namespace: 'build',
    shows: 'starts processes all the time',
    load: ({ forks }) => ['forks', forks, 200],
    pidsLimit: ({ forks }) => 64 + forks * 4,
    sql: `SELECT pod, count(DISTINCT (pid, start_time)) AS processes, max(age) AS longest_usec FROM (
  SELECT pod, pid, start_time, epoch_us(max(time)) - epoch_us(min(time)) AS age
  FROM processes WHERE container = 'fork-storm' GROUP BY ALL) GROUP BY pod`,
    panels: { pids_current: 'Tasks', cpu_usage_millicores: 'CPU' },
  },
  chatty: {
    apps: ['audit-log'],
    namespace: 'payments',
    shows: 'writes log lines all the time',
    load: ({ lines }) => ['chatty', lines],
    sql: `SELECT pod, round((max(io_wchar_bytes) - min(io_wchar_bytes)) / (epoch(max(time)) - epoch(min(time)))) AS bytes_per_second
FROM processes WHERE container = 'chatty' GROUP BY pod`,
    panels: { 'processes.io_wchar_bytes': 'Bytes written', cpu_usage_millicores: 'CPU' },
  },
  'large-heap': {
    apps: ['search-index'],
    namespace: 'shop',
    shows: 'much memory, written to all the time',
    load: ({ heap }) => ['heap', heap],
    memoryLimitBytes: ({ heap }) => Math.round(heap * 1.25) + 16 * MIB,
    sql: `SELECT pod, max(memory_current_bytes) AS bytes, max(coalesce(pss_bytes, pss_lower_bytes)) AS pss, round(max(memory_percent)) AS percent_of_limit
FROM containers WHERE container = 'large-heap' GROUP BY pod`,
    panels: {
      memory_current_bytes: 'Memory',
      pss_bytes: 'Proportional share of memory',
      memory_percent: 'Memory, of the limit',
    },
  },
  'many-mappings': {
    apps: ['orders-jvm'],
    namespace: 'shop',
    shows: 'hundreds of mapped regions',
    load: ({ mappings }) => ['mappings', mappings],
    needsCompiler: true,
    sql: `SELECT pod, sum(regions) AS regions, list(mapping ORDER BY regions DESC)[:3] AS largest FROM (
  SELECT pod, mapping, max(region_count) AS regions FROM mappings WHERE container = 'many-mappings' GROUP BY ALL) GROUP BY pod`,
    panels: {
      'processes.stat_vsize_bytes': 'Address space',
      'mappings.region_count': 'Regions',
      memory_current_bytes: 'Memory',
    },
  },
  steady: {
    apps: ['web', 'api', 'cart', 'accounts', 'search'],
    namespace: 'shop',
    shows: 'CPU time in waves, as of a service with users',
    load: (_, random) => ['steady', 5 + Math.round(random() * 25), (4 + Math.round(random() * 28)) * MIB],
    memoryLimitBytes: () => 64 * MIB,
    cpuLimitMillicores: () => 500,
    sql: `SELECT pod, round(min(cpu_usage_millicores)) AS least, round(max(cpu_usage_millicores)) AS most
FROM containers WHERE container = 'steady' GROUP BY pod`,
    panels: { cpu_usage_millicores: 'CPU', memory_current_bytes: 'Memory' },
  },
  idle: {
    apps: ['coredns', 'kube-proxy', 'node-exporter', 'cert-manager', 'metrics-server', 'csi-node'],
    namespace: 'kube-system',
    shows: 'does nothing',
    load: () => ['idle'],
    sql: `SELECT pod, round(avg(cpu_usage_millicores), 2) AS millicores, max(memory_current_bytes) AS bytes
FROM containers WHERE container = 'idle' GROUP BY pod`,
    panels: { cpu_usage_millicores: 'CPU', memory_current_bytes: 'Memory' },
  },
} as const satisfies Readonly<Record<string, Scenario>>;

export type ScenarioName = keyof typeof SCENARIOS;
export const SCENARIO_NAMES = Object.keys(SCENARIOS) as readonly ScenarioName[];

export function scenario(name: ScenarioName): Scenario {
  return SCENARIOS[name];
}

/**
 * Where there are no containers, processes are found by the names of the scenarios: the compiled ones bear them, a shell's have
 * them behind the name of the script.
 */
export const PROCESSES_SQL = `SELECT name, count(DISTINCT (pid, start_time)) AS processes, round(max(cpu_millicores)) AS millicores,
  max(stat_rss_bytes) AS rss_bytes, max(io_wchar_bytes) AS written
FROM (SELECT *, regexp_extract(cmdline, 'demo-load\\.sh ([a-z-]+)', 1) AS script, if(script = '', comm, script) AS name FROM processes)
WHERE name IN (${SCENARIO_NAMES.map((name) => `'${name}'`).join(', ')}) GROUP BY name ORDER BY name`;
