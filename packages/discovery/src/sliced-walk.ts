import { SYSTEM_TIME, type DiscoveryTime, type Timer } from './time.ts';

/** How long a walk may keep its thread from events, in milliseconds. */
const SLICE_MS = 2;

/** Runs a long walk on an event loop without holding it up: in slices, with events in between. */
export class SlicedWalk {
  readonly #steps: () => Generator<void, void, void>;
  readonly #done: (usec: number) => void;
  #walk: Generator<void, void, void> | null = null;
  readonly #time: DiscoveryTime;
  #next: Timer | null = null;
  #again = false;
  #usec = 0;

  /**
   * @param steps begins a walk
   * @param done called after each walk with the microseconds its slices took
   */
  constructor(
    steps: () => Generator<void, void, void>,
    done: (usec: number) => void,
    time: DiscoveryTime = SYSTEM_TIME,
  ) {
    this.#steps = steps;
    this.#done = done;
    this.#time = time;
  }

  /** Begins a walk. While one is under way, which may have passed by what is new, another one follows it. */
  run(): void {
    this.#again = this.#walk !== null;
    if (this.#again) return;
    this.#walk = this.#steps();
    this.#usec = 0;
    this.#slice(this.#walk);
  }

  cancel(): void {
    this.#walk = null;
    this.#again = false;
    if (this.#next !== null) this.#time.cancelSoon(this.#next);
  }

  #slice(walk: Generator<void, void, void>): void {
    const startedAt = this.#time.monotonic();
    let done = false;
    while (!done && this.#time.monotonic() - startedAt < SLICE_MS) done = walk.next().done === true;
    this.#usec += (this.#time.monotonic() - startedAt) * 1_000;
    if (done) this.#finish();
    else this.#next = this.#time.soon(() => this.#slice(walk));
  }

  #finish(): void {
    this.#walk = null;
    this.#done(this.#usec);
    if (this.#again) this.run();
  }
}
