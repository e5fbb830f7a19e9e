import type { MappingName, ProcessIdentity, RecordedEvent } from '@fgm/catalog';
import type { ReadErrors } from '@fgm/kernfs';
import { Redaction } from './redaction.ts';
import type { ShardTask } from './messages.ts';
import type { TickClock } from './tick-clock.ts';

const FIRST_BUFFER_BYTES = 64 * 1024;
const LARGEST_BUFFER_BYTES = 8 * 1024 * 1024;
/** Numbers of one generation of one shard; 2^36 processes are enough, and 2^17 generations still fit in a double. */
const NUMBERS_PER_GENERATION = 2 ** 36;

/** What all targets of a shard share: the read buffer, the descriptor budget, what goes to the writer, and what is counted. */
export class ShardContext {
  readonly task: ShardTask;
  readonly clock: TickClock;
  readonly errors: ReadErrors;
  buffer = new Uint8Array(FIRST_BUFFER_BYTES);
  /** Descriptors that are kept open now. */
  openFiles = 0;
  reads = 0;
  readsSkipped = 0;
  malformed = 0;
  walksRollup = 0;
  walksSmaps = 0;
  walksReused = 0;
  walksDeferred = 0;
  walkUsecRollup = 0;
  walkUsecSmaps = 0;
  walkBudgetUsec: number;
  redaction: Redaction;
  #number: number;
  #processes: ProcessIdentity[] = [];
  #mappings: MappingName[] = [];
  #events: RecordedEvent[] = [];

  constructor(task: ShardTask, clock: TickClock, errors: ReadErrors) {
    this.task = task;
    this.clock = clock;
    this.errors = errors;
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

  mapping(name: MappingName): void {
    this.#mappings.push(name);
  }

  event(event: RecordedEvent): void {
    this.#events.push(event);
  }

  /** Sends the writer the texts of rows that are about to be published. Call it before publishing them. */
  flush(): void {
    const port = this.task.writerPort;
    if (this.#processes.length > 0) port.postMessage({ type: 'processes', list: this.#processes });
    if (this.#mappings.length > 0) port.postMessage({ type: 'mappings', list: this.#mappings });
    for (const event of this.#events) port.postMessage({ type: 'event', event });
    if (this.#processes.length > 0) this.#processes = [];
    if (this.#mappings.length > 0) this.#mappings = [];
    if (this.#events.length > 0) this.#events = [];
  }
}
