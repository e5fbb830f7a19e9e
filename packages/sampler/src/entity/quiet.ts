/**
 * Decides what need not be read. A cgroup whose CPU usage, memory and number of tasks have not moved has run nothing and
 * nothing was moved in or out: none of its processes can have done I/O, switched context, forked or faulted, so their last
 * values are still true. Usage is exact (nanoseconds in the kernel, of all tasks in the subtree), unlike the ticks in
 * /proc/PID/stat. It counts a task that is running right now only up to the last scheduler tick, so what is repeated was
 * true at most that long (1 to 10 ms) before.
 *
 * One more full reading follows the last movement, because what ran just before a reading may show in other files only
 * after it. And whatever is skipped is read again after REFRESH_MS, for what changes from outside: reclaim of shared pages, limits.
 */
export const REFRESH_MS = 30_000;

export class Quiet {
  #usage = -1;
  #memory = -1;
  #tasks = -1;
  #stillFor = 0;

  /**
   * Feeds one tick's witnesses: CPU usage, memory, number of tasks (-1: cannot be read). True when everything must be read.
   */
  observe(usage: number, memory: number, tasks: number): boolean {
    const still = usage >= 0 && usage === this.#usage && memory === this.#memory && tasks === this.#tasks;
    this.#usage = usage;
    this.#memory = memory;
    this.#tasks = tasks;
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
