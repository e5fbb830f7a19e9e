import { setImmediate as turn } from 'node:timers/promises';

/** So long a query works before others have their turn, in milliseconds: what a page that is live does not notice. */
const SLICE_MS = 10;

/** Gives way every few milliseconds, so that a question about a week does not keep everybody else waiting. */
export class Turns {
  readonly #signal: AbortSignal;
  #since = performance.now();

  /** @param signal aborted when nobody waits for the answer any more */
  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** @throws what the signal was aborted with */
  async next(): Promise<void> {
    this.#signal.throwIfAborted();
    if (performance.now() - this.#since < SLICE_MS) return;
    await turn();
    this.#signal.throwIfAborted();
    this.#since = performance.now();
  }
}
