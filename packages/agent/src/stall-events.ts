import type { RecordedEvent } from '@fgm/catalog';

/** Sampler threads that have missed the same ticks say so within this time of each other, or within two intervals. */
const TOGETHER_MS = 300;

interface Missed {
  readonly from: number;
  readonly to: number;
  readonly shard: number;
}

/** One event of a stall of the machine, however many threads have missed ticks in it. */
export class StallEvents {
  readonly #patienceMs: number;
  readonly #record: (event: RecordedEvent) => void;
  #time = 0;
  #from = 0;
  #to = -1;
  #shards: number[] = [];
  #timer: NodeJS.Timeout | null = null;

  constructor(intervalMs: number, record: (event: RecordedEvent) => void) {
    this.#patienceMs = Math.max(TOGETHER_MS, 2 * intervalMs);
    this.#record = record;
  }

  /** Takes what one thread tells. What has nothing to do with ticks is passed on. */
  take(event: RecordedEvent): void {
    if (event.type !== 'ticks_missed') return this.#record(event);
    const { from, to, shard } = event.detail as unknown as Missed;
    // Another stall than the one that is being put together.
    if (this.#timer !== null && (from > this.#to + 1 || to < this.#from - 1)) this.flush();
    if (this.#timer === null) {
      this.#time = event.time;
      this.#from = from;
      this.#to = to;
      this.#timer = setTimeout(() => this.flush(), this.#patienceMs).unref();
    }
    this.#from = Math.min(this.#from, from);
    this.#to = Math.max(this.#to, to);
    if (!this.#shards.includes(shard)) this.#shards.push(shard);
  }

  /** Tells now what has been put together. */
  flush(): void {
    if (this.#timer === null) return;
    clearTimeout(this.#timer);
    this.#timer = null;
    const shards = this.#shards.toSorted((left, right) => left - right);
    this.#shards = [];
    const detail = { from: this.#from, to: this.#to, count: this.#to - this.#from + 1, shards };
    this.#record({ type: 'ticks_missed', severity: 'warning', time: this.#time, entity: null, pid: null, detail });
  }
}
