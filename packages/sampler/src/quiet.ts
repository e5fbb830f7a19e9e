/**
 * Decides what need not be read. A cgroup whose CPU usage and memory have not moved has run nothing: none of its processes
 * can have done I/O, switched context, forked or faulted, so their last values are still true. Usage is exact (nanoseconds
 * in the kernel, of all tasks in the subtree), unlike the ticks in /proc/PID/stat.
 *
 * One more full reading follows the last movement, because what ran just before a reading may show in other files only
 * after it. And whatever is skipped is read again after REFRESH_MS, for what changes from outside: reclaim of shared pages,
 * processes moved in by hand, limits.
 */
export const REFRESH_MS = 10_000;

export class Quiet {
  #usage = -1;
  #memory = -1;
  #stillFor = 0;

  /** Feeds one tick's witnesses (-1: cannot be read). True when everything must be read. */
  observe(usage: number, memory: number): boolean {
    const still = usage >= 0 && usage === this.#usage && memory === this.#memory;
    this.#usage = usage;
    this.#memory = memory;
    this.#stillFor = still ? this.#stillFor + 1 : 0;
    return this.#stillFor < 2;
  }

  /** Makes the next observation count as movement. */
  disturb(): void {
    this.#usage = -1;
  }
}

/** Ticks between two refreshes of something that is otherwise skipped; at least one. */
export function refreshTicks(intervalMs: number, milliseconds: number = REFRESH_MS): number {
  return Math.max(1, Math.round(milliseconds / intervalMs));
}
