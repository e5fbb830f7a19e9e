import type { Entity } from '@fgm/catalog';
import { GROUP_SLOTS, NO_SLOT, type GroupUsage } from './group-usage.ts';
import type { PlacedEntity } from '../messages.ts';
import { usageSource } from './usage-source.ts';

/**
 * Which entities add to which group's sum. A container within a container adds nothing: what it uses is in the figures of the
 * outer one.
 */
export class GroupPlaces {
  readonly #usage: GroupUsage;
  /** Slot by the group's cgroup path. */
  readonly #slots = new Map<string, number>();
  /** Entities by cgroup path, groups and the host left out: how many have it. */
  readonly #paths = new Map<string, number>();
  readonly #free = Array.from({ length: GROUP_SLOTS }, (_, slot) => GROUP_SLOTS - 1 - slot);

  constructor(usage: GroupUsage) {
    this.#usage = usage;
  }

  /** The slot of a new entity, groups first; NO_SLOT for one that lies in no group, or whose group has found no slot. */
  add(entity: Entity): number {
    const { scope, cgroup } = entity.identity;
    if (scope === 'host') return NO_SLOT;
    if (scope === 'group') return this.#addGroup(entity);
    this.#paths.set(cgroup, (this.#paths.get(cgroup) ?? 0) + 1);
    return this.slotOf(entity);
  }

  /** New entities with their slots. @param fresh they came to be just now */
  place(entities: readonly Entity[], fresh: boolean): PlacedEntity[] {
    // A group before its containers: they are told of its slot.
    const slots = new Map<Entity, number>();
    for (const group of [true, false])
      for (const entity of entities)
        if ((entity.identity.scope === 'group') === group) slots.set(entity, this.add(entity));
    return entities.map((entity) => ({ ...entity, slot: slots.get(entity)!, fresh }));
  }

  /** The slot of an entity that may have other directories now. */
  change(entity: Entity): number {
    const slot = this.slotOf(entity);
    if (entity.identity.scope === 'group' && slot !== NO_SLOT) this.#usage.setSource(slot, usageSource(entity));
    return slot;
  }

  slotOf({ identity: { scope, cgroup } }: Entity): number {
    if (scope === 'host') return NO_SLOT;
    if (scope === 'group') return this.#slots.get(cgroup) ?? NO_SLOT;
    for (let end = cgroup.lastIndexOf('/'); end > 0; end = cgroup.lastIndexOf('/', end - 1)) {
      const above = cgroup.slice(0, end);
      if (this.#paths.has(above)) return NO_SLOT;
      const slot = this.#slots.get(above);
      if (slot !== undefined) return slot;
    }
    return NO_SLOT;
  }

  remove({ identity: { scope, cgroup } }: Entity): void {
    if (scope === 'host') return;
    if (scope === 'group') return this.#removeGroup(cgroup);
    const left = (this.#paths.get(cgroup) ?? 1) - 1;
    if (left === 0) this.#paths.delete(cgroup);
    else this.#paths.set(cgroup, left);
  }

  #addGroup(group: Entity): number {
    const { cgroup } = group.identity;
    const slot = this.#slots.get(cgroup) ?? this.#free.pop();
    if (slot === undefined) return NO_SLOT;
    this.#usage.clear(slot);
    // Before anybody is told of the slot: what is read elsewhere than the group itself does not count from the start.
    this.#usage.setSource(slot, usageSource(group));
    this.#slots.set(cgroup, slot);
    return slot;
  }

  #removeGroup(cgroup: string): void {
    const slot = this.#slots.get(cgroup);
    if (slot === undefined) return;
    this.#slots.delete(cgroup);
    this.#free.unshift(slot);
  }
}
