import { SAMPLED_TABLES, SCOPES } from '@fgm/catalog';
import { NAME_SOURCES } from '@fgm/discovery';
import type { Ring } from '@fgm/ring';
import { DURATION_BOUNDS, LATENESS_BOUNDS, WALK_METHODS, type SamplerCounter } from '@fgm/sampler';
import { Registry } from 'prom-client';
import { registerConsolidationMetrics } from './consolidation-metrics.ts';
import type { ConsolidationCounts } from './consolidation.ts';
import type { Numbers } from './numbers.ts';
import { registerProcessMetrics, registerSampled, registerSampledHistogram, type Sample } from '@fgm/telemetry';
import { registerReadErrors } from './read-error-metric.ts';
import { registerStoreMetrics } from './store-metrics.ts';

export interface BuildFacts {
  readonly version: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
}

/**
 * The recorder's own metrics. Their number is fixed, well under 300 series, however many containers there are: what is
 * known of a container stands in the recording, not here.
 */
export class SelfMetrics {
  readonly #registry = new Registry();

  constructor(numbers: Numbers, rings: readonly Ring[], build: BuildFacts) {
    const registry = this.#registry;
    const sum = (name: SamplerCounter): number => numbers.samplers.reduce((total, shard) => total + shard.get(name), 0);
    registerBuild(registry, build);
    registerTicks(registry, numbers, sum);
    registerEntities(registry, sum);
    registerReads(registry, numbers, sum);
    registerWalks(registry, sum);
    registerBursts(registry, sum);
    registerRing(registry, rings, sum);
    registerDiscovery(registry, numbers);
    registerStoreMetrics(registry, numbers.store);
    registerProcessMetrics(registry, build.startedAt);
  }

