import type { DashboardOptions, Section } from './dashboard.ts';
import { byNode, COVERAGE, MISSED, of, ofRecorders, quantile, rateOf, STORE_USED } from './expressions.ts';
import { levels } from './panel.ts';

const NODE = '{{node}}';

const NOW: Section = {
  title: 'Now',
  panels: [
    {
      kind: 'stat',
      title: 'Recorders',
      description: 'Recorders that answer, of what is chosen.',
      unit: 'none',
      queries: [{ expr: `count(${of('fgm_build_info')})`, legend: 'recorders' }],
      thresholds: levels(1, 0),
    },
    {
      kind: 'stat',
      title: 'Ticks missed',
      description: 'Share of ticks that did not take place; the worst node. FgmTicksMissed fires above 1 %.',
      unit: 'percentunit',
      queries: [{ expr: `max(${MISSED})`, legend: 'missed' }],
      thresholds: levels(0.001, 0.01),
    },
    {
      kind: 'stat',
      title: 'Coverage',
      description:
        'Rows written, of one for each thing found and tick; the worst node. FgmCoverageLow fires below 95 %.',
      unit: 'percentunit',
      queries: [{ expr: `min(${COVERAGE})`, legend: 'coverage' }],
      thresholds: levels(0.99, 0.95),
    },
    {
      kind: 'stat',
      title: 'Write errors in an hour',
      description: 'Failed writes to the data directory.',
      unit: 'none',
      queries: [{ expr: `sum(increase(${of('fgm_write_errors_total')}[1h]))`, legend: 'errors' }],
      thresholds: levels(1, 2),
    },
    {
      kind: 'stat',
      title: 'Missing capabilities',
      description: 'Recorders that lack CAP_SYS_PTRACE or CAP_DAC_READ_SEARCH have null in some columns.',
      unit: 'none',
      queries: [{ expr: `sum(${of('fgm_missing_capabilities')})`, legend: 'missing' }],
      thresholds: levels(1, 2),
    },
    {
      kind: 'stat',
      title: 'Alerts firing',
      description: 'Alerts of fine-grained-monitor that fire now.',
      unit: 'none',
      queries: [{ expr: `count(ALERTS{alertname=~"Fgm.*",alertstate="firing"}) or vector(0)`, legend: 'alerts' }],
      thresholds: levels(1, 2),
    },
  ],
};

