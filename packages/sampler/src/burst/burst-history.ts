/**
 * The last rows of one entity, in a circle: row `n` of its life lies at `n % capacity`, and the oldest is overwritten. Rows are
 * numbered from 0 on, so that what was published is remembered as one number.
 *
 * Unlike in a block, the values of a row lie side by side: a sub-tick writes one row each of many entities, which are long out of
 * the cache by then, and a block would cost a miss for every column. A value is a double, as exact as a column's (2^53); NaN
 * stands for an absent one.
 */
export class BurstHistory {
  readonly width: number;
  readonly capacity: number;
  readonly #values: Float64Array;
  #written = 0;

  /** @param width values in a row @param values room for whole rows; what is in it does not matter */
  constructor(width: number, values: Float64Array) {
    this.width = width;
    this.capacity = Math.floor(values.length / width);
    this.#values = values;
  }

  /** Number of the oldest row that is kept; `end` when there is none. */
  get start(): number {
    return Math.max(0, this.#written - this.capacity);
  }

  /** Number of the row after the last. */
  get end(): number {
    return this.#written;
  }

  /** A value of a kept row. */
  get(number: number, column: number): number {
    return this.#values[(number % this.capacity) * this.width + column]!;
  }

  /** Sets a value of the row that is written next. It overwrites the oldest, and counts only after commit(). */
  set(column: number, value: number): void {
    this.#values[(this.#written % this.capacity) * this.width + column] = value;
  }

  /** Makes the row that is written next the same as the last. There must be one. */
  repeat(): void {
    const from = ((this.#written - 1) % this.capacity) * this.width;
    this.#values.copyWithin((this.#written % this.capacity) * this.width, from, from + this.width);
  }

  commit(): void {
    this.#written++;
  }

  /** Forgets all rows, for another entity. */
  clear(): void {
    this.#written = 0;
  }
}