  /** Adds the metrics of a part that is not always there. */
  include(register: (registry: Registry) => void): void {
    register(this.#registry);
  }

  addConsolidation(counts: ConsolidationCounts): void {
    registerConsolidationMetrics(this.#registry, counts);
  }

  async scrape(): Promise<{ type: string; body: string }> {
    return { type: this.#registry.contentType, body: await this.#registry.metrics() };
  }
}

type Sum = (name: SamplerCounter) => number;

function counter(registry: Registry, name: string, help: string, sample: () => readonly Sample[]): void {
  registerSampled(registry, { name, help, type: 'counter' }, sample);
}

function gauge(registry: Registry, name: string, help: string, sample: () => readonly Sample[]): void {
  registerSampled(registry, { name, help, type: 'gauge' }, sample);
}

function registerBuild(registry: Registry, { version }: BuildFacts): void {
  gauge(registry, 'fgm_build_info', 'Version of the recorder and of Node.js; always 1.', () => [
    { labels: { version, node_version: process.versions.node }, value: 1 },
  ]);
}

function registerTicks(registry: Registry, { samplers }: Numbers, sum: Sum): void {
  counter(
    registry,
    'fgm_ticks_total',
    'Ticks of all sampler threads by outcome; late: begun after a tenth of the interval.',
    () =>
      (['ok', 'late', 'missed'] as const).map((outcome) => ({ labels: { outcome }, value: sum(`ticks_${outcome}`) })),
  );
  const histogram = (name: string, help: string, key: 'lateness' | 'duration', bounds: readonly number[]): void =>
    registerSampledHistogram(
      registry,
      { name, help },
      bounds,
      (bucket) => sum(`${key}_bucket_${bucket}`),
      () => sum(`${key}_sum`),
    );
  histogram('fgm_tick_lateness_seconds', 'Time from when a tick was due until it began.', 'lateness', LATENESS_BOUNDS);
  histogram('fgm_tick_duration_seconds', 'Time a tick took to read and publish.', 'duration', DURATION_BOUNDS);
  gauge(registry, 'fgm_last_tick_timestamp_seconds', 'When the slowest sampler thread ended its last tick.', () => [
    { value: Math.min(...samplers.map((shard) => shard.get('last_tick_time_ms'))) / 1000 },
  ]);
  counter(registry, 'fgm_clock_steps_total', 'Steps of the wall clock, as seen by each sampler thread.', () => [
    { value: sum('clock_steps') },
  ]);
}

function registerEntities(registry: Registry, sum: Sum): void {
  const kinds = ['container', 'sandbox', 'service', 'host', 'group'] as const;
  gauge(registry, 'fgm_entities', 'What is sampled, by kind.', () => [
    ...kinds.map((kind) => ({ labels: { kind }, value: sum(`entities_${kind}`) })),
    { labels: { kind: 'process' }, value: sum('processes') },
  ]);
}

function registerReads(registry: Registry, { readErrors }: Numbers, sum: Sum): void {
  counter(registry, 'fgm_reads_total', 'Kernel files read.', () => [{ value: sum('reads') }]);
  counter(registry, 'fgm_reads_skipped_total', 'Kernel files not read because they cannot have changed.', () => [
    { value: sum('reads_skipped') },
  ]);
  counter(registry, 'fgm_malformed_total', 'Kernel files whose text did not follow their format.', () => [
    { value: sum('malformed') },
  ]);
  registerReadErrors(registry, readErrors);
  gauge(registry, 'fgm_kernel_files_open', 'Kernel files kept open.', () => [{ value: sum('open_files') }]);
  gauge(
    registry,
    'fgm_kernel_files_limit',
    'Kernel files that may be kept open; more are opened for each read.',
    () => [{ value: sum('open_files_limit') }],
  );
}

function registerWalks(registry: Registry, sum: Sum): void {
  counter(
    registry,
    'fgm_pagewalk_seconds_total',
    'Time spent in page walks, in which the process walked can stall, by method and by what the process belongs to.',
    () =>
      WALK_METHODS.flatMap((method) =>
        SCOPES.map((kind) => ({ labels: { method, kind }, value: sum(`walk_usec_${method}_${kind}`) / 1e6 })),
      ),
  );
  counter(registry, 'fgm_pagewalks_total', 'Page walks done.', () =>
    WALK_METHODS.map((method) => ({ labels: { method }, value: sum(`walks_${method}`) })),
  );
  counter(
    registry,
    'fgm_pagewalk_overruns_total',
    'Page walks, or slices of them, that took far more than the budget of their process had left.',
    () => SCOPES.map((kind) => ({ labels: { kind }, value: sum(`walk_overruns_${kind}`) })),
  );
  counter(registry, 'fgm_pagewalk_skipped_total', 'Rows without a page walk of their own, by reason.', () => [
    { labels: { reason: 'unchanged' }, value: sum('walks_unchanged') },
    { labels: { reason: 'budget' }, value: sum('walks_deferred') },
    { labels: { reason: 'ongoing' }, value: sum('walks_ongoing') },
  ]);
}

function registerBursts(registry: Registry, sum: Sum): void {
  gauge(registry, 'fgm_burst_entities', 'Entities that are watched between ticks.', () => [
    { value: sum('burst_entities') },
  ]);
  gauge(registry, 'fgm_burst_bytes', 'Memory in use for rows that wait for a trigger.', () => [
    { value: sum('burst_bytes') },
  ]);
  counter(registry, 'fgm_burst_subticks_total', 'Sub-ticks; skipped: late, or a tick was near.', () => [
    { labels: { outcome: 'ok' }, value: sum('burst_subticks') },
    { labels: { outcome: 'skipped' }, value: sum('burst_subticks_skipped') },
  ]);
  counter(registry, 'fgm_burst_reads_total', 'Kernel files read between ticks.', () => [{ value: sum('burst_reads') }]);
  counter(
    registry,
    'fgm_burst_rows_total',
    'Rows between ticks by what became of them, and those that were not kept.',
    () =>
      (['kept', 'published', 'lost', 'passed_by', 'refused'] as const).map((outcome) => ({
        labels: { outcome },
        value: sum(`burst_rows_${outcome}`),
      })),
  );
  counter(registry, 'fgm_bursts_total', 'Bursts that have ended.', () => [{ value: sum('bursts') }]);
}

function registerRing(registry: Registry, rings: readonly Ring[], sum: Sum): void {
  gauge(registry, 'fgm_ring_occupancy', 'Slots that wait for the writer.', () => [
    { value: rings.reduce((total, ring) => total + ring.occupancy(), 0) },
  ]);
  gauge(registry, 'fgm_ring_slots', 'Slots there are.', () => [
    { value: rings.reduce((total, ring) => total + ring.slots, 0) },
  ]);
  counter(registry, 'fgm_ring_overruns_total', 'Slots dropped because the ring was full.', () => [
    { value: sum('slots_dropped') },
  ]);
  counter(
    registry,
    'fgm_rows_sampled_total',
    `Rows handed to the writer, of the tables ${SAMPLED_TABLES.join(', ')}.`,
    () => [{ value: sum('rows') }],
  );
}

function registerDiscovery(registry: Registry, { discovery }: Numbers): void {
  counter(registry, 'fgm_cgroup_ends_total', 'Cgroups whose last process was seen to go (cgroup v2 only).', () => [
    { value: discovery.get('ends') },
  ]);
  counter(
    registry,
    'fgm_containers_glimpsed_total',
    'Containers that were gone before they could be looked at.',
    () => [{ value: discovery.get('glimpsed') }],
  );
  gauge(
    registry,
    'fgm_discovery_priority_raised',
    '1 when the thread that follows cgroups comes before others; it takes CAP_SYS_NICE.',
    () => [{ value: discovery.get('priority_raised') }],
  );
  counter(registry, 'fgm_discovery_scans_total', 'Complete walks of the cgroup trees.', () => [
    { value: discovery.get('scans') },
  ]);
  counter(registry, 'fgm_discovery_scan_seconds_total', 'Time spent in complete walks of the cgroup trees.', () => [
    { value: discovery.get('scan_usec') / 1e6 },
  ]);
  gauge(registry, 'fgm_discovery_watches', 'Directories followed by inotify.', () => [
    { value: discovery.get('watches') },
  ]);
  counter(registry, 'fgm_discovery_watch_errors_total', 'Directories that inotify could not follow.', () => [
    { value: discovery.get('watch_errors') },
  ]);
  registerNames(registry, discovery);
}

function registerNames(registry: Registry, discovery: Numbers['discovery']): void {
  counter(registry, 'fgm_names_resolved_total', 'Containers that have got a name, by the source it is from.', () =>
    NAME_SOURCES.map((source) => ({ labels: { source }, value: discovery.get(`names_${source}`) })),
  );
  counter(registry, 'fgm_name_contradictions_total', 'Containers about which two sources disagreed.', () => [
    { value: discovery.get('name_contradictions') },
  ]);
  counter(registry, 'fgm_name_read_errors_total', 'Files with names that were there and could not be read.', () => [
    { value: discovery.get('name_read_errors') },
  ]);
  gauge(registry, 'fgm_containers_unnamed', 'Containers without a name right now.', () => [
    { value: discovery.get('unnamed') },
  ]);
}
