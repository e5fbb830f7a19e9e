import type { Entity, RecordedEvent, Removal } from '@fgm/catalog';
import type { Notice } from '@fgm/discovery';
import type { Discovered } from './discovery-thread.ts';
import { containerRestart, containerStart, containerStop } from './lifecycle-events.ts';

/** What has to be told to the writer and the samplers. */
export interface EntityChanges {
  /** Groups are among them. */
  readonly added: readonly Entity[];
  readonly changed: readonly Entity[];
  /** Those of the changed ones of which samplers must know: they have other directories, or a restart more. */
  readonly moved: readonly Entity[];
  readonly removed: readonly Removal[];
  readonly events: readonly RecordedEvent[];
  /** Who has stopped, by number: they may be gone. */
  readonly stopped: ReadonlyMap<number, Entity>;
}

/** Lifecycles since the recorder started, of containers, sandboxes and services. */
export interface LifecycleCounts {
  starts: number;
  stops: number;
  restarts: number;
  /** Of the stops, those whose last figures could not be read. */
  finalsMissed: number;
}

/** Containers that have ended and whose return would be a restart. */
const MOST_REMEMBERED = 4096;

/** The entities that exist now, and the events of their coming and going. */
export class EntityRegistry {
  readonly counts: LifecycleCounts = { starts: 0, stops: 0, restarts: 0, finalsMissed: 0 };
  readonly #entities = new Map<number, Entity>();
  /** Entities whose last process has gone, and whose directory is still there. */
  readonly #stopped = new Set<number>();
  /** Container id → milliseconds since the epoch at which it ended, the oldest first. */
  readonly #ended = new Map<string, number>();
  /** Entities whose restarts of before are no news: they were there at the start, or their restart has been told. */
  readonly #settled = new Set<number>();
  readonly #inherited = new Set<number>();
  #stoppers = new Map<number, Entity>();
  #seeded = false;

  get entities(): ReadonlyMap<number, Entity> {
    return this.#entities;
  }

