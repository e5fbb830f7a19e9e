import { pause } from './pause.ts';

/**
 * The instants of a recording: multiples of the interval by the wall clock as it was at the start. It never goes back, and what
 * is done to the wall clock meanwhile is not followed.
 */
export class RecordingClock {
  /** Instants that passed while something else was being done. */
  missed = 0;
  readonly #intervalMs: number;
  readonly #offset = Date.now() - performance.now();
  /** The last instant's number. */
  #tick = -1;

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
  }

  /** Microseconds since the Unix epoch. */
  usec(): number {
    return Math.floor(this.#now() * 1000);
  }

  /** Waits for the next instant. @returns false when the signal came first */
  async next(signal: AbortSignal): Promise<boolean> {
    const due = Math.floor(this.#now() / this.#intervalMs) + 1;
    const leftMs = (): number => due * this.#intervalMs - this.#now();
    for (let left = leftMs(); left > 0 && !signal.aborted; left = leftMs()) await pause(left, signal);
    if (signal.aborted) return false;
    if (this.#tick >= 0) this.missed += due - this.#tick - 1;
    this.#tick = due;
    return true;
  }

  /** Milliseconds since the Unix epoch. */
  #now(): number {
    return this.#offset + performance.now();
  }
}