const TICKS: Section = {
  title: 'Ticks',
  panels: [
    {
      kind: 'timeseries',
      title: 'Ticks by outcome',
      description:
        'Ticks a second of all sampler threads. Late ones began after a tenth of the interval; missed ones are gaps.',
      unit: 'ops',
      stacked: true,
      queries: [{ expr: byNode(rateOf('fgm_ticks_total'), 'outcome'), legend: '{{node}} {{outcome}}' }],
    },
    {
      kind: 'timeseries',
      title: 'Time that a tick takes',
      description: 'From its begin until its rows are published. Near the interval, ticks will be missed.',
      unit: 's',
      queries: [
        { expr: quantile(0.5, 'fgm_tick_duration_seconds'), legend: '{{node}} median' },
        { expr: quantile(0.99, 'fgm_tick_duration_seconds'), legend: '{{node}} 99 %' },
        { expr: of('fgm_interval_seconds'), legend: '{{node}} interval' },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Lateness',
      description: 'From when a tick was due until it began: the machine did not give the recorder a CPU.',
      unit: 's',
      queries: [{ expr: quantile(0.99, 'fgm_tick_lateness_seconds'), legend: '{{node}} 99 %' }],
    },
    {
      kind: 'timeseries',
      title: 'Since the last tick',
      description: 'Time since the slowest sampler thread ended a tick, as seen at a scrape.',
      unit: 's',
      queries: [{ expr: `time() - ${of('fgm_last_tick_timestamp_seconds')}`, legend: NODE }],
    },
    {
      kind: 'timeseries',
      title: 'Clock steps',
      description: 'How often the wall clock was set by a quarter of a second or more.',
      unit: 'none',
      queries: [{ expr: `increase(${of('fgm_clock_steps_total')}[$__rate_interval])`, legend: NODE }],
    },
    {
      kind: 'timeseries',
      title: 'Ring',
      description: 'Slots that wait for the writer, and slots dropped a second because there was no room.',
      unit: 'short',
      queries: [
        { expr: of('fgm_ring_occupancy'), legend: '{{node}} waiting' },
        { expr: of('fgm_ring_slots'), legend: '{{node}} slots' },
        { expr: rateOf('fgm_ring_overruns_total'), legend: '{{node}} dropped' },
      ],
    },
  ],
};

const RECORDED: Section = {
  title: 'What is recorded',
  panels: [
    {
      kind: 'timeseries',
      title: 'Sampled, by kind',
      description: 'Containers, services, processes and so on that are read at each tick.',
      unit: 'short',
      queries: [{ expr: byNode(of('fgm_entities'), 'kind'), legend: '{{node}} {{kind}}' }],
    },
    {
      kind: 'timeseries',
      title: 'Found and not sampled',
      description: 'More than 0 for more than moments: a sampler thread does not do its work.',
      unit: 'short',
      queries: [
        {
          expr: `${byNode(of('fgm_entities_found'))} - ${byNode(of('fgm_entities', 'kind!="process"'))}`,
          legend: NODE,
        },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Coverage',
      description: 'Rows written, of one for each thing found and tick.',
      unit: 'percentunit',
      queries: [{ expr: COVERAGE, legend: NODE }],
      thresholds: levels(0.99, 0.95),
    },
    {
      kind: 'timeseries',
      title: 'Rows written',
      description: 'Rows a second, by table.',
      unit: 'ops',
      stacked: true,
      queries: [{ expr: byNode(rateOf('fgm_rows_written_total'), 'table'), legend: '{{node}} {{table}}' }],
    },
    {
      kind: 'timeseries',
      title: 'Containers that come and go',
      description: 'Starts, stops and restarts a second, and stops whose last figures could not be had.',
      unit: 'ops',
      queries: [
        { expr: rateOf('fgm_container_starts_total'), legend: '{{node}} starts' },
        { expr: rateOf('fgm_container_stops_total'), legend: '{{node}} stops' },
        { expr: rateOf('fgm_container_restarts_total'), legend: '{{node}} restarts' },
        { expr: rateOf('fgm_container_finals_missed_total'), legend: '{{node}} without last figures' },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Containers without a name',
      description: 'They are recorded by their ids.',
      unit: 'short',
      queries: [{ expr: of('fgm_containers_unnamed'), legend: NODE }],
    },
  ],
};

const READS: Section = {
  title: 'Kernel files',
  panels: [
    {
      kind: 'timeseries',
      title: 'Reads',
      description: 'Kernel files read a second, and those not read because they cannot have changed.',
      unit: 'ops',
      queries: [
        { expr: rateOf('fgm_reads_total'), legend: '{{node}} read' },
        { expr: rateOf('fgm_reads_skipped_total'), legend: '{{node}} skipped' },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Read errors',
      description: 'ENOENT and ESRCH are of what has just gone. EACCES and EPERM: FgmReadPermissionDenied.',
      unit: 'ops',
      queries: [
        {
          expr: byNode(rateOf('fgm_read_errors_total'), 'file', 'errno'),
          legend: '{{node}} {{file}} {{errno}}',
          mayBeEmpty: true,
        },
        { expr: rateOf('fgm_malformed_total'), legend: '{{node}} malformed' },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Kernel files kept open',
      description: 'Beyond the limit each read opens its file anew, which costs CPU.',
      unit: 'short',
      queries: [
        { expr: of('fgm_kernel_files_open'), legend: '{{node}} open' },
        { expr: of('fgm_kernel_files_limit'), legend: '{{node}} limit' },
      ],
    },
  ],
};

const WALKS: Section = {
  title: 'Page walks',
  panels: [
    {
      kind: 'timeseries',
      title: 'Time in page walks',
      description: 'Seconds in a second, by method. All processes together; the budget is for each of them.',
      unit: 'percentunit',
      stacked: true,
      queries: [{ expr: byNode(rateOf('fgm_pagewalk_seconds_total'), 'method'), legend: '{{node}} {{method}}' }],
    },
    {
      kind: 'timeseries',
      title: 'Overruns',
      description:
        'Walks that took far more than was left of their budget. FgmPageWalkBudgetExceeded fires above 0.2 a second.',
      unit: 'ops',
      queries: [{ expr: byNode(rateOf('fgm_pagewalk_overruns_total')), legend: NODE }],
      thresholds: levels(0.1, 0.2),
    },
    {
      kind: 'timeseries',
      title: 'Rows without a walk of their own',
      description:
        'unchanged: nothing has moved since the last one. budget: it was spent. ongoing: a walk in slices is not done.',
      unit: 'ops',
      queries: [{ expr: byNode(rateOf('fgm_pagewalk_skipped_total'), 'reason'), legend: '{{node}} {{reason}}' }],
    },
  ],
};

const STORE: Section = {
  title: 'Store',
  panels: [
    {
      kind: 'timeseries',
      title: 'Data directory, of its limit',
      description: 'Full is normal where --on-limit is evict: the oldest files go.',
      unit: 'percentunit',
      queries: [{ expr: STORE_USED, legend: NODE }],
      thresholds: levels(0.8, 0.9),
    },
    {
      kind: 'timeseries',
      title: 'Bytes written',
      description: 'To the open window, and as closed Parquet files.',
      unit: 'Bps',
      queries: [
        { expr: rateOf('fgm_spool_bytes_written_total'), legend: '{{node}} spool' },
        { expr: rateOf('fgm_parquet_bytes_written_total'), legend: '{{node}} Parquet' },
        { expr: rateOf('fgm_retention_bytes_evicted_total'), legend: '{{node}} deleted' },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Write errors',
      description: 'Failed writes a second, by errno.',
      unit: 'ops',
      queries: [{ expr: byNode(rateOf('fgm_write_errors_total'), 'errno'), legend: '{{node}} {{errno}}' }],
    },
    {
      kind: 'timeseries',
      title: 'Waiting for the disk',
      description: 'Batches in memory, windows that are not Parquet yet, and batches lost a second.',
      unit: 'short',
      queries: [
        { expr: of('fgm_batches_waiting'), legend: '{{node}} batches' },
        { expr: of('fgm_segments_waiting'), legend: '{{node}} windows' },
        { expr: rateOf('fgm_batches_dropped_total'), legend: '{{node}} lost' },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Time for writing',
      description: 'Seconds in a second: appending to the open window, and encoding closed ones.',
      unit: 'percentunit',
      queries: [
        { expr: rateOf('fgm_spool_append_seconds_total'), legend: '{{node}} append' },
        { expr: rateOf('fgm_encode_seconds_total'), legend: '{{node}} encode' },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Consolidation',
      description: 'CPU of the processes that merge files of an hour, and what failed.',
      unit: 'short',
      queries: [
        { expr: rateOf('fgm_consolidation_cpu_seconds_total'), legend: '{{node}} CPU' },
        { expr: rateOf('fgm_consolidation_failures_total'), legend: '{{node}} failures' },
      ],
    },
  ],
};

const COST: Section = {
  title: 'What it costs',
  panels: [
    {
      kind: 'timeseries',
      title: 'CPU',
      description: 'Of one CPU, all threads. FgmHighCpu fires above a quarter.',
      unit: 'percentunit',
      queries: [{ expr: ofRecorders(rateOf('process_cpu_seconds_total')), legend: NODE }],
      thresholds: levels(0.1, 0.25),
    },
    {
      kind: 'timeseries',
      title: 'Memory',
      description: 'Resident memory, and the heap of the main thread.',
      unit: 'bytes',
      queries: [
        { expr: ofRecorders(of('process_resident_memory_bytes')), legend: '{{node}} resident' },
        { expr: ofRecorders(of('nodejs_heap_size_used_bytes')), legend: '{{node}} heap' },
        { expr: of('fgm_burst_bytes'), legend: '{{node}} bursts' },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Open descriptors',
      description: 'Most of them are kernel files that are kept open.',
      unit: 'short',
      queries: [{ expr: ofRecorders(of('process_open_fds')), legend: NODE }],
    },
  ],
};

const KUBERNETES: Section = {
  title: 'Kubernetes API (where it is asked)',
  panels: [
    {
      kind: 'timeseries',
      title: 'Pods known',
      description: 'Pods of the node that the API server told of.',
      unit: 'short',
      queries: [{ expr: of('fgm_kubernetes_pods'), legend: NODE, mayBeEmpty: true }],
      width: 12,
    },
    {
      kind: 'timeseries',
      title: 'Errors',
      description: 'Requests that failed, by reason. A few cut and gone are normal.',
      unit: 'ops',
      queries: [
        {
          expr: byNode(rateOf('fgm_kubernetes_errors_total'), 'reason'),
          legend: '{{node}} {{reason}}',
          mayBeEmpty: true,
        },
      ],
      width: 12,
    },
  ],
};

export const RECORDER_HEALTH: DashboardOptions = {
  uid: 'fgm-recorder-health',
  title: 'fine-grained-monitor / recorder health',
  description: 'Whether recorders record all that they should, what they lose and why, and what they cost.',
  presence: 'fgm_build_info',
  sections: [NOW, TICKS, RECORDED, READS, WALKS, STORE, COST, KUBERNETES],
};
