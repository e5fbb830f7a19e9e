import { SCOPES } from '@fgm/catalog';
import type { Counters } from '@fgm/ring';
import type { BurstCapture } from './burst/burst-capture.ts';
import { DURATION_BOUNDS, LATENESS_BOUNDS, type SamplerCounter } from './counters.ts';
import type { EntityTarget } from './entity/entity-target.ts';
import type { Publisher } from './rows/publisher.ts';
import type { ShardContext } from './shard-context.ts';
import { WALK_METHODS, type WalkTally } from './walk/walk-tally.ts';

/** A tick that begins later than this share of the interval counts as late. */
const LATE_SHARE = 0.1;

const SCOPE_COUNTERS = {
  container: 'entities_container',
  sandbox: 'entities_sandbox',
  service: 'entities_service',
  host: 'entities_host',
  group: 'entities_group',
} as const;

/** Publishes a shard's numbers in shared memory, once a tick. */
export class ShardCounters {
  readonly #counters: Counters<SamplerCounter>;
  readonly #places: ReadonlyMap<string, number>;
  readonly #latenessBuckets: readonly number[];
  readonly #durationBuckets: readonly number[];
  /** Places of the numbers of a tally, in its order. */
  readonly #walks: readonly number[];
  readonly #walkUsec: readonly number[];
  readonly #walkOverruns: readonly number[];

  constructor(counters: Counters<SamplerCounter>) {
    this.#counters = counters;
    this.#places = new Map(counters.names.map((name) => [name, counters.index(name)]));
    this.#latenessBuckets = buckets(counters, 'lateness', LATENESS_BOUNDS.length);
    this.#durationBuckets = buckets(counters, 'duration', DURATION_BOUNDS.length);
    this.#walks = WALK_METHODS.map((method) => counters.index(`walks_${method}`));
    this.#walkUsec = WALK_METHODS.flatMap((method) =>
      SCOPES.map((scope) => counters.index(`walk_usec_${method}_${scope}`)),
    );
    this.#walkOverruns = SCOPES.map((scope) => counters.index(`walk_overruns_${scope}`));
  }

  /** @param lateness and `duration` in milliseconds; `now` in milliseconds since the epoch */
  tick(lateness: number, duration: number, missed: number, intervalMs: number, now: number): void {
    this.#add(lateness > intervalMs * LATE_SHARE ? 'ticks_late' : 'ticks_ok', 1);
    this.#add('ticks_missed', missed);
    this.#set('last_tick_time_ms', now);
    this.#observe(this.#latenessBuckets, LATENESS_BOUNDS, Math.max(0, lateness) / 1000);
    this.#add('lateness_sum', Math.max(0, lateness) / 1000);
    this.#observe(this.#durationBuckets, DURATION_BOUNDS, duration / 1000);
    this.#add('duration_sum', duration / 1000);
  }

  clockStep(): void {
    this.#add('clock_steps', 1);
  }

  showBursts(context: ShardContext, bursts: BurstCapture): void {
    this.#set('burst_entities', bursts.watched);
    this.#set('burst_bytes', bursts.bytes);
    this.#set('burst_subticks', bursts.subTicks);
    this.#set('burst_subticks_skipped', bursts.schedule.skipped);
    this.#set('burst_reads', context.burstReads);
    this.#set('burst_rows_kept', bursts.rowsKept);
    this.#set('burst_rows_passed_by', bursts.passedBy);
    this.#set('burst_rows_refused', bursts.refused);
    this.#set('burst_rows_published', bursts.published.rows);
    this.#set('burst_rows_lost', bursts.published.lost);
    this.#set('bursts', bursts.bursts);
  }

  show(
    context: ShardContext,
    publisher: Publisher,
    targets: ReadonlyMap<number, EntityTarget>,
    processes: number,
  ): void {
    this.#showTargets(targets);
    this.#set('processes', processes);
    this.#set('open_files', context.openFiles);
    this.#set('open_files_limit', context.task.openFilesLimit);
    this.#set('reads', context.reads);
    this.#set('reads_skipped', context.readsSkipped);
    this.#set('malformed', context.malformed);
    this.#set('rows', publisher.rows);
    this.#set('slots', publisher.slots);
    this.#set('slots_dropped', publisher.droppedSlots);
    this.#showWalks(context.walks);
  }

  #showWalks(tally: WalkTally): void {
    this.#set('walks_unchanged', tally.unchanged);
    this.#set('walks_deferred', tally.deferred);
    this.#set('walks_ongoing', tally.ongoing);
    this.#setAll(this.#walks, tally.walks);
    this.#setAll(this.#walkUsec, tally.usec);
    this.#setAll(this.#walkOverruns, tally.overruns);
  }

  #setAll(places: readonly number[], values: Float64Array): void {
    for (let index = 0; index < places.length; index++) this.#counters.set(places[index]!, values[index]!);
  }

  #showTargets(targets: ReadonlyMap<number, EntityTarget>): void {
    let container = 0;
    let sandbox = 0;
    let service = 0;
    let host = 0;
    let group = 0;
    for (const target of targets.values()) {
      const { scope } = target.entity.identity;
      if (scope === 'container') container++;
      else if (scope === 'sandbox') sandbox++;
      else if (scope === 'service') service++;
      else if (scope === 'host') host++;
      else group++;
    }
    this.#set(SCOPE_COUNTERS.container, container);
    this.#set(SCOPE_COUNTERS.sandbox, sandbox);
    this.#set(SCOPE_COUNTERS.service, service);
    this.#set(SCOPE_COUNTERS.host, host);
    this.#set(SCOPE_COUNTERS.group, group);
  }

  #observe(places: readonly number[], bounds: readonly number[], value: number): void {
    let bucket = 0;
    while (bucket < bounds.length && value > bounds[bucket]!) bucket++;
    this.#counters.add(places[bucket]!, 1);
  }

  #add(name: SamplerCounter, amount: number): void {
    this.#counters.add(this.#places.get(name)!, amount);
  }

  #set(name: SamplerCounter, value: number): void {
    this.#counters.set(this.#places.get(name)!, value);
  }
}

function buckets(counters: Counters<SamplerCounter>, name: string, bounds: number): readonly number[] {
  return Array.from({ length: bounds + 1 }, (_, bucket) =>
    counters.index(`${name}_bucket_${bucket}` as SamplerCounter),
  );
}
