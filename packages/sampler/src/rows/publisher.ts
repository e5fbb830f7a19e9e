import { Columns, TICK_COLUMN } from '@fgm/catalog';
import { LAST_OF_TICK, type Doorbell, type Ring } from '@fgm/ring';
import type { BlockSet, RowOwner } from './block-set.ts';

/** Copies blocks into the ring. Counts what it could not: a full ring drops the newest rows. */
export class Publisher {
  rows = 0;
  slots = 0;
  droppedSlots = 0;
  droppedRows = 0;
  readonly #ring: Ring;
  readonly #doorbell: Doorbell;

  constructor(ring: Ring, doorbell: Doorbell) {
    this.#ring = ring;
    this.#doorbell = doorbell;
  }

  /** Publishes every row of the set for this tick. */
  publishAll(set: BlockSet, tick: number): void {
    for (let block = 0; block < set.blocksInUse(); block++) {
      const columns = set.blocks[block]!;
      const rows = set.rowsIn(block);
      for (let row = 0; row < rows; row++) columns.setInt(TICK_COLUMN, row, tick);
      this.#publish(columns, set.table, rows, tick);
    }
  }

  /** Publishes these rows of the set alone, outside the tick of the others. */
  publishSome(set: BlockSet, owners: readonly RowOwner[], tick: number): void {
    const scratch = new Columns(set.layout);
    for (let from = 0; from < owners.length; from += set.layout.rows) {
      const rows = Math.min(set.layout.rows, owners.length - from);
      for (let row = 0; row < rows; row++) {
        const owner = owners[from + row]!;
        scratch.copyRow(row, owner.columns, owner.row);
        scratch.setInt(TICK_COLUMN, row, tick);
      }
      this.#publish(scratch, set.table, rows, tick);
      scratch.clear();
    }
  }

  /** Publishes a block that was filled for this purpose, `tick` column included. */
  publishBlock(columns: Columns, table: number, rows: number, tick: number): void {
    this.#publish(columns, table, rows, tick);
  }

  /** Whether half of the ring is free: what can wait is to leave the rest to the ticks. */
  hasRoom(): boolean {
    return this.#ring.occupancy() < this.#ring.slots / 2;
  }

  /** Tells the writer that this tick is complete, with an empty slot that carries the mark. */
  endTick(tick: number): void {
    const slot = this.#ring.claim();
    if (slot >= 0) this.#ring.publish(slot, 0, 0, tick, LAST_OF_TICK);
    this.#doorbell.ring();
  }

  /** Wakes the writer for rows outside a tick. */
  wake(): void {
    this.#doorbell.ring();
  }

  #publish(columns: Columns, table: number, rows: number, tick: number): void {
    const slot = this.#ring.claim();
    if (slot < 0) {
      this.droppedSlots++;
      this.droppedRows += rows;
      return;
    }
    this.#ring.views[slot]!.set(columns.bytes);
    this.#ring.publish(slot, table, rows, tick, 0);
    this.rows += rows;
    this.slots++;
  }
}
