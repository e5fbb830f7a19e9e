/** A list of whole numbers below 2^53 that takes eight bytes for each. */
export class Growing {
  length = 0;
  #items = new Float64Array(1024);

  push(value: number): void {
    if (this.length === this.#items.length) {
      const larger = new Float64Array(this.length * 2);
      larger.set(this.#items);
      this.#items = larger;
    }
    this.#items[this.length++] = value;
  }

  at(index: number): number {
    return this.#items[index]!;
  }
}
