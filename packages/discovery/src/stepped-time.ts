import type { DiscoveryTime, Timer } from './time.ts';

interface Waiting {
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly order: number;
  readonly call: () => void;
}

/**
 * Time that stands still at one instant until it is moved to the next. What was to be done in between is done at that next
 * instant, in the order in which it would have been.
 */
export class SteppedTime implements DiscoveryTime {
  #usec: number;
  /** When the call that is being made was to be made, in milliseconds; null when none is. */
  #calling: number | null = null;
  #waiting: Waiting[] = [];
  #order = 0;

  /** @param usec microseconds since the Unix epoch */
  constructor(usec: number) {
    this.#usec = usec;
  }

  wall(): number {
    return Math.floor(this.#usec / 1000);
  }

  monotonic(): number {
    return this.#usec / 1000;
  }

  usec(): number {
    return this.#usec;
  }

  after(milliseconds: number, call: () => void): Timer {
    const waiting: Waiting = { at: (this.#calling ?? this.monotonic()) + milliseconds, order: this.#order++, call };
    this.#waiting.push(waiting);
    return waiting;
  }

  soon(call: () => void): Timer {
    return this.after(0, call);
  }

  cancel(timer: Timer): void {
    this.#waiting = this.#waiting.filter((waiting) => waiting !== timer);
  }

  cancelSoon(timer: Timer): void {
    this.cancel(timer);
  }

  /** @throws RangeError when it would go back */
  moveTo(usec: number): void {
    if (usec < this.#usec) throw new RangeError(`time went back from ${this.#usec} to ${usec} microseconds`);
    this.#usec = usec;
  }

  /**
   * Makes all calls that are due, those that they ask for as well.
   * @param settle waits for what a call has begun
   */
  async run(settle: () => Promise<void>): Promise<void> {
    for (let next = this.#takeNext(); next !== null; next = this.#takeNext()) {
      this.#calling = next.at;
      next.call();
      await settle();
      this.#calling = null;
    }
  }

  #takeNext(): Waiting | null {
    let first: Waiting | null = null;
    for (const waiting of this.#waiting) if (first === null || before(waiting, first)) first = waiting;
    if (first === null || first.at > this.monotonic()) return null;
    this.cancel(first);
    return first;
  }
}

function before(left: Waiting, right: Waiting): boolean {
  return left.at === right.at ? left.order < right.order : left.at < right.at;
}
