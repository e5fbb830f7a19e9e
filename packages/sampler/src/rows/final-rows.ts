import { ENTITY_COLUMN, indexOf, TICK_COLUMN, TIME_COLUMN, type Columns, type Layout } from '@fgm/catalog';
import { BlockSet, type RowOwner } from './block-set.ts';
import type { LastFigures } from '../messages.ts';
import type { Publisher } from './publisher.ts';

/** A row that waits for the next tick. */
class WaitingRow implements RowOwner {
  declare columns: Columns;
  row = 0;
  position = 0;
}

/** Last figures of an entity whose earlier life has a row of the next tick. */
interface Deferred {
  readonly tick: number;
  readonly figures: LastFigures;
  readonly earliest: number;
}

/**
 * The last rows of entities and processes that are gone: what was read of them after their last tick. They are rows of the
 * tick that follows it, and published when that is, so that whoever sums the rows of a tick finds each entity there once.
 */
export class FinalRows {
  /** The tick that rows are added for: the next one that none of the others has a row of. */
  tick = 0;
  readonly #entities: BlockSet;
  readonly #processes: BlockSet;
  #deferred: Deferred[] = [];
  #waiting: [set: BlockSet, row: WaitingRow][] = [];

  constructor(containers: Layout, processes: Layout) {
    this.#entities = new BlockSet(containers);
    this.#processes = new BlockSet(processes);
  }

  get count(): number {
    return this.#waiting.length + this.#deferred.length;
  }

  /**
   * A row with these figures and no others.
   * @param earliest microseconds since the epoch: it comes after all other rows of the entity
   * @param tick of which the row is
   */
  addEntity(figures: LastFigures, earliest = 0, tick = this.tick): void {
    if (tick > this.tick) this.#deferred.push({ figures, earliest, tick });
    else this.#addFigures(figures, earliest, tick);
  }

  #addFigures({ entity, time, values }: LastFigures, earliest: number, tick: number): void {
    const { columns, row } = this.#add(this.#entities, tick);
    columns.setInt(TIME_COLUMN, row, Math.max(time, earliest));
    columns.setInt(ENTITY_COLUMN, row, entity);
    for (const [name, value] of Object.entries(values)) {
      const column = indexOf(this.#entities.layout, name);
      if (column >= 0) columns.setInt(column, row, value);
    }
  }

  /** A process's row as it is now. */
  addProcess(process: RowOwner): void {
    const { columns, row } = this.#add(this.#processes, this.tick);
    columns.copyRow(row, process.columns, process.row);
    columns.setInt(TICK_COLUMN, row, this.tick);
  }

  /** Publishes what waits for this tick or an earlier one. Each row keeps the tick it was added for: some may have been missed since. */
  publish(publisher: Publisher, tick: number): void {
    if (this.#deferred.length > 0) this.#takeDeferred(tick);
    if (this.#waiting.length === 0) return;
    for (const set of [this.#entities, this.#processes])
      for (let block = 0; block < set.blocksInUse(); block++)
        publisher.publishBlock(set.blocks[block]!, set.table, set.rowsIn(block), tick);
    for (const [set, row] of this.#waiting) set.remove(row);
    this.#waiting = [];
  }

  #takeDeferred(now: number): void {
    const due = this.#deferred.filter(({ tick }) => tick <= now);
    this.#deferred = this.#deferred.filter(({ tick }) => tick > now);
    for (const { figures, earliest, tick } of due) this.#addFigures(figures, earliest, tick);
  }

  #add(set: BlockSet, tick: number): WaitingRow {
    const row = new WaitingRow();
    set.add(row);
    row.columns.setInt(TICK_COLUMN, row.row, tick);
    this.#waiting.push([set, row]);
    return row;
  }
}
