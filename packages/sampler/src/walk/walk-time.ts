import type { Clock } from '../tick-clock.ts';

/** What page walks cost. */
export interface WalkTime {
  /** Milliseconds, of a clock that never goes back. */
  now(): number;
  /**
   * Microseconds that a walk over all pages of a process has taken.
   * @param start what now() gave at its start
   * @param pages resident pages
   */
  ofAll(start: number, pages: number): number;
  /** Microseconds that a part of a walk has taken. */
  ofPart(start: number): number;
}

/** As they are. */
export class MeasuredWalkTime implements WalkTime {
  now(): number {
    return performance.now();
  }

  ofAll(start: number): number {
    return (performance.now() - start) * 1000;
  }

  ofPart(start: number): number {
    return (performance.now() - start) * 1000;
  }
}

/** About what smaps_rollup takes, measured on pages of 4 KiB. */
const USEC_A_WALK = 20;
const USEC_A_PAGE = 0.06;

/**
 * As they would have been, by the pages of the process alone: what has been recorded costs nothing to walk, and what comes of
 * it must be the same each time. The first part of a walk stands for all of it.
 */
export class ModelledWalkTime implements WalkTime {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.monotonic();
  }

  ofAll(_start: number, pages: number): number {
    return USEC_A_WALK + pages * USEC_A_PAGE;
  }

  ofPart(): number {
    return 0;
  }
}
