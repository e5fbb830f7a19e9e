/**
 * The last ticks that containers which have ended have rows of, for as long as another life of theirs could come into the
 * same tick: a container that is started again keeps its id, and has one row a tick.
 */
export class LifeTicks {
  readonly #last = new Map<string, number>();

  /** A life of this container that is over has a row of this tick. */
  use(containerId: string, tick: number): void {
    if (tick > (this.#last.get(containerId) ?? -Infinity)) this.#last.set(containerId, tick);
  }

  /** The first tick from this one on of which no earlier life has a row. */
  firstFree(containerId: string, from: number): number {
    return Math.max(from, (this.#last.get(containerId) ?? -Infinity) + 1);
  }

  /** From now on nobody comes into an earlier tick than this one. */
  forget(tick: number): void {
    if (this.#last.size === 0) return;
    for (const [containerId, last] of this.#last) if (last < tick) this.#last.delete(containerId);
  }
}
