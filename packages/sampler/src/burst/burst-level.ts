/** A level that was crossed counts as left when the value is this far below it, so that a value on the edge is one crossing. */
const LEFT_SHARE = 0.95;
/** The same level is no news again before this time is over, microseconds. */
const NEWS_USEC = 60_000_000;

/**
 * Sees when a value rises to a threshold. What is above it from the beginning has not risen, and a value that goes up and down
 * around it counts once a minute: a level that is trouble for a container's whole life must not make all its life a burst.
 */
export class BurstLevel {
  readonly #threshold: number;
  #above = true;
  #last = -Infinity;

  /** @param threshold null: it is never crossed */
  constructor(threshold: number | null) {
    this.#threshold = threshold ?? Infinity;
  }

  /** True when the value has risen to the threshold since the last call. @param time microseconds */
  crosses(value: number, time: number): boolean {
    if (value < this.#threshold) {
      if (value < this.#threshold * LEFT_SHARE) this.#above = false;
      return false;
    }
    // A clock that was set back must not make it silent for as long.
    const passed = time < this.#last ? Infinity : time - this.#last;
    const news = !this.#above && passed >= NEWS_USEC;
    this.#above = true;
    if (news) this.#last = time;
    return news;
  }
}
