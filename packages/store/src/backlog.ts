import type { Layout } from '@fgm/catalog';

/** What the disk did not take: a record batch, or lines of texts. */
export type Waiting =
  | { readonly layout: Layout; readonly batch: Uint8Array; readonly rows: number; readonly tick: number }
  | { readonly lines: string };

/** Keeps what cannot be written, the newest batches up to a bound, in order. */
export class Backlog {
  /** Batches thrown away because there were too many. */
  dropped = 0;
  readonly #maxBytes: number;
  #items: Waiting[] = [];
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get empty(): boolean {
    return this.#items.length === 0;
  }

  get batches(): number {
    return this.#items.filter((item) => 'batch' in item).length;
  }

  add(item: Waiting): void {
    this.#items.push(item);
    if (!('batch' in item)) return;
    this.#bytes += item.batch.length;
    while (this.#bytes > this.#maxBytes) this.#dropOldest();
  }

  /** Hands over item by item until `write` throws; what it took is gone from here. @throws what `write` threw */
  drain(write: (item: Waiting) => void): void {
    let done = 0;
    try {
      for (const item of this.#items) {
        write(item);
        done++;
        if ('batch' in item) this.#bytes -= item.batch.length;
      }
    } finally {
      this.#items = this.#items.slice(done);
    }
  }

  /** Texts are kept: they are small, and rows that come later need them. */
  #dropOldest(): void {
    const index = this.#items.findIndex((item) => 'batch' in item);
    const [oldest] = this.#items.splice(index, 1);
    if (oldest !== undefined && 'batch' in oldest) this.#bytes -= oldest.batch.length;
    this.dropped++;
  }
}
