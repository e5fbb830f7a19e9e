import type { Entity, RecordedEvent } from '@fgm/catalog';
import type { Discovered } from './discovery-thread.ts';

/** What has to be told to the writer and the samplers. */
export interface EntityChanges {
  readonly added: readonly Entity[];
  readonly changed: readonly Entity[];
  readonly removed: readonly { readonly entity: number; readonly time: number }[];
  readonly events: readonly RecordedEvent[];
}

/** The entities that exist now, and the events of their coming and going. */
export class EntityRegistry {
  readonly #entities = new Map<number, Entity>();
  #seeded = false;

  get entities(): ReadonlyMap<number, Entity> {
    return this.#entities;
  }

  /** Takes what discovery found. A second `initial` batch means that discovery was started anew: the old entities leave. */
  take(discovered: Discovered, now: number = Date.now()): EntityChanges {
    const replaced =
      discovered.initial && this.#seeded ? [...this.#entities.keys()].map((entity) => ({ entity, time: now })) : [];
    const existedBefore = discovered.initial;
    this.#seeded ||= discovered.initial;
    const removed = [...replaced, ...discovered.removed.filter(({ entity }) => this.#entities.has(entity))];
    const stops = removed.map(({ entity, time }) => containerStop(this.#entities.get(entity)!, time));
    for (const { entity } of removed) this.#entities.delete(entity);
    const changed = discovered.changed.filter(({ entity }) => this.#entities.has(entity));
    for (const entity of [...discovered.added, ...changed]) this.#entities.set(entity.entity, entity);
    const starts = discovered.added.map((entity) => containerStart(entity, existedBefore));
    return { added: discovered.added, changed, removed, events: [...stops.flat(), ...starts.flat()] };
  }
}

/** @param existedBefore it was already there when the recorder started, so the time is not that of its start */
function containerStart(entity: Entity, existedBefore: boolean): RecordedEvent[] {
  if (entity.identity.scope === 'host') return [];
  return [
    {
      type: 'container_start',
      severity: 'info',
      time: entity.firstSeen * 1000,
      entity: entity.entity,
      pid: null,
      detail: { cgroup: entity.identity.cgroup, scope: entity.identity.scope, existed_before: existedBefore },
    },
  ];
}

function containerStop(entity: Entity, time: number): RecordedEvent[] {
  if (entity.identity.scope === 'host') return [];
  return [
    {
      type: 'container_stop',
      severity: 'info',
      time: time * 1000,
      entity: entity.entity,
      pid: null,
      detail: { cgroup: entity.identity.cgroup, scope: entity.identity.scope, first_seen: entity.firstSeen },
    },
  ];
}
