import type { Entity, LateNames, Removal } from '@fgm/catalog';
import type { ToWriter } from '@fgm/store';
import type { Discovered } from './discovery-thread.ts';
import type { EntityChanges, EntityRegistry } from './entity-registry.ts';
import type { StopEvents } from './stop-events.ts';

/** Who samples entities. */
export interface EntitySamplers {
  add(entities: readonly Entity[], fresh: boolean): void;
  change(entities: readonly Entity[]): void;
  remove(removals: readonly Removal[]): void;
}

/** The way of what discovery finds, to the writer and to the samplers. */
export class EntityFlow {
  readonly #registry: EntityRegistry;
  readonly #stops: StopEvents;
  readonly #samplers: EntitySamplers;
  readonly #post: (message: ToWriter) => void;

  constructor(
    registry: EntityRegistry,
    stops: StopEvents,
    samplers: EntitySamplers,
    post: (message: ToWriter) => void,
  ) {
    this.#registry = registry;
    this.#stops = stops;
    this.#samplers = samplers;
    this.#post = post;
  }

  /** @param now milliseconds since the Unix epoch */
  take(discovered: Discovered, now: number): EntityChanges {
    const changes = this.#registry.take(discovered, now);
    const { added, changed, moved, removed, events, stopped } = changes;
    // The writer first: it must know who a row is about before the samplers can publish one.
    for (const entity of [...added, ...changed]) this.#post({ type: 'entity', entity });
    for (const entity of changed) this.#stops.learn(entity);
    for (const event of events) this.#stops.take(event, event.entity === null ? undefined : stopped.get(event.entity));
    this.#samplers.add(added, !discovered.initial);
    this.#samplers.change(moved);
    this.#samplers.remove(removed);
    for (const { entity, time } of removed) this.#post({ type: 'gone', entity, time });
    return changes;
  }

  late(late: LateNames): void {
    this.#post({ type: 'late', entity: late.entity, identity: late.identity });
    this.#stops.learn(late);
  }
}
