import type { Entity, FinalFigures, LateNames, Written } from '@fgm/catalog';
import type { DiscoveryListener, EntityBatch, Notice, Trouble } from '../src/index.ts';

/** Keeps what discovery reports, and wakes a test when it has seen enough. */
export class Recording implements DiscoveryListener {
  readonly batches: EntityBatch[] = [];
  readonly troubles: Trouble[] = [];
  /** The entities that are there now, as last reported. */
  readonly present = new Map<number, Entity>();
  /** Every entity ever added, by number. */
  readonly ever = new Map<number, Entity>();
  readonly removed: { readonly entity: number; readonly time: number }[] = [];
  /** Every change of a file, in its order. */
  readonly changes: Written[] = [];
  /** Every notice, in its order. */
  readonly notices: Notice[] = [];
  /** The last figures of those that are gone, by number. */
  readonly figures = new Map<number, FinalFigures | null>();
  /** What was found out about those that were gone by then, in its order. */
  readonly lateNames: LateNames[] = [];
  readonly #waiting = new Set<() => void>();

  entities(batch: EntityBatch): void {
    this.batches.push(batch);
    for (const entity of [...batch.added, ...batch.changed]) this.present.set(entity.entity, entity);
    for (const entity of batch.added) this.ever.set(entity.entity, entity);
    this.notices.push(...batch.notices);
    for (const { entity, time, figures } of batch.removed) {
      this.removed.push({ entity, time });
      this.figures.set(entity, figures);
      this.present.delete(entity);
    }
    this.#wake();
  }

  written(written: readonly Written[]): void {
    this.changes.push(...written);
    this.#wake();
  }

  late(late: LateNames): void {
    this.lateNames.push(late);
    this.#wake();
  }

  trouble(trouble: Trouble): void {
    this.troubles.push(trouble);
    this.#wake();
  }

  /** The present entity with this container id (or cgroup path, for services). */
  find(containerId: string): Entity | undefined {
    return [...this.present.values()].find((entity) => entity.identity.containerId === containerId);
  }

  /** Resolves with the first defined value of `look`, which is called after each report. Bounded by the test's timeout. */
  async until<T>(look: () => T | undefined): Promise<T> {
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve();
  }
}
