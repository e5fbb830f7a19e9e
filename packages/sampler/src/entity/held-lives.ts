import type { PlacedEntity } from '../messages.ts';
import { LifeTicks } from '../rows/life-ticks.ts';

/**
 * Keeps the lives of containers that are started again apart: a container has one row a tick, and its old life may have that
 * of the tick in which the new one comes, or get that of the next one. Then the new one is held back, and joins after it.
 */
export class HeldLives {
  readonly #ticks = new LifeTicks();
  readonly #held = new Map<number, PlacedEntity>();

  /** Begins a tick. @returns who joins with it */
  admit(tick: number): readonly PlacedEntity[] {
    this.#ticks.forget(tick);
    if (this.#held.size === 0) return NOBODY;
    const admitted = new Map<string, PlacedEntity>();
    for (const entity of this.#held.values()) {
      const { containerId } = entity.identity;
      if (!admitted.has(containerId) && this.#ticks.firstFree(containerId, tick) === tick)
        admitted.set(containerId, entity);
    }
    for (const { entity } of admitted.values()) this.#held.delete(entity);
    return [...admitted.values()];
  }

  /**
   * Whether it has to wait.
   * @param follows the end of an earlier life of it is about to be told
   */
  hold(entity: PlacedEntity, tick: number, follows: boolean): boolean {
    const { containerId } = entity.identity;
    const queued = [...this.#held.values()].some(({ identity }) => identity.containerId === containerId);
    if (!follows && !queued && this.#ticks.firstFree(containerId, tick) === tick) return false;
    this.#held.set(entity.entity, entity);
    return true;
  }

  change(entity: PlacedEntity): void {
    if (this.#held.has(entity.entity)) this.#held.set(entity.entity, entity);
  }

  /** It ended before its first tick. */
  take(entity: number): PlacedEntity | undefined {
    const held = this.#held.get(entity);
    this.#held.delete(entity);
    return held;
  }

  /** A life that is over has its last row in this tick. */
  end(containerId: string, tick: number): void {
    this.#ticks.use(containerId, tick);
  }

  /** The tick of a life's last figures: the first one from `next` on that no life of it has. */
  claim(containerId: string, next: number): number {
    const tick = this.#ticks.firstFree(containerId, next);
    this.#ticks.use(containerId, tick);
    return tick;
  }
}

const NOBODY: readonly PlacedEntity[] = [];
