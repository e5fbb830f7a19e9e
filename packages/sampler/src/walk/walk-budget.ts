/** A walk may use what this share of a second has brought, so that no second ever sees more than one and a half budgets. */
const MOST_SAVED_SECONDS = 0.5;
/** What a walk took beyond its budget is waited for, but not for ever: the recorder itself may have been stopped in the middle. */
const MOST_OWED_SECONDS = 60;
/** Less than this beyond the budget is no overrun: nobody knows what a read takes before it is done. */
const TOLERATED_SECONDS = 0.1;
/** A clock that goes back by more has been set. */
const STEP_USEC = 1_000_000;

/**
 * Microseconds of page walking that one process may be burdened with: they come in steadily, some can be saved, and what a
 * walk took too much is owed.
 */
export class WalkBudget {
  #usec = Number.NaN;
  #at = 0;

  /**
   * Adds what came in since the last call; the first call finds as much as can be saved.
   * @param now microseconds since the epoch
   * @param perSecond microseconds of walking a second
   */
  refill(now: number, perSecond: number): void {
    const elapsed = Math.max(0, now - this.#at);
    // A clock that trembles must not bring the same microsecond twice; one that was set back starts anew.
    if (elapsed > 0 || this.#at - now > STEP_USEC) this.#at = now;
    const most = perSecond * MOST_SAVED_SECONDS;
    // The comparison with NaN makes the first call take the other branch.
    this.#usec = this.#usec <= most ? Math.min(most, this.#usec + (elapsed * perSecond) / 1e6) : most;
  }

  /** Whether this many microseconds are there. */
  allows(usec: number): boolean {
    return this.#usec >= usec;
  }

  /** Takes what a walk has cost. True when that was far more than was there. */
  spend(usec: number, perSecond: number): boolean {
    const left = this.#usec - usec;
    this.#usec = Math.max(left, -perSecond * MOST_OWED_SECONDS);
    return left < -perSecond * TOLERATED_SECONDS;
  }

  /** Milliseconds until this many microseconds will be there. */
  untilMs(usec: number, perSecond: number): number {
    return Math.max(0, ((usec - this.#usec) / perSecond) * 1000);
  }
}

/** The longest walk that is begun in one go: nothing longer can ever be saved for. */
export function longestWalk(perSecond: number): number {
  return perSecond * MOST_SAVED_SECONDS;
}
