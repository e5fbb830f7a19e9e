import type { ProcessIdentity, RecordedEvent, RowName } from '@fgm/catalog';
import type { ReadErrors } from '@fgm/kernfs';
import { Redaction } from './process/redaction.ts';
import type { ShardTask } from './messages.ts';
import type { TickClock } from './tick-clock.ts';
import { WalkTally } from './walk/walk-tally.ts';
import type { WalkTime } from './walk/walk-time.ts';

const FIRST_BUFFER_BYTES = 64 * 1024;
const LARGEST_BUFFER_BYTES = 8 * 1024 * 1024;
/** Numbers of one generation of one shard; 2^36 processes are enough, and 2^17 generations still fit in a double. */
const NUMBERS_PER_GENERATION = 2 ** 36;

/** What all targets of a shard share: the read buffer, the descriptor budget, what goes to the writer, and what is counted. */
export class ShardContext {
  readonly task: ShardTask;
  readonly clock: TickClock;
  readonly errors: ReadErrors;
  readonly walkTime: WalkTime;
  buffer = new Uint8Array(FIRST_BUFFER_BYTES);
  /** Descriptors that are kept open now. */
  openFiles = 0;
  reads = 0;
  readsSkipped = 0;
  malformed = 0;
  readonly walks = new WalkTally();
  /** Files read between ticks. */
  burstReads = 0;
  /** Sees every event. */
  onEvent: ((event: RecordedEvent) => void) | null = null;
  walkBudgetUsec: number;
  redaction: Redaction;
  #number: number;
  #processes: ProcessIdentity[] = [];
  #names: RowName[] = [];
  #events: RecordedEvent[] = [];

  constructor(task: ShardTask, clock: TickClock, errors: ReadErrors, walkTime: WalkTime) {
    this.task = task;
    this.clock = clock;
    this.errors = errors;
    this.walkTime = walkTime;
    this.walkBudgetUsec = task.walkBudgetUsec;
    this.redaction = new Redaction(task.redact);
    this.#number = task.generation * NUMBERS_PER_GENERATION;
  }

  /** A number that no other process identity or mapping name of this run has. */
  nextNumber(): number {
    return this.#number++ * this.task.shards + this.task.shard;
  }

  /** Makes the read buffer larger. False when it is as large as it gets. */
  growBuffer(): boolean {
    if (this.buffer.length >= LARGEST_BUFFER_BYTES) return false;
    this.buffer = new Uint8Array(this.buffer.length * 4);
    return true;
  }

  process(identity: ProcessIdentity): void {
    this.#processes.push(identity);
  }

  name(name: RowName): void {
    this.#names.push(name);
  }

  event(event: RecordedEvent): void {
    this.#events.push(event);
    this.onEvent?.(event);
  }

  /** Sends the writer the texts of rows that are about to be published. Call it before publishing them. */
  flush(): void {
    const port = this.task.writerPort;
    if (this.#processes.length > 0) port.postMessage({ type: 'processes', list: this.#processes });
    if (this.#names.length > 0) port.postMessage({ type: 'names', list: this.#names });
    for (const event of this.#events) port.postMessage({ type: 'event', event });
    if (this.#processes.length > 0) this.#processes = [];
    if (this.#names.length > 0) this.#names = [];
    if (this.#events.length > 0) this.#events = [];
  }
}
