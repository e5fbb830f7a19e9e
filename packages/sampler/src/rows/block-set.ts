import { Columns, SAMPLED_TABLES, type Layout, type SampledTable } from '@fgm/catalog';

/** Something that owns one row of a block set. `columns` and `row` change when another row is removed. */
export interface RowOwner {
  columns: Columns;
  row: number;
  /** Its place among all rows of the set. */
  position: number;
}

/**
 * The rows of one table that a shard keeps between ticks, in as many blocks as they need and without holes: whoever is
 * removed gets the last row moved into its place. So a tick publishes full blocks, each with one copy.
 */
export class BlockSet {
  readonly layout: Layout;
  /** The table's number in slot headers. */
  readonly table: number;
  readonly blocks: Columns[] = [];
  readonly #owners: RowOwner[] = [];

  constructor(layout: Layout) {
    this.layout = layout;
    this.table = tableNumber(layout);
  }

  get count(): number {
    return this.#owners.length;
  }

  /** Rows in use in this block. */
  rowsIn(block: number): number {
    return Math.min(this.layout.rows, this.#owners.length - block * this.layout.rows);
  }

  /** Blocks with at least one row. */
  blocksInUse(): number {
    return Math.ceil(this.#owners.length / this.layout.rows);
  }

  /** Gives the owner a row in which every value is absent. */
  add(owner: RowOwner): void {
    const position = this.#owners.length;
    const block = Math.floor(position / this.layout.rows);
    if (block === this.blocks.length) this.blocks.push(new Columns(this.layout));
    owner.columns = this.blocks[block]!;
    owner.row = position % this.layout.rows;
    owner.position = position;
    this.#owners.push(owner);
    for (let column = 0; column < this.layout.columns.length; column++) owner.columns.setNull(column, owner.row);
  }

  remove(owner: RowOwner): void {
    const last = this.#owners.pop();
    if (last === undefined || last === owner) return this.#shrink();
    owner.columns.copyRow(owner.row, last.columns, last.row);
    last.columns = owner.columns;
    last.row = owner.row;
    last.position = owner.position;
    this.#owners[owner.position] = last;
    this.#shrink();
  }

  /** Keeps one spare block at most, so that a burst of processes does not hold memory for ever. */
  #shrink(): void {
    while (this.blocks.length > this.blocksInUse() + 1) this.blocks.pop();
  }
}

/** The number by which a slot's header names this layout's table. */
export function tableNumber(layout: Layout): number {
  return SAMPLED_TABLES.indexOf(layout.table as SampledTable);
}
