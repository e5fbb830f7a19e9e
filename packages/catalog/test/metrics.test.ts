import t from 'tap';
import {
  blockColumns,
  CONTAINER_METRICS,
  DEVICE_METRICS,
  EVENT_COLUMNS,
  fileColumns,
  INTERFACE_METRICS,
  LABELS,
  MAPPING_METRICS,
  MEMORY_METHODS,
  NODE_METRICS,
  PROCESS_METRICS,
  PROCESS_STATES,
  SAMPLED_TABLES,
  TABLES,
  unknownMeminfo,
  unknownMemoryStat,
  unknownVmstat,
  type Column,
} from '../src/index.ts';

const ALL: readonly Column[] = [
  ...CONTAINER_METRICS,
  ...PROCESS_METRICS,
  ...MAPPING_METRICS,
  ...DEVICE_METRICS,
  ...INTERFACE_METRICS,
  ...NODE_METRICS,
  ...EVENT_COLUMNS,
];

function named(columns: readonly Column[], name: string): Column | undefined {
  return columns.find((column) => column.name === name);
}

void t.test('names', (t) => {
  for (const table of TABLES) {
    const names = fileColumns(table).map(({ name }) => name);
    t.equal(new Set(names).size, names.length, `${table}: no name stands twice`);
    t.strictSame(
      names.filter((name) => !/^[a-z][a-z0-9_]*$/.test(name)),
      [],
      `${table}: snake_case`,
    );
  }
  for (const table of SAMPLED_TABLES) {
    const names = blockColumns(table).map(({ name }) => name);
    t.equal(new Set(names).size, names.length, `blocks of ${table}: no name stands twice`);
  }
  t.end();
});

void t.test('units', (t) => {
  // Keys of io.stat that are bytes say so themselves.
  const bytes = /_bytes$|^io_stat_[rwd]bytes$/;
  const wrong = ALL.filter(
    ({ name, unit }) =>
      bytes.test(name) !== (unit === 'bytes') ||
      name.endsWith('_usec') !== (unit === 'usec') ||
      name.endsWith('_millicores') !== (unit === 'millicores') ||
      /(_percent|_avg\d+)$/.test(name) !== (unit === 'percent'),
  );
  t.strictSame(
    wrong.map(({ name }) => name),
    [],
    'a name ends with its base unit',
  );
  t.end();
});

void t.test('kinds', (t) => {
  const counters = [
    'memory_stat_pgfault',
    'memory_stat_workingset_refault_anon',
    'memory_stat_workingset_nodereclaim',
    'memory_stat_pgscan_kswapd',
    'memory_stat_pgsteal_direct',
    'memory_stat_thp_fault_alloc',
    'memory_stat_pswpin',
    'memory_stat_zswpout',
    'memory_stat_pgdemote_kswapd',
    'memory_stat_numa_hint_faults',
    'memory_events_oom_kill',
    'memory_events_local_oom_kill',
    'memory_swap_events_fail',
    'cpu_stat_usage_usec',
    'cpu_stat_throttled_usec',
    'cpu_pressure_some_total_usec',
    'io_stat_rbytes',
    'pids_events_max',
  ];
  for (const name of counters) t.equal(named(CONTAINER_METRICS, name)?.kind, 'counter', name);
  const gauges = [
    'memory_current_bytes',
    'memory_stat_anon_bytes',
    'memory_stat_slab_bytes',
    'memory_stat_zswapped_bytes',
  ];
  for (const name of gauges) t.equal(named(CONTAINER_METRICS, name)?.kind, 'gauge', name);
  for (const name of ['cpu_pressure_some_avg10', 'cpu_usage_percent', 'pss_coverage']) {
    t.equal(named(CONTAINER_METRICS, name)?.type, 'double', `${name} has a fraction`);
  }
  const amounts = CONTAINER_METRICS.filter(({ source }) => source === 'memory.stat');
  t.ok(
    amounts.every(({ kind, unit }) => (kind === 'counter' ? unit === 'count' : unit === 'bytes')),
    'memory.stat has amounts in bytes and counts, nothing else',
  );
  t.end();
});

void t.test('kinds of the node', (t) => {
  const kindOf = (key: string): unknown =>
    NODE_METRICS.find((column) => column.key === key && column.source === '/proc/vmstat');
  const gauges =
    'nr_free_pages nr_dirty nr_dirty_threshold nr_kernel_stack workingset_nodes nr_swapcached nr_memmap_pages';
  for (const key of gauges.split(' ')) t.match(kindOf(key), { kind: 'gauge' }, key);
  const counters =
    'pgfault pgpgin oom_kill nr_dirtied nr_written nr_vmscan_write nr_vmscan_immediate_reclaim nr_throttled_written nr_foll_pin_acquired nr_tlb_remote_flush numa_hit workingset_refault_file pgpromote_success allocstall_normal';
  for (const key of counters.split(' ')) t.match(kindOf(key), { kind: 'counter' }, key);
  t.strictSame(
    NODE_METRICS.filter(({ source, kind }) => source === '/proc/meminfo' && kind !== 'gauge'),
    [],
    'meminfo has amounts only',
  );
  t.match(unknownVmstat('nr_hyperspace'), { name: 'vmstat_nr_hyperspace', kind: 'gauge', unit: null });
  t.match(unknownMeminfo('WarpCore(hot)', true), { name: 'meminfo_warp_core_hot_bytes', kind: 'gauge', unit: 'bytes' });
  t.match(unknownMeminfo('Warp_Cores', false), { name: 'meminfo_warp_cores', kind: 'gauge', unit: null });
  t.end();
});

