import { SCOPES } from '@fgm/catalog';
import { WALK_METHODS } from './walk/walk-tally.ts';

/** Upper bounds in seconds of the histogram buckets of tick lateness and tick duration; one more bucket is unbounded. */
export const LATENESS_BOUNDS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1] as const;
export const DURATION_BOUNDS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1] as const;

function histogram<Name extends string>(name: Name, bounds: readonly number[]): `${Name}_${string}`[] {
  return [...[...bounds.keys(), bounds.length].map((bucket) => `${name}_bucket_${bucket}` as const), `${name}_sum`];
}

/** Numbers each shard publishes; the agent turns them into self-metrics. Totals since the shard started, unless said otherwise. */
export const SAMPLER_COUNTERS = [
  'ticks_ok',
  'ticks_late',
  'ticks_missed',
  /** Now, not a total. */
  'last_tick_time_ms',
  /** Now, not totals: entities by scope, processes, open descriptors. */
  'entities_container',
  'entities_sandbox',
  'entities_service',
  'entities_host',
  'entities_group',
  'processes',
  'open_files',
  'open_files_limit',
  'reads',
  'reads_skipped',
  'malformed',
  'rows',
  'slots',
  'slots_dropped',
  'walks_unchanged',
  'walks_deferred',
  'walks_ongoing',
  ...WALK_METHODS.map((method) => `walks_${method}` as const),
  ...WALK_METHODS.flatMap((method) => SCOPES.map((scope) => `walk_usec_${method}_${scope}` as const)),
  ...SCOPES.map((scope) => `walk_overruns_${scope}` as const),
  /** Between ticks; the first two now, not totals. */
  'burst_entities',
  'burst_bytes',
  'burst_subticks',
  'burst_subticks_skipped',
  'burst_reads',
  'burst_rows_kept',
  'burst_rows_passed_by',
  'burst_rows_refused',
  'burst_rows_published',
  'burst_rows_lost',
  'bursts',
  'clock_steps',
  ...histogram('lateness', LATENESS_BOUNDS),
  ...histogram('duration', DURATION_BOUNDS),
] as const;
export type SamplerCounter = (typeof SAMPLER_COUNTERS)[number];
