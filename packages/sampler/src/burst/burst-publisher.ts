import { Columns, type Layout } from '@fgm/catalog';
import type { BurstTarget } from './burst-target.ts';
import type { Publisher } from '../rows/publisher.ts';
import { tableNumber } from '../rows/block-set.ts';

/** Slots that one call may fill: the kept rows of some thousand containers would fill the ring at once. */
const SLOTS = 8;

/** Brings the rows of bursts into the ring, those of many entities in one slot, and leaves half of the ring to the ticks. */
export class BurstPublisher {
  /** Rows published so far. */
  rows = 0;
  /** Rows that were overwritten before they could be published. */
  lost = 0;
  readonly #publisher: Publisher;
  readonly #scratch: Columns;
  readonly #table: number;
  #filled = 0;
  #slots = 0;

  constructor(publisher: Publisher, layout: Layout) {
    this.#publisher = publisher;
    this.#scratch = new Columns(layout);
    this.#table = tableNumber(layout);
  }

  /** Begins a round. */
  begin(): void {
    this.#slots = 0;
  }

  /** Publishes what is not published of the target's burst. False when there is no room for all of it in this round. */
  add(target: BurstTarget, tick: number): boolean {
    const { history, burst } = target;
    if (burst === null) return true;
    if (target.published < history.start) {
      burst.lost += history.start - target.published;
      this.lost += history.start - target.published;
      target.published = history.start;
    }
    while (target.published < history.end) {
      const time = target.timeOf(target.published);
      if (time > burst.until) return true;
      if (!this.#makeRoom(tick)) return false;
      this.#copy(target, target.published++);
      burst.rows++;
      if (burst.from < 0) burst.from = time;
      burst.to = time;
    }
    return true;
  }

  /** Ends a round: what is gathered goes into the ring. */
  end(tick: number): void {
    if (this.#filled === 0) return;
    this.#publisher.publishBlock(this.#scratch, this.#table, this.#filled, tick);
    this.rows += this.#filled;
    this.#filled = 0;
    this.#slots++;
  }

  #copy({ history }: BurstTarget, number: number): void {
    const row = this.#filled++;
    const { columns } = this.#scratch.layout;
    for (let column = 0; column < columns.length; column++) {
      const value = history.get(number, column);
      if (Number.isNaN(value)) this.#scratch.setNull(column, row);
      else if (columns[column]!.type === 'double') this.#scratch.setDouble(column, row, value);
      else this.#scratch.setInt(column, row, value);
    }
  }

  /** Room for one more row in the scratch block, which is published when it is full. */
  #makeRoom(tick: number): boolean {
    if (this.#filled === 0 && (this.#slots >= SLOTS || !this.#publisher.hasRoom())) return false;
    if (this.#filled < this.#scratch.layout.rows) return true;
    this.end(tick);
    return this.#slots < SLOTS && this.#publisher.hasRoom();
  }
}
