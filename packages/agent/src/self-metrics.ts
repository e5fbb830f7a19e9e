import { SAMPLED_TABLES } from '@fgm/catalog';
import type { Ring } from '@fgm/ring';
import { DURATION_BOUNDS, LATENESS_BOUNDS, type SamplerCounter } from '@fgm/sampler';
import { Registry } from 'prom-client';
import type { Numbers } from './numbers.ts';
import { registerProcessMetrics } from './process-metrics.ts';
import { registerSampled, registerSampledHistogram, type Sample } from './sampled-metric.ts';
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
    registerRing(registry, rings, sum);
    registerDiscovery(registry, numbers);
    registerStoreMetrics(registry, numbers.store);
    registerProcessMetrics(registry, build.startedAt);
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
  const kinds = ['container', 'sandbox', 'service', 'host'] as const;
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
  counter(registry, 'fgm_read_errors_total', 'Kernel files that could not be read, by file and errno.', () => {
    const totals = new Map<string, { file: string; errno: string; value: number }>();
    for (const { file, errno, count } of readErrors.flatMap((errors) => errors.entries())) {
      const key = `${file} ${errno}`;
      totals.set(key, { file, errno, value: (totals.get(key)?.value ?? 0) + count });
    }
    return [...totals.values()].map(({ file, errno, value }) => ({ labels: { file, errno }, value }));
  });
  gauge(registry, 'fgm_kernel_files_open', 'Kernel files kept open.', () => [{ value: sum('open_files') }]);
  gauge(
    registry,
    'fgm_kernel_files_limit',
    'Kernel files that may be kept open; more are opened for each read.',
    () => [{ value: sum('open_files_limit') }],
  );
}

function registerWalks(registry: Registry, sum: Sum): void {
  const methods = ['rollup', 'smaps'] as const;
  counter(
    registry,
    'fgm_pagewalk_seconds_total',
    'Time spent in page walks, in which the process walked can stall.',
    () => methods.map((method) => ({ labels: { method }, value: sum(`walk_usec_${method}`) / 1e6 })),
  );
  counter(registry, 'fgm_pagewalks_total', 'Page walks done.', () =>
    methods.map((method) => ({ labels: { method }, value: sum(`walks_${method}`) })),
  );
  counter(registry, 'fgm_pagewalk_skipped_total', 'Page walks not done, by reason.', () => [
    { labels: { reason: 'unchanged' }, value: sum('walks_reused') - sum('walks_deferred') },
    { labels: { reason: 'budget' }, value: sum('walks_deferred') },
  ]);
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
}
