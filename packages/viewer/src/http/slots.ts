import type { ServerResponse } from 'node:http';
import type { Counts } from './counts.ts';
import { Problem } from './problem.ts';

/** Questions that are worked on at once: more would only take memory, as they share one thread. */
const AT_ONCE = 2;
/** Questions that wait: a page asks for all of its charts together. */
const MOST_WAITING = 64;

/** Lets a few questions be worked on at a time, and none whose asker has gone. */
export class Slots {
  #busy = 0;
  readonly #waiting: (() => void)[] = [];
  readonly #counts: Counts['queries'];

  constructor({ queries }: Counts) {
    this.#counts = queries;
  }

  /**
   * @param response to whoever asked: what is done is aborted when it closes
   * @throws Problem when too many wait
   */
  async run<T>(response: ServerResponse, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (this.#busy >= AT_ONCE && this.#waiting.length >= MOST_WAITING) {
      throw new Problem('busy', `${MOST_WAITING} questions wait already: ask again in a moment`);
    }
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const counts = this.#counts;
    const asked = performance.now();
    counts.waiting++;
    if (this.#busy >= AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#busy++;
    const begun = performance.now();
    counts.waiting--;
    counts.running++;
    counts.waitedSeconds += (begun - asked) / 1000;
    try {
      gone.signal.throwIfAborted();
      return await work(gone.signal);
    } finally {
      counts.running--;
      counts.done++;
      counts.seconds += (performance.now() - begun) / 1000;
      const next = this.#waiting.shift();
      if (next === undefined) this.#busy--;
      else next();
    }
  }
}
