/** Times between attempts that fail: each twice the one before, up to a bound, the second half of each by chance. */
export class Backoff {
  readonly #firstMs: number;
  readonly #longestMs: number;
  readonly #random: () => number;
  #failures = 0;

  /** @param random from 0 to 1, 1 not included. By chance, because the recorders of all nodes lose their server at once. */
  constructor(firstMs: number, longestMs: number, random: () => number = Math.random) {
    this.#firstMs = firstMs;
    this.#longestMs = longestMs;
    this.#random = random;
  }

  /** Milliseconds until the next attempt. */
  next(): number {
    const full = Math.min(this.#longestMs, this.#firstMs * 2 ** this.#failures);
    if (full < this.#longestMs) this.#failures++;
    return full / 2 + (full / 2) * this.#random();
  }

  reset(): void {
    this.#failures = 0;
  }
}
