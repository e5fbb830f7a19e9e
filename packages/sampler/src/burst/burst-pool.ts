import { BurstHistory } from './burst-history.ts';
import type { BurstSettings } from './burst-settings.ts';

/** Rows more than a window has, so that what waits for room in the ring is not overwritten at once. */
const SPARE_ROWS = 8;

/**
 * Room for the histories of a fixed number of entities, asked of the system once. Untouched pages cost nothing, so room for many
 * is free on a machine that has few.
 */
export class BurstPool {
  /** Bytes of one history. */
  readonly historyBytes: number;
  readonly capacity: number;
  readonly #width: number;
  readonly #buffer: ArrayBuffer;
  readonly #free: BurstHistory[] = [];
  #made = 0;

  /** @param width values in a row */
  constructor(settings: BurstSettings, shards: number, width: number) {
    const rows = Math.ceil(settings.windowMs / settings.intervalMs) + SPARE_ROWS;
    this.#width = width;
    this.historyBytes = rows * width * 8;
    this.capacity = Math.floor(settings.memoryBytes / shards / this.historyBytes);
    this.#buffer = new ArrayBuffer(this.capacity * this.historyBytes);
  }

  /** An empty history, or null when all are taken. */
  take(): BurstHistory | null {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    if (this.#made === this.capacity) return null;
    const offset = this.#made++ * this.historyBytes;
    return new BurstHistory(this.#width, new Float64Array(this.#buffer, offset, this.historyBytes / 8));
  }

  give(history: BurstHistory): void {
    history.clear();
    this.#free.push(history);
  }
}
