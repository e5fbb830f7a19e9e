import type { MessagePort } from 'node:worker_threads';
import { Columns, type Layout, SAMPLED_TABLES } from '@fgm/catalog';
import type { Counters, Ring } from '@fgm/ring';
import type { StoreCounter } from './counters.ts';
import { Inbox } from './inbox.ts';
import { Lanes, type Slot } from './lanes.ts';
import { LiveProcesses } from './live-processes.ts';
import { LiveValues } from './live.ts';
import type { FromWriter, RotationReason, ToWriter, WriterOptions } from './messages.ts';
import { Boundary } from './rotation.ts';
import { Store } from './store.ts';
import { WriterCounters } from './writer-counters.ts';

export interface WriterParts {
  readonly options: WriterOptions;
  /** One per sampler. */
  readonly rings: readonly Ring[];
  /** Where main posts; ports of samplers come in messages. */
  readonly ports: readonly MessagePort[];
  readonly counters: Counters<StoreCounter>;
  readonly post: (message: FromWriter) => void;
  /** Milliseconds since the Unix epoch. */
  readonly now?: () => number;
}

/** Beyond this the writer does not wait for rows any more before it closes a window whose time is over. */
const SILENCE_MS = 2_000;

/**
 * The writer: takes messages and slots, writes them to the spool, and rotates. It does nothing by itself: step() does all
 * that is to be done now, so that a thread (worker.ts) or a test can drive it.
 */
export class Writer {
  /** Set when 'stop' has been dealt with. */
  stopped = false;
  readonly #options: WriterOptions;
  readonly #now: () => number;
  readonly #post: (message: FromWriter) => void;
  readonly #inbox: Inbox;
  readonly #lanes: Lanes;
  readonly #store: Store;
  readonly #live: LiveValues;
  readonly #boundary: Boundary;
  readonly #counters: WriterCounters;
  /** Since when a lane waits for others at the end of the window, in milliseconds; null when none does. */
  #waitingSince: number | null = null;
  #openedAt: number;
  /** When the last rows came, in milliseconds. */
  #lastRowsAt = -Infinity;
  #stopping = false;

