/** What one more reading of a counter has come to. */
export const CALM = 0;
export const BEGUN = 1;
export const GOING_ON = 2;
export const OVER = 3;

/** Ticks without growth after which an episode is over. */
const QUIET_TICKS = 5;

/** A time in which a counter grows again and again, with shorter pauses than QUIET_TICKS ticks. */
export class Episode {
  /** Microseconds since the epoch of the first and the last growth. */
  from = 0;
  to = 0;
  /** By how much the counter has grown since before it began. */
  growth = 0;
  active = false;
  #value = -1;
  #quiet = 0;

  /** @param value where the counter began, when that is known */
  constructor(value = -1) {
    this.#value = value;
  }

  /** @param value the counter; negative when it is absent */
  observe(value: number, time: number): number {
    const before = this.#value;
    if (value < 0) return CALM;
    this.#value = value;
    // What is less than before has begun anew.
    const growth = before < 0 || value < before ? 0 : value - before;
    if (growth === 0) return this.#rest();
    this.#quiet = 0;
    this.to = time;
    if (this.active) {
      this.growth += growth;
      return GOING_ON;
    }
    this.active = true;
    this.from = time;
    this.growth = growth;
    return BEGUN;
  }

  /** Ends it now. True when there was one. */
  end(): boolean {
    const was = this.active;
    this.active = false;
    return was;
  }

  #rest(): number {
    if (!this.active) return CALM;
    if (++this.#quiet < QUIET_TICKS) return GOING_ON;
    this.active = false;
    this.#quiet = 0;
    return OVER;
  }
}
