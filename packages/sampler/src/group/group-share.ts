import type { Entity } from '@fgm/catalog';
import { NO_SLOT, type GroupUsage } from './group-usage.ts';
import { usageSource } from './usage-source.ts';

/** What one entity has added to the sum of its group: as much as its rows tell. */
export class GroupShare {
  readonly slot: number;
  readonly #source: number;
  #counted: number;

  /** @param before the same entity's share under other directories */
  constructor(entity: Entity, slot = NO_SLOT, before: GroupShare | null = null) {
    this.slot = slot;
    this.#source = usageSource(entity);
    this.#counted = before?.slot === slot ? before.#counted : 0;
  }

  /** @param usage the CPU time that its newest row tells, in microseconds; negative when it tells none */
  take(sums: GroupUsage, usage: number): void {
    if (usage < 0 || usage === this.#counted || !sums.counts(this.slot, this.#source)) return;
    sums.add(this.slot, usage - this.#counted);
    this.#counted = usage;
  }
}