  /** @throws Error when the directory cannot be written */
  constructor(parts: WriterParts) {
    const { options, rings, ports, counters, post, now = Date.now } = parts;
    this.#options = options;
    this.#now = now;
    this.#post = post;
    this.#inbox = new Inbox(ports);
    this.#lanes = new Lanes(rings);
    this.#store = new Store(options, now, post);
    const comm = (process: number): string | null => this.#store.texts.processes.get(process)?.comm ?? null;
    const processes = new LiveProcesses(options.layouts.processes, comm);
    this.#live = new LiveValues(options.layouts.containers, processes, post);
    this.#boundary = new Boundary(options.intervalMs);
    this.#counters = new WriterCounters(counters);
    this.#openedAt = now();
    this.#counters.publish(this.#store, 0);
    post({ type: 'ready', recovered: this.#store.totals.recovered, recordedUntil: this.#store.recordedUntil });
  }

  /** Does what is to be done. True when there is more to do at once; else wait for the doorbell. */
  step(): boolean {
    this.#lanes.mark();
    const occupancy = this.#lanes.occupancy();
    this.#inbox.take((message) => this.#receive(message));
    this.#drain();
    const busy = this.#store.work();
    this.#counters.publish(this.#store, occupancy);
    if (!this.#stopping) return busy;
    this.#finish();
    return false;
  }

  #receive(message: ToWriter): void {
    const store = this.#store;
    switch (message.type) {
      case 'entity':
        return store.addEntity(message.entity);
      case 'late':
        return store.nameEntity(message.entity, message.identity);
      case 'gone':
        return store.endEntity(message.entity, message.time);
      case 'processes':
        return store.addProcesses(message.list);
      case 'names':
        return store.addNames(message.list);
      case 'event':
        this.#counters.addEvent();
        return store.addEvent(message.event);
      case 'settings':
        return store.change(message.settings);
      case 'live':
        return this.#live.request(message.columns);
      case 'stop':
        this.#stopping = true;
        return;
      case 'port': // the inbox keeps it
        return;
    }
  }

  #drain(): void {
    for (;;) {
      this.#lanes.drain(
        () => this.#boundary.end,
        (slot) => this.#take(slot),
      );
      this.#reportLive();
      if (!this.#mayRotate()) return;
      if (!this.#rotate(this.#boundary.reason)) {
        // The new segment cannot be made: the old one goes on for a while.
        const ticks = Math.max(1, Math.ceil(1000 / this.#options.intervalMs));
        this.#boundary.extend(ticks);
        return;
      }
    }
  }

  #take({ table, rows, tick, bytes }: Slot): void {
    const name = SAMPLED_TABLES[table];
    if (name === undefined)
      throw new RangeError(`a slot of table ${table}, of which there are ${SAMPLED_TABLES.length}`);
    const { rotationMs } = this.#store.settings;
    // It is not part of this window, and lanes wait for nothing that lies in the past.
    if (this.#boundary.precedes(tick, rotationMs)) this.#rotate('clock');
    this.#boundary.enter(tick, rotationMs);
    const layout: Layout = this.#options.layouts[name];
    this.#lastRowsAt = this.#now();
    const start = performance.now();
    this.#store.addRows(layout, bytes, rows, tick);
    const written = this.#store.spool.failing === null;
    this.#counters.addAppend(performance.now() - start, written ? this.#lastRowsAt : null);
    if (name === 'containers') this.#live.add(this.#columns(layout, bytes), rows, tick);
    if (name === 'processes') this.#live.addProcesses(this.#columns(layout, bytes), rows, tick);
    if (this.#store.segment.bytes > this.#store.maxSegmentBytes) this.#boundary.cut(tick + 1, 'size');
  }

  readonly #views = new Map<Uint8Array, Columns>();

  /** Ring slots are always the same few views, so there is one Columns for each. */
  #columns(layout: Layout, bytes: Uint8Array): Columns {
    let columns = this.#views.get(bytes);
    if (columns?.layout !== layout) {
      columns = new Columns(layout, bytes.buffer, bytes.byteOffset);
      this.#views.set(bytes, columns);
    }
    return columns;
  }

  #reportLive(): void {
    if (this.#live.tick !== -Infinity && this.#lanes.completed(this.#live.tick)) this.#live.report();
  }

  /** True when the window is over: all lanes have come to its end, or have had an interval's time to. */
  #mayRotate(): boolean {
    const { end } = this.#boundary;
    const now = this.#now();
    const head = this.#lanes.head();
    if (head === null || head < end) return this.#isOverdue(now) && head === null;
    this.#waitingSince ??= now;
    const waited = now - this.#waitingSince;
    return this.#lanes.past(end) || waited >= this.#options.intervalMs || waited < 0;
  }

  /** True when no row came for so long that the window's time is over anyway: its rows are to become a file. */
  #isOverdue(now: number): boolean {
    const { intervalMs } = this.#options;
    const { end } = this.#boundary;
    // Rows of a replay are all overdue; as long as they come, their ticks alone decide.
    if (now - this.#lastRowsAt < intervalMs + SILENCE_MS) return false;
    if (Number.isFinite(end)) return now >= (end + 1) * intervalMs + SILENCE_MS;
    return this.#store.segment.events > 0 && now - this.#openedAt >= this.#store.settings.rotationMs;
  }

  #rotate(reason: RotationReason): boolean {
    this.#waitingSince = null;
    if (!this.#store.rotate(reason)) return false;
    this.#boundary.clear();
    this.#openedAt = this.#now();
    return true;
  }

  /** Takes what is still in the rings, and makes files of everything. */
  #finish(): void {
    for (;;) {
      this.#lanes.mark();
      this.#drain();
      if (this.#lanes.occupancy() === 0) break;
      if (!this.#rotate(this.#boundary.reason)) break;
    }
    this.#live.report();
    this.#store.end();
    this.#counters.publish(this.#store, 0);
    this.stopped = true;
    this.#post({ type: 'stopped' });
    this.#inbox.close();
  }
}
