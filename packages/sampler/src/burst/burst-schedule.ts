/** A sub-tick this close to a tick is the tick's, milliseconds. */
const NEAR_TICK_MS = 1;
/** A sub-tick later than this share of its interval is left out. */
const LATE_SHARE = 0.5;

/**
 * When sub-ticks are due: at the multiples of their interval that are not ticks. A tick goes before a sub-tick, and what is late
 * is not caught up.
 */
export class BurstSchedule {
  readonly intervalMs: number;
  /** Sub-ticks that were left out because they were late or a tick was near. */
  skipped = 0;
  /** Number of the multiple that was dealt with last. */
  #last = 0;

  constructor(intervalMs: number) {
    this.intervalMs = intervalMs;
  }

  /** A tick was taken, or the clock was set. @param now milliseconds since the epoch */
  restart(now: number): void {
    this.#last = Math.floor(now / this.intervalMs);
  }

  /** Number of the multiple of the interval that the present sub-tick is, or was. */
  get number(): number {
    return this.#last;
  }

  /**
   * Milliseconds to sleep, or 0 when a sub-tick is due: then take it.
   * @param left until the next tick
   * @param needed how long a sub-tick takes
   * @param stride only every so many-th multiple is due
   */
  until(now: number, left: number, needed: number, stride = 1): number {
    const unit = this.intervalMs * stride;
    const last = Math.floor(this.#last / stride);
    const current = Math.floor(now / unit);
    if (current <= last) return Math.min((last + 1) * unit - now, left);
    const late = now - current * unit;
    this.skipped += current - last - 1;
    this.#last = current * stride;
    if (late <= this.intervalMs * LATE_SHARE && left > needed + NEAR_TICK_MS) return 0;
    this.skipped++;
    return Math.min(left, unit - late);
  }
}
