/**
 * Values of one series over stretches of time of equal length: of each its least, greatest and mean, so that no peak is lost when
 * there are more values than can be shown.
 */
export class Buckets {
  readonly lowest: Float64Array;
  readonly highest: Float64Array;
  readonly #sums: Float64Array;
  readonly #counts: Uint32Array;
  readonly #from: number;
  readonly #step: number;
  /** Values that were added. */
  size = 0;

  /** @param from start of the first bucket, @param step length of each, in milliseconds */
  constructor(from: number, step: number, count: number) {
    this.#from = from;
    this.#step = step;
    this.lowest = new Float64Array(count).fill(NaN);
    this.highest = new Float64Array(count).fill(NaN);
    this.#sums = new Float64Array(count);
    this.#counts = new Uint32Array(count);
  }

  get length(): number {
    return this.lowest.length;
  }

  /** Values outside of all buckets do not count, nor does NaN. One loop: a call for each value costs a new process three times as much. */
  add(times: Float64Array, values: Float64Array): void {
    const { lowest, highest } = this;
    const sums = this.#sums;
    const counts = this.#counts;
    const from = this.#from;
    const step = this.#step;
    const length = lowest.length;
    let added = 0;
    for (let row = 0; row < times.length; row++) {
      const value = values[row]!;
      const at = Math.floor((times[row]! - from) / step);
      if (!(at >= 0 && at < length) || Number.isNaN(value)) continue;
      added++;
      if (counts[at]!++ === 0) {
        lowest[at] = highest[at] = sums[at] = value;
        continue;
      }
      sums[at]! += value;
      if (value < lowest[at]!) lowest[at] = value;
      if (value > highest[at]!) highest[at] = value;
    }
    this.size += added;
  }

  /** NaN where there is no value. */
  mean(at: number): number {
    return this.#sums[at]! / this.#counts[at]!;
  }

  count(at: number): number {
    return this.#counts[at]!;
  }

  means(): Float64Array {
    const means = new Float64Array(this.length);
    for (let at = 0; at < means.length; at++) means[at] = this.#sums[at]! / this.#counts[at]!;
    return means;
  }

  /** Whether no bucket has more than one value, which then is its least, its greatest and its mean. */
  get isSingle(): boolean {
    for (let at = 0; at < this.#counts.length; at++) if (this.#counts[at]! > 1) return false;
    return true;
  }

  /** Mean of all values. */
  total(): number {
    let sum = 0;
    for (const one of this.#sums) sum += one;
    return sum / this.size;
  }
}