  /** How many there are, groups left out: what there is to sample. */
  get things(): number {
    let things = 0;
    for (const { identity } of this.#entities.values()) if (identity.scope !== 'group') things++;
    return things;
  }

  /** Takes what discovery found. A second `initial` batch means that discovery was started anew: the old entities leave. */
  take(discovered: Discovered, now: number = Date.now()): EntityChanges {
    const { groups, initial } = discovered;
    const events: RecordedEvent[] = [];
    this.#stoppers = new Map();
    const replaced = initial && this.#seeded ? this.#everything(now) : [];
    this.#seeded ||= initial;
    const gone = [...replaced, ...discovered.removed, ...groups.removed.map((one) => ({ ...one, figures: null }))];
    const before = gone.filter(({ entity }) => this.#entities.has(entity));
    const noticed = discovered.notices.filter(({ entity }) => this.#entities.has(entity));
    this.#notice(noticed, events);
    this.#remove(before, events);
    const added = [...groups.added, ...discovered.added];
    for (const entity of added) this.#add(entity, initial, events);
    const changed = [...groups.changed, ...discovered.changed].filter(({ entity }) => this.#entities.has(entity));
    const moved = changed.filter((entity) => !sameToSamplers(this.#entities.get(entity.entity)!, entity));
    for (const entity of changed) this.#change(entity, now, events);
    // Who came and went since the last message: known from now on, and gone again.
    this.#notice(
      discovered.notices.filter((notice) => !noticed.includes(notice)),
      events,
    );
    const after = gone.filter((removal) => !before.includes(removal) && this.#entities.has(removal.entity));
    this.#remove(after, events);
    return { added, changed, moved, removed: [...before, ...after], events, stopped: this.#stoppers };
  }

  #everything(time: number): Removal[] {
    return [...this.#entities.keys()].map((entity) => ({ entity, time, figures: null }));
  }

  #add(entity: Entity, existedBefore: boolean, events: RecordedEvent[]): void {
    this.#entities.set(entity.entity, entity);
    if (!hasLifecycle(entity)) return;
    if (existedBefore) {
      this.#inherited.add(entity.entity);
      this.#settled.add(entity.entity);
    } else this.counts.starts++;
    events.push(containerStart(entity, existedBefore));
    const { containerId, restartCount } = entity.identity;
    const endedAt = this.#ended.get(containerId);
    if (endedAt !== undefined) {
      this.#ended.delete(containerId);
      this.#restart(entity, entity.firstSeen, { reason: 'same_id', stopped_at: endedAt }, events);
    } else if (!existedBefore && restartCount !== null && restartCount > 0) {
      this.#restart(entity, entity.firstSeen, { reason: 'restart_count', restart_count: restartCount }, events);
    }
  }

  #change(entity: Entity, now: number, events: RecordedEvent[]): void {
    const before = this.#entities.get(entity.entity)?.identity.restartCount ?? null;
    this.#entities.set(entity.entity, entity);
    const { restartCount } = entity.identity;
    // A count that becomes known is news of a new container only: one of before has restarted who knows when.
    const known = before ?? (this.#settled.has(entity.entity) ? restartCount : 0);
    if (restartCount === null || known === null || restartCount <= known) return;
    const time = before === null ? entity.firstSeen : now;
    this.#restart(entity, time, { reason: 'restart_count', restart_count: restartCount }, events);
  }

  #restart(entity: Entity, time: number, detail: Record<string, unknown>, events: RecordedEvent[]): void {
    this.counts.restarts++;
    this.#settled.add(entity.entity);
    events.push(containerRestart(entity, time, detail));
  }

  #notice(notices: readonly Notice[], events: RecordedEvent[]): void {
    for (const { entity: number, what, time, figures } of notices) {
      const entity = this.#entities.get(number);
      if (entity === undefined) continue;
      if (what === 'restarted') {
        this.#stopped.delete(number);
        this.#restart(entity, time, { reason: 'populated' }, events);
      } else if (!this.#stopped.has(number)) {
        this.#stopped.add(number);
        this.#stop(entity, time, 'emptied', figures, events);
      }
    }
  }

  #remove(removed: readonly Removal[], events: RecordedEvent[]): void {
    for (const { entity: number, time, figures } of removed) {
      const entity = this.#entities.get(number);
      if (entity === undefined) continue;
      // One that has stopped and not restarted has had its event.
      if (!this.#stopped.delete(number)) this.#stop(entity, time, 'removed', figures, events);
      this.#entities.delete(number);
      this.#inherited.delete(number);
      this.#settled.delete(number);
      if (entity.identity.scope === 'container') this.#remember(entity.identity.containerId, time);
    }
  }

  #stop(
    entity: Entity,
    time: number,
    reason: 'emptied' | 'removed',
    figures: Removal['figures'],
    events: RecordedEvent[],
  ): void {
    if (!hasLifecycle(entity)) return;
    this.counts.stops++;
    this.#stoppers.set(entity.entity, entity);
    if (figures === null) this.counts.finalsMissed++;
    events.push(containerStop(entity, { time, reason, figures, existedBefore: this.#inherited.has(entity.entity) }));
  }

  #remember(containerId: string, time: number): void {
    this.#ended.set(containerId, time);
    if (this.#ended.size <= MOST_REMEMBERED) return;
    for (const oldest of this.#ended.keys()) return void this.#ended.delete(oldest);
  }
}

/** Whether both are read from the same directories into the same row: they differ in names at most. */
function sameToSamplers(left: Entity, right: Entity): boolean {
  const facts = ({ directories, processDirectories, identity }: Entity): string =>
    JSON.stringify([
      Object.entries(directories).toSorted(([left], [right]) => (left < right ? -1 : 1)),
      processDirectories,
      identity.restartCount,
    ]);
  return facts(left) === facts(right);
}

/** The host is always there, and a group is only a place. */
function hasLifecycle({ identity }: Entity): boolean {
  return identity.scope !== 'host' && identity.scope !== 'group';
}
