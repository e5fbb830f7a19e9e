/** So long before a range a counter's value is looked for at least, in milliseconds. */
const LEAST_BEFORE_MS = 5_000;

/**
 * From when on a counter's rows are read, so that its first row in a range has a change as well.
 * @param from start of the range, @param interval between rows, both in milliseconds
 */
export function rateStart(from: number, interval: number): number {
  // A row may be late, and one may be missing.
  return from - Math.max(LEAST_BEFORE_MS, 2.5 * interval);
}

/**
 * Turns the values of a counter into their change in a second, row by row. Where a counter is less than before it was set back
 * (a new process, a new kernel): how much there was before that is not known, so there is no value, as for the first row.
 */
export class Rates {
  readonly #factor: number;
  #time = NaN;
  #value = NaN;

  /** @param factor what a change in a second is multiplied by */
  constructor(factor: number) {
    this.#factor = factor;
  }

  /** @param times milliseconds. @returns of each row its change in a second, NaN where there is none */
  of(times: Float64Array, values: Float64Array): Float64Array {
    const rates = new Float64Array(times.length).fill(NaN);
    let [time, value] = [this.#time, this.#value];
    const factor = this.#factor;
    for (let row = 0; row < times.length; row++) {
      const next = values[row]!;
      if (Number.isNaN(next)) continue;
      const seconds = (times[row]! - time) / 1000;
      const change = next - value;
      time = times[row]!;
      value = next;
      if (seconds > 0 && change >= 0) rates[row] = (change / seconds) * factor;
    }
    [this.#time, this.#value] = [time, value];
    return rates;
  }
}
