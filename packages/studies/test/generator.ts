import type { Series } from '../src/series.ts';

/** Series of which it is known what is in them. The same seed gives the same values. */
export class Generator {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 to 1, evenly (mulberry32). */
  uniform(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let bits = this.#state;
    bits = Math.imul(bits ^ (bits >>> 15), bits | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.uniform();
  }

  /** Of the standard normal distribution. */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }

  white(length: number): Float64Array {
    return new Float64Array(length).map(() => this.normal());
  }

  /** Noise with memory: each value has that part of the one before. 1 is a random walk. */
  red(length: number, memory: number): Float64Array {
    let last = 0;
    return new Float64Array(length).map(() => (last = memory * last + this.normal()));
  }

  /** Student's distribution of 3 degrees of freedom: now and then a value is ten times as far out as most. */
  heavy(length: number): Float64Array {
    return new Float64Array(length).map(() => {
      const squares = this.normal() ** 2 + this.normal() ** 2 + this.normal() ** 2;
      return this.normal() / Math.sqrt(squares / 3);
    });
  }

  /** A random walk that is read in pages: most values are the same as the one before. */
  staircase(length: number): Float64Array {
    return this.red(length, 1).map((one) => 4 * Math.round(one / 4));
  }

  /** Counts of events, most of them few. */
  counts(length: number, mean: number): Float64Array {
    const least = Math.exp(-mean);
    return new Float64Array(length).map(() => {
      let count = 0;
      for (let product = this.uniform(); product > least; product *= this.uniform()) count++;
      return count;
    });
  }
}

export const START = Date.UTC(2026, 10, 21);

/** Values once a second, as a node's are: `jitter` milliseconds late at most. */
export function seriesOf(values: Float64Array, generator?: Generator, jitter = 0): Series {
  return {
    times: values.map(
      (_, at) => START + at * 1000 + (generator === undefined ? 0 : Math.floor(generator.uniform() * jitter)),
    ),
    values,
  };
}

/** Without `share` of its values, half of which are missing one by one (NaN) and half in a gap of time. */
export function withGaps({ times, values }: Series, share: number, generator: Generator): Series {
  const gap = Math.floor((times.length * share) / 2);
  const start = Math.floor(generator.between(0.1, 0.8) * times.length);
  const kept = (_: number, at: number): boolean => at < start || at >= start + gap;
  return {
    times: times.filter(kept),
    values: values.map((value) => (generator.uniform() < share / 2 ? NaN : value)).filter(kept),
  };
}

/** How often something is found. */
export class Tally {
  hits = 0;
  tries = 0;

  add(hit: boolean): void {
    this.tries++;
    if (hit) this.hits++;
  }

  get rate(): number {
    return this.hits / this.tries;
  }

  get text(): string {
    return `${this.hits} of ${this.tries} (${(100 * this.rate).toFixed(1)} %)`;
  }
}