void t.test('names that readers rely on', (t) => {
  const containers = `memory_current_bytes memory_max_bytes memory_swap_current_bytes memory_stat_anon_bytes
    memory_stat_inactive_file_bytes memory_events_oom_kill cpu_stat_nr_throttled cpu_max_quota_usec cpu_max_period_usec
    cpu_max_burst_usec cpu_weight cpu_idle cpuset_cpus_effective io_stat_rbytes io_stat_wbytes io_stat_rios io_stat_wios
    io_stat_dbytes io_stat_dios pids_current pids_max pids_peak cgroup_stat_nr_descendants cgroup_events_populated
    cgroup_events_frozen cgroup_freeze cpu_usage_millicores cpu_user_millicores cpu_system_millicores cpu_limit_millicores
    cpu_usage_percent memory_working_set_bytes memory_percent process_count thread_count pss_bytes uss_bytes
    swap_pss_bytes rss_bytes pss_coverage irq_pressure_full_total_usec`;
  const processes = `pid start_time ppid state stat_utime_usec stat_stime_usec stat_cutime_usec stat_cstime_usec stat_minflt
    stat_majflt stat_num_threads stat_vsize_bytes stat_rss_bytes stat_processor stat_delayacct_blkio_usec stat_rt_priority
    stat_policy cpu_millicores cpu_percent statm_size_bytes statm_data_bytes status_vm_peak_bytes status_vm_hwm_bytes
    status_rss_shmem_bytes status_vm_pte_bytes status_voluntary_ctxt_switches status_nonvoluntary_ctxt_switches
    schedstat_run_usec schedstat_run_delay_usec schedstat_timeslices io_rchar_bytes io_syscr io_read_bytes
    io_cancelled_write_bytes smaps_rollup_rss_bytes smaps_rollup_pss_bytes smaps_rollup_anon_huge_pages_bytes
    smaps_rollup_file_pmd_mapped_bytes smaps_rollup_swap_pss_bytes memory_method memory_age_ticks walk_usec uss_bytes
    pss_lower_bytes pss_upper_bytes`;
  const mappings = 'pid start_time region_count smaps_size_bytes smaps_rss_bytes smaps_pss_bytes smaps_locked_bytes';
  const devices =
    'io_stat_rbytes io_stat_wbytes io_stat_rios io_stat_wios io_stat_dbytes io_stat_dios io_stat_cost_usage_usec';
  const interfaces = `network_receive_bytes network_receive_packets network_receive_errors network_receive_drops
    network_transmit_bytes network_transmit_packets network_transmit_errors network_transmit_drops`;
  const node = `stat_cpu_user_usec stat_cpu_iowait_usec stat_cpus_online stat_ctxt stat_processes stat_procs_running
    stat_procs_blocked stat_intr stat_softirq stat_btime_usec meminfo_mem_total_bytes meminfo_mem_available_bytes
    meminfo_active_anon_bytes meminfo_s_unreclaim_bytes meminfo_huge_pages_total meminfo_committed_as_bytes vmstat_pgfault
    vmstat_pgpgin_bytes vmstat_nr_free_pages vmstat_oom_kill loadavg_1m loadavg_15m cpu_pressure_some_avg10
    io_pressure_full_total_usec uptime_usec file_nr_allocated file_nr_max diskstats_read_bytes diskstats_in_flight`;
  for (const [columns, names] of [
    [DEVICE_METRICS, devices],
    [INTERFACE_METRICS, interfaces],
    [CONTAINER_METRICS, interfaces],
    [NODE_METRICS, node],
    [CONTAINER_METRICS, containers],
    [PROCESS_METRICS, processes],
    [MAPPING_METRICS, mappings],
  ] as const) {
    t.strictSame(
      names.split(/\s+/).filter((name) => !named(columns, name)),
      [],
      `${names.slice(0, 20)} …`,
    );
  }
  t.end();
});

void t.test('texts', (t) => {
  t.strictSame(
    ALL.filter(({ help }) => !/[.…]$/.test(help)).map(({ name }) => name),
    [],
    'help is a sentence',
  );
  t.ok(
    ALL.every(({ help }) => help.length <= 160),
    'and short',
  );
  t.equal(named(PROCESS_METRICS, 'state')?.values, PROCESS_STATES);
  t.equal(named(PROCESS_METRICS, 'memory_method')?.values, MEMORY_METHODS);
  t.ok(
    ALL.every(({ type, values }) => (type === 'enum') === (values !== undefined)),
    'every enum lists its texts',
  );
  t.ok(
    [CONTAINER_METRICS, PROCESS_METRICS, MAPPING_METRICS, DEVICE_METRICS, INTERFACE_METRICS, NODE_METRICS]
      .flat()
      .every(({ type }) => type !== 'utf8' && type !== 'ref'),
  );
  t.end();
});

void t.test('tables', (t) => {
  t.strictSame(
    blockColumns('processes')
      .slice(0, 4)
      .map(({ name }) => name),
    ['time', 'tick', 'entity', 'process'],
  );
  t.strictSame(fileColumns('containers').slice(2, 2 + LABELS.length), LABELS);
  t.ok(fileColumns('mappings').some(({ name }) => name === 'mapping'));
  t.strictSame(
    fileColumns('events')
      .slice(0, 3)
      .map(({ name }) => name),
    ['time', 'type', 'severity'],
  );
  const extra = unknownMemoryStat('hyperspace');
  t.match(extra, {
    name: 'memory_stat_hyperspace',
    kind: 'gauge',
    unit: null,
    source: 'memory.stat',
    key: 'hyperspace',
  });
  t.equal(fileColumns('containers', [extra]).at(-1), extra);
  t.equal(blockColumns('containers', [extra]).at(-1), extra);
  t.end();
});
