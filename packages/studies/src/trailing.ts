import { MAD_TO_SIGMA } from './order.ts';

/** The last values of a series in ascending order, so that their median is at hand. */
export class Trailing {
  readonly #sorted: Float64Array;
  readonly #order: Float64Array;
  #oldest = 0;
  size = 0;

  /** @param most values that are kept; the oldest makes way */
  constructor(most: number) {
    this.#sorted = new Float64Array(most);
    this.#order = new Float64Array(most);
  }

  add(value: number): void {
    if (this.size === this.#order.length) this.#remove(this.#order[this.#oldest]!);
    this.#order[this.#oldest] = value;
    this.#oldest = (this.#oldest + 1) % this.#order.length;
    const place = this.#placeOf(value);
    this.#sorted.copyWithin(place + 1, place, this.size);
    this.#sorted[place] = value;
    this.size++;
  }

  get median(): number {
    return (this.#sorted[(this.size - 1) >> 1]! + this.#sorted[this.size >> 1]!) / 2;
  }

  /** Spread as a standard deviation, by the median of absolute deviations: 0 where half of all values are the same. */
  get spread(): number {
    return this.#deviationOfHalf(this.median) * MAD_TO_SIGMA;
  }

  #remove(value: number): void {
    const place = this.#placeOf(value);
    this.#sorted.copyWithin(place, place + 1, this.size);
    this.size--;
  }

  /** Of the first value that is not less. */
  #placeOf(value: number): number {
    let [low, high] = [0, this.size];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#sorted[middle]! < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Half of all values are no further from the median: they stand together, so it is the narrowest place for them around it. */
  #deviationOfHalf(median: number): number {
    const half = (this.size >> 1) + 1;
    let [low, high] = [0, this.size - half];
    while (low < high) {
      const middle = (low + high) >> 1;
      // Whether the value below is further away than the one that would come instead.
      if (median - this.#sorted[middle]! > this.#sorted[middle + half]! - median) low = middle + 1;
      else high = middle;
    }
    return Math.max(median - this.#sorted[low]!, this.#sorted[low + half - 1]! - median);
  }
}
