/** Longest time to be awake before a tick: milliseconds, and so many times less than the interval. */
const MOST_MS = 5;
const LEAST_INTERVALS = 50;
/** How fast the lead follows wake-ups that came too late for it, and shrinks while they do not. */
const RISE = 0.5;
const FALL = 0.98;

/**
 * How long before a tick a thread wakes, to wait the rest of the time awake. On a busy machine the kernel lets a thread that is
 * due wait for the end of others' turns; a thread that is early by as much is on time. The lead follows what wake-ups were late
 * by lately: some 0.2 ms on an idle machine, a few milliseconds on a busy one.
 */
export class WakeLead {
  readonly #most: number;
  #lead = 0;

  constructor(intervalMs: number) {
    this.#most = Math.min(MOST_MS, intervalMs / LEAST_INTERVALS);
  }

  /** Milliseconds to wake before the tick. */
  get ms(): number {
    return this.#lead;
  }

  /** @param late milliseconds after the time it was to wake at */
  observe(late: number): void {
    if (late > this.#lead) this.#lead = Math.min(this.#most, this.#lead + (late - this.#lead) * RISE);
    else this.#lead *= FALL;
  }
}
