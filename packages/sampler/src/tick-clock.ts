/**
 * Turns the monotonic clock into ticks that are aligned to wall-clock multiples of the interval.
 *
 * Time is `offset + monotonic`. The offset is compared with the wall clock once a tick: small differences (the clock being
 * slewed, or our own rounding) are followed, a difference of STEP_MS or more is a step of the wall clock, which is reported
 * and followed at once. Between two comparisons a step changes nothing, so an interval is never measured with it.
 */
export interface Clock {
  /** Milliseconds since any fixed instant, never going back. */
  monotonic(): number;
  /** Milliseconds since the Unix epoch. */
  wall(): number;
}

export const SYSTEM_CLOCK: Clock = {
  monotonic: () => performance.now(),
  wall: () => Date.now(),
};

/** Wall-clock differences below this are followed silently: NTP slews, and Date.now() counts whole milliseconds. */
export const STEP_MS = 250;

export class TickClock {
  readonly intervalMs: number;
  readonly #clock: Clock;
  #offset: number;
  /** The tick that was taken last; at first the one that had begun already. */
  #last: number;

  constructor(intervalMs: number, clock: Clock = SYSTEM_CLOCK) {
    this.intervalMs = intervalMs;
    this.#clock = clock;
    this.#offset = clock.wall() - clock.monotonic();
    this.#last = this.current();
  }

  /** Milliseconds since the Unix epoch. */
  now(): number {
    return this.#offset + this.#clock.monotonic();
  }

  /** Microseconds since the Unix epoch. */
  nowUsec(): number {
    return Math.round((this.#offset + this.#clock.monotonic()) * 1000);
  }

  tickAt(milliseconds: number): number {
    return Math.floor(milliseconds / this.intervalMs);
  }

  /** The current tick: the one whose instant has passed last. */
  current(): number {
    return this.tickAt(this.now());
  }

  /** Milliseconds from now until the next tick that has not been taken; zero or less when it is due. */
  untilNext(): number {
    return (this.#last + 1) * this.intervalMs - this.now();
  }

  /** Returns true when the next tick is due, without sleeping: for the last part of a millisecond or a few of them. */
  waitAwake(): true {
    let left = this.untilNext();
    while (left > 0) left = this.untilNext();
    return true;
  }

  /** Takes the tick that is due and returns how many were missed since the one before; late ticks are skipped, not caught up. */
  take(): number {
    const tick = this.current();
    const missed = Math.max(0, tick - this.#last - 1);
    this.#last = tick;
    return missed;
  }

  /** The tick that was taken last. */
  last(): number {
    return this.#last;
  }

  /** Milliseconds by which the tick taken last is late now. */
  lateness(): number {
    return this.now() - this.#last * this.intervalMs;
  }

  /**
   * Compares with the wall clock. Returns the milliseconds by which the wall clock stepped (negative: back), or 0. After a
   * step the tick count starts anew from the new time, so that a step is not taken for missed ticks.
   */
  followWall(): number {
    // The wall clock shows whole milliseconds: on average it is half a millisecond behind.
    const difference = this.#clock.wall() + 0.5 - this.now();
    if (Math.abs(difference) >= STEP_MS) {
      this.#offset += difference;
      this.#last = this.current();
      return difference;
    }
    if (Math.abs(difference) > 1) this.#offset += difference / 8;
    return 0;
  }
}
