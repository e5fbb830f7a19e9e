import { ENTITY_COLUMN, NAME_COLUMN, TIME_COLUMN, type Columns } from '@fgm/catalog';
import type { BlockSet, RowOwner } from './block-set.ts';
import type { ShardContext } from '../shard-context.ts';

/** Where the `device` or `interface` ref of a row comes from. */
export interface Naming {
  /** The number, in this run, of the name that a key stands for, for a row of this tick. Tells the writer a new one. */
  number(context: ShardContext, key: number, tick: number): number;
}

/** The row of one device or interface of one owner. */
export class NamedRow implements RowOwner {
  declare columns: Columns;
  row = 0;
  position = 0;
  readonly key: number;
  /** The reading that named it last. */
  seen = 0;

  constructor(key: number) {
    this.key = key;
  }
}

/**
 * The rows of one owner in the table `devices` or `interfaces`: one for each thing that its file names, in the file's order.
 *
 *     rows.begin();
 *     for each line: parse into rows.at(key)
 *     rows.end();
 *     rows.stamp(context, entity, time, tick);
 *
 * The kernel prints its lines in the same order each time, so the row of the next line is mostly the next row.
 */
export class NamedRows {
  readonly #set: BlockSet;
  readonly #naming: Naming;
  readonly #byKey = new Map<number, NamedRow>();
  #list: NamedRow[] = [];
  #reading = 0;
  #next = 0;

  constructor(set: BlockSet, naming: Naming) {
    this.#set = set;
    this.#naming = naming;
  }

  get list(): readonly NamedRow[] {
    return this.#list;
  }

  /** Starts a reading. What it does not name leaves at its end. */
  begin(): void {
    this.#reading++;
    this.#next = 0;
  }

  /** The row for this key. All values of a row are absent when a reading comes to it for the first time. */
  at(key: number): NamedRow {
    const row = this.#find(key) ?? this.#add(key);
    if (row.seen !== this.#reading) {
      const { columns } = this.#set.layout;
      for (let column = NAME_COLUMN + 1; column < columns.length; column++) row.columns.setNull(column, row.row);
    }
    row.seen = this.#reading;
    return row;
  }

  /** Ends a reading: rows that it has not named leave. */
  end(): void {
    let kept = 0;
    for (let index = 0; index < this.#list.length; index++) {
      const row = this.#list[index]!;
      if (row.seen === this.#reading) this.#list[kept++] = row;
      else this.#drop(row);
    }
    this.#list.length = kept;
  }

  /** Says whose rows these are, what they are about, and when they were read. To be called at every tick. */
  stamp(context: ShardContext, entity: number, time: number, tick: number): void {
    for (let index = 0; index < this.#list.length; index++) {
      const { columns, row, key } = this.#list[index]!;
      columns.setInt(TIME_COLUMN, row, time);
      columns.setInt(ENTITY_COLUMN, row, entity);
      columns.setInt(NAME_COLUMN, row, this.#naming.number(context, key, tick));
    }
  }

  clear(): void {
    for (const row of this.#list) this.#drop(row);
    this.#list.length = 0;
  }

  /** A file may name a thing several times in a row. */
  #find(key: number): NamedRow | undefined {
    const last = this.#list[this.#next - 1];
    if (last !== undefined && last.key === key) return last;
    const guess = this.#list[this.#next];
    if (guess !== undefined && guess.key === key) {
      this.#next++;
      return guess;
    }
    return this.#byKey.get(key);
  }

  #add(key: number): NamedRow {
    const row = new NamedRow(key);
    this.#set.add(row);
    this.#byKey.set(key, row);
    this.#list.push(row);
    this.#next = this.#list.length;
    return row;
  }

  #drop(row: NamedRow): void {
    this.#byKey.delete(row.key);
    this.#set.remove(row);
  }
}
