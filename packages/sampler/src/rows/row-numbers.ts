import { ROW_NAME_IDLE_MS } from '@fgm/catalog';

/**
 * Which number of this run a name has that a table of names knows by its place. A name that no row was about for
 * ROW_NAME_IDLE_MS has none any more: the writer may have forgotten it.
 */
export class RowNumbers {
  readonly #idleTicks: number;
  #numbers: number[] = [];
  #usedAt: number[] = [];

  constructor(intervalMs: number) {
    this.#idleTicks = ROW_NAME_IDLE_MS / intervalMs;
  }

  /** The number for a row of this tick; -1 when the name needs a new one. */
  use(place: number, tick: number): number {
    const usedAt = this.#usedAt[place];
    if (usedAt === undefined || tick - usedAt > this.#idleTicks) return -1;
    if (tick > usedAt) this.#usedAt[place] = tick;
    return this.#numbers[place]!;
  }

  /** Gives the name a number, for a row of this tick. */
  set(place: number, number: number, tick: number): void {
    this.#numbers[place] = number;
    this.#usedAt[place] = tick;
  }

  /** The places stand for other names from now on. */
  clear(): void {
    this.#numbers = [];
    this.#usedAt = [];
  }
}
