import type { Counters } from '@fgm/ring';
import { DURATION_BOUNDS, LATENESS_BOUNDS, type SamplerCounter } from './counters.ts';
import type { EntityTarget } from './entity-target.ts';
import type { Publisher } from './publisher.ts';
import type { ShardContext } from './shard-context.ts';

/** A tick that begins later than this share of the interval counts as late. */
const LATE_SHARE = 0.1;

const SCOPE_COUNTERS = {
  container: 'entities_container',
  sandbox: 'entities_sandbox',
  service: 'entities_service',
  host: 'entities_host',
} as const;

/** Publishes a shard's numbers in shared memory, once a tick. */
export class ShardCounters {
  readonly #counters: Counters<SamplerCounter>;
  readonly #places: ReadonlyMap<string, number>;
  readonly #latenessBuckets: readonly number[];
  readonly #durationBuckets: readonly number[];

  constructor(counters: Counters<SamplerCounter>) {
    this.#counters = counters;
    this.#places = new Map(counters.names.map((name) => [name, counters.index(name)]));
    this.#latenessBuckets = buckets(counters, 'lateness', LATENESS_BOUNDS.length);
    this.#durationBuckets = buckets(counters, 'duration', DURATION_BOUNDS.length);
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
    this.#set('walks_rollup', context.walksRollup);
    this.#set('walks_smaps', context.walksSmaps);
    this.#set('walks_reused', context.walksReused);
    this.#set('walks_deferred', context.walksDeferred);
    this.#set('walk_usec_rollup', context.walkUsecRollup);
    this.#set('walk_usec_smaps', context.walkUsecSmaps);
  }

  #showTargets(targets: ReadonlyMap<number, EntityTarget>): void {
    let container = 0;
    let sandbox = 0;
    let service = 0;
    let host = 0;
    for (const target of targets.values()) {
      const { scope } = target.entity.identity;
      if (scope === 'container') container++;
      else if (scope === 'sandbox') sandbox++;
      else if (scope === 'service') service++;
      else host++;
    }
    this.#set(SCOPE_COUNTERS.container, container);
    this.#set(SCOPE_COUNTERS.sandbox, sandbox);
    this.#set(SCOPE_COUNTERS.service, service);
    this.#set(SCOPE_COUNTERS.host, host);
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
