import type { Grid } from './grid.ts';

/** Rows of a tick are read after it; a clock that is being set may have them a little before. As a share of the interval. */
const EARLY = 0.25;

/** What several things together came to in each bucket. */
export interface TickSums {
  /** Ticks in which any of them has a value. */
  readonly counts: Uint32Array;
  /** The least and the greatest that their sum came to at a tick; NaN where there is none. */
  readonly lowest: Float64Array;
  readonly highest: Float64Array;
  /** Whether things have one row a tick, so that what they came to at each is known. */
  readonly isOneRow: boolean;
}

/**
 * How many ticks of each bucket have a value of any of several things, and what these came to together at each: a sum of things that
 * come and go within a bucket is what they came to at each of these ticks, in the mean.
 */
export class Ticks {
  readonly #grid: Grid;
  readonly #interval: number;
  readonly #sums = new Map<string, TickSums>();
  /** Since the last end(). */
  readonly #seen = new Map<string, Map<number, number>>();

  readonly #isOneRow: boolean;

  /** @param interval milliseconds between ticks, @param isOneRow whether things have one row a tick */
  constructor(grid: Grid, interval: number, isOneRow: boolean) {
    this.#isOneRow = isOneRow;
    this.#grid = grid;
    this.#interval = interval;
  }

  /** The tick that a row belongs to. @param time milliseconds since the Unix epoch */
  at(time: number): number {
    return Math.floor(time / this.#interval + EARLY);
  }

  add(group: string, tick: number, value: number): void {
    let seen = this.#seen.get(group);
    if (seen === undefined) this.#seen.set(group, (seen = new Map()));
    seen.set(tick, (seen.get(tick) ?? 0) + value);
  }

  /**
   * No more rows come of the ticks and groups there were. To be called after each part, for no tick has rows in two, so that what is
   * remembered does not grow with the range.
   */
  end(): void {
    for (const [group, ticks] of this.#seen) {
      const { counts, lowest, highest } = this.of(group);
      for (const [tick, sum] of ticks) {
        const at = Math.floor((tick * this.#interval - this.#grid.from) / this.#grid.step);
        if (!(at >= 0 && at < counts.length)) continue;
        if (counts[at]!++ === 0) lowest[at] = highest[at] = sum;
        else {
          lowest[at] = Math.min(lowest[at]!, sum);
          highest[at] = Math.max(highest[at]!, sum);
        }
      }
    }
    this.#seen.clear();
  }

  /** Of each group the same object every time. */
  of(group: string): TickSums {
    let sums = this.#sums.get(group);
    if (sums === undefined) {
      const { buckets } = this.#grid;
      const [lowest, highest] = [new Float64Array(buckets).fill(NaN), new Float64Array(buckets).fill(NaN)];
      this.#sums.set(group, (sums = { counts: new Uint32Array(buckets), lowest, highest, isOneRow: this.#isOneRow }));
    }
    return sums;
  }
}
