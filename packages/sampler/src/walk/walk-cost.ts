/** What the first walk of a shard is expected to cost, nanoseconds a page: more than any figure we know of (210 GB in 4.5 s). */
const FIRST_NSEC_PER_PAGE = 100;
/** It is never believed to be less, whatever was measured: small processes stay in the caches, large ones do not. */
const LEAST_NSEC_PER_PAGE = 50;
/** A page table costs this much to look through when it is empty. */
const USEC_PER_TABLE = 0.6;
/** Walks over fewer pages tell of opening a file and of regions, not of pages. */
const TELLING_PAGES = 2048;
/** How much of a lower figure is believed at once. */
const TRUST = 0.05;

/** What smaps_rollup costs for each page on this machine: learned from every walk of a shard, and rather too much than too little. */
export class PageCost {
  #nsecPerPage = FIRST_NSEC_PER_PAGE;

  /** @param pages those walked one by one: pages of huge mappings cost next to nothing, and would teach the wrong thing */
  learn(usec: number, pages: number): void {
    if (pages < TELLING_PAGES) return;
    const measured = (usec * 1000) / pages;
    const learned =
      measured > this.#nsecPerPage
        ? Math.min(measured, this.#nsecPerPage * 2) // the thread may have waited for a CPU in the middle
        : this.#nsecPerPage + (measured - this.#nsecPerPage) * TRUST;
    this.#nsecPerPage = Math.max(LEAST_NSEC_PER_PAGE, learned);
  }

  /** Microseconds a walk over so many pages, resident or in swap, and so many page tables should take at most. */
  usec(pages: number, tables: number): number {
    return (pages * this.#nsecPerPage) / 1000 + tables * USEC_PER_TABLE;
  }
}

/** A walk in slices does per page what smaps_rollup does, but for the sums: it bounds what that would have cost. */
const ROLLUP_PER_SLICED = 1.5;
/** smaps formats some text for every region besides. */
const SMAPS_PER_ROLLUP = 1.5;
const SMAPS_BASE_USEC = 100;
/** A measurement that better ones contradict loses so much of its weight each time: it may have been an accident. */
const FORGIVEN = 0.5;
const UNKNOWN = -1;

/** What smaps_rollup and smaps of one process will cost, from what walks over it have cost. */
export class WalkCost {
  #rollup = UNKNOWN;
  #smaps = UNKNOWN;
  /** The estimate of PageCost at the time of the measurement. */
  #estimate = 0;

  /** Microseconds. @param estimate of PageCost for the process as it is now */
  rollup(estimate: number): number {
    if (this.#rollup === UNKNOWN) return estimate;
    // Memory that came since may be of small pages, even when what was there is of huge ones.
    return estimate >= this.#estimate
      ? this.#rollup + (estimate - this.#estimate)
      : (this.#rollup * estimate) / this.#estimate;
  }

  smaps(estimate: number): number {
    const likely = this.rollup(estimate) * SMAPS_PER_ROLLUP + SMAPS_BASE_USEC;
    return this.#smaps === UNKNOWN ? likely : Math.max(this.#smaps, likely);
  }

  rolledUp(usec: number, estimate: number): void {
    this.#rollup = usec;
    this.#estimate = estimate;
    this.#smaps *= this.#smaps === UNKNOWN ? 1 : FORGIVEN;
  }

  /** @param usec of a walk over smaps */
  readSmaps(usec: number): void {
    this.#smaps = usec;
  }

  /** @param usec of the slices in which there were pages */
  sliced(usec: number, estimate: number): void {
    const bound = usec * ROLLUP_PER_SLICED;
    this.#rollup = this.#rollup === UNKNOWN ? bound : Math.max(bound, this.rollup(estimate) * FORGIVEN);
    this.#estimate = estimate;
    this.#smaps *= this.#smaps === UNKNOWN ? 1 : FORGIVEN;
  }

  /** Another program runs in the process now. */
  forget(): void {
    this.#rollup = UNKNOWN;
    this.#smaps = UNKNOWN;
  }
}
