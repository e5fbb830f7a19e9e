import type { Column, SampledTable } from '@fgm/catalog';
import { bitmapBytes } from './batch-layout.ts';
import type { StoredTable } from './stored-table.ts';
import type { Texts } from './texts.ts';

/** Rows of one thing (a container, a process, a mapping) whose texts are the same: a run in the sorted file. */
export interface Series {
  readonly entity: number;
  /** NONE where the table has no such column, as for the next three. */
  readonly process: number;
  /** Of the mapping, device or interface. */
  readonly name: number;
  readonly pid: number;
  readonly startTime: number;
  /** Where its rows start in the file, and how many they are. */
  start: number;
  rows: number;
  /** The latest time of its rows, in microseconds since the Unix epoch. */
  lastTime: number;
}

/** Which row of the spool becomes which row of the file. */
export interface RowOrder {
  readonly rows: number;
  /** In the order of the file. */
  readonly series: readonly Series[];
  /** Per stored row, batch after batch, its place in the file; NOWHERE for a row without a time. */
  readonly places: Uint32Array;
  /** The extreme places of each batch, so that a part of the file need not look at all of them. */
  readonly lowest: Uint32Array;
  readonly highest: Uint32Array;
  readonly firstTick: number;
  readonly lastTick: number;
  /** Microseconds since the Unix epoch. */
  readonly firstTime: number;
  readonly lastTime: number;
}

export const NOWHERE = 0xffffffff;
/** No number: never that of an entity, process identity or name. */
const NONE = -1;
const TWO_32 = 4294967296;

/** A series while rows are counted, with what predicts the row after one of its own. */
interface Counted extends Series {
  next: Counted | null;
  /** Its number in the order in which series were found. */
  readonly number: number;
}

/** Reads the columns that decide the order. They are the first of every table, so they come with one read a batch. */
class Keys {
  readonly #stored: StoredTable;
  readonly #words: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #bits: Uint8Array;
  readonly #columns: number;
  readonly #index: readonly number[];
  #rows = 0;

  constructor(stored: StoredTable) {
    const at = (name: string): number => stored.columns.findIndex((column: Column) => column.name === name);
    this.#index = [
      at('time'),
      at('tick'),
      at('entity'),
      at('process'),
      Math.max(at('mapping'), at('device'), at('interface')),
      at('pid'),
      at('start_time'),
    ];
    this.#columns = Math.max(...this.#index) + 1;
    this.#stored = stored;
    this.#words = new Int32Array(this.#columns * stored.maxRows * 2);
    this.#bytes = new Uint8Array(this.#words.buffer);
    this.#bits = new Uint8Array(this.#columns * bitmapBytes(stored.maxRows));
  }

  load(batch: number): number {
    const { rows } = this.#stored.batches[batch]!;
    this.#stored.readValues(this.#stored.batches[batch]!, 0, this.#columns, this.#bytes);
    this.#stored.readBitmaps(this.#stored.batches[batch]!, 0, this.#columns, this.#bits);
    this.#rows = rows;
    return rows;
  }

  /** The value of a key at a row of the loaded batch; NONE where it is absent. */
  get(key: number, row: number): number {
    const column = this.#index[key]!;
    if (column < 0 || !this.has(key, row)) return NONE;
    const word = (column * this.#rows + row) * 2;
    return this.#words[word + 1]! * TWO_32 + (this.#words[word]! >>> 0);
  }

  has(key: number, row: number): boolean {
    return (this.#bits[this.#index[key]! * bitmapBytes(this.#rows) + (row >> 3)]! & (1 << (row & 7))) !== 0;
  }
}

const TIME = 0;
const TICK = 1;
const ENTITY = 2;
const PROCESS = 3;
const NAME = 4;
const PID = 5;
const START_TIME = 6;

/**
 * Sorts rows by container id, then pid, start time and mapping name where the table has them, then time. The rows of a
 * series come out of the spool in the order of time, so it is series that are sorted, not rows.
 */
export function orderRows(stored: StoredTable, texts: Texts): RowOrder {
  return new Ordering(stored, texts).result();
}

class Ordering {
  readonly #stored: StoredTable;
  readonly #texts: Texts;
  readonly #keys: Keys;
  readonly #series: Counted[] = [];
  readonly #byKey = new Map<string, Counted>();
  /** Per stored row the number of its series, later its place. */
  readonly #places: Uint32Array;
  #timesRunBack = false;
  #rows = 0;
  #firstTick = Infinity;
  #lastTick = -Infinity;
  #firstTime = Infinity;
  #lastTime = -Infinity;

  constructor(stored: StoredTable, texts: Texts) {
    this.#stored = stored;
    this.#texts = texts;
    this.#keys = new Keys(stored);
    this.#places = new Uint32Array(stored.batches.reduce((sum, batch) => sum + batch.rows, 0));
  }

  result(): RowOrder {
    this.#count();
    const sorted = this.#sort();
    const times = this.#timesRunBack ? this.#times() : null;
    this.#place();
    if (times !== null) this.#mendTimes(sorted, times);
    return {
      rows: this.#rows,
      series: sorted,
      places: this.#places,
      ...this.#extremes(),
      firstTick: this.#firstTick,
      lastTick: this.#lastTick,
      firstTime: this.#firstTime,
      lastTime: this.#lastTime,
    };
  }

  #count(): void {
    let at = 0;
    let guess: Counted | null = null;
    for (let batch = 0; batch < this.#stored.batches.length; batch++) {
      const rows = this.#keys.load(batch);
      for (let row = 0; row < rows; row++, at++) {
        // Only a batch whose pages never reached the disk before a power cut has rows without a time.
        if (!this.#keys.has(TIME, row)) {
          this.#places[at] = NOWHERE;
          continue;
        }
        const series = this.#find(row, guess === null ? null : guess.next);
        if (guess !== null) guess.next = series;
        guess = series;
        this.#places[at] = series.number;
        this.#add(series, row);
      }
    }
  }

  /** The series of a row; `guess` is the one that followed last time, and nearly always right. */
  #find(row: number, guess: Counted | null): Counted {
    const keys = this.#keys;
    const entity = keys.get(ENTITY, row);
    const process = keys.get(PROCESS, row);
    const name = keys.get(NAME, row);
    const pid = keys.get(PID, row);
    const startTime = keys.get(START_TIME, row);
    if (
      guess !== null &&
      guess.entity === entity &&
      guess.process === process &&
      guess.name === name &&
      guess.pid === pid &&
      guess.startTime === startTime
    ) {
      return guess;
    }
    const key = `${entity},${process},${name},${pid},${startTime}`;
    let series = this.#byKey.get(key);
    if (series === undefined) {
      const number = this.#series.length;
      series = { entity, process, name, pid, startTime, start: 0, rows: 0, lastTime: -Infinity, next: null, number };
      this.#byKey.set(key, series);
      this.#series.push(series);
    }
    return series;
  }

  #add(series: Counted, row: number): void {
    const time = this.#keys.get(TIME, row);
    const tick = this.#keys.get(TICK, row);
    if (time < series.lastTime) this.#timesRunBack = true;
    else series.lastTime = time;
    series.rows++;
    this.#rows++;
    if (time < this.#firstTime) this.#firstTime = time;
    if (time > this.#lastTime) this.#lastTime = time;
    if (tick < this.#firstTick) this.#firstTick = tick;
    if (tick > this.#lastTick) this.#lastTick = tick;
  }

  #sort(): Counted[] {
    const ids = new Map<number, string>();
    const id = (entity: number): string => {
      let text = ids.get(entity);
      if (text === undefined) ids.set(entity, (text = this.#texts.entities.get(entity)?.identity.containerId ?? ''));
      return text;
    };
    const name = (number: number): string => this.#texts.names.get(number)?.name ?? '';
    const sorted = this.#series.toSorted(
      (a, b) =>
        compare(id(a.entity), id(b.entity)) ||
        a.pid - b.pid ||
        a.startTime - b.startTime ||
        compare(name(a.name), name(b.name)) ||
        // Numbers are given in the order of time: the same container come back, the same process with a new name.
        a.entity - b.entity ||
        a.process - b.process ||
        a.name - b.name,
    );
    let start = 0;
    for (const series of sorted) {
      series.start = start;
      start += series.rows;
    }
    return sorted;
  }

  #place(): void {
    const filled = Uint32Array.from(this.#series, (series) => series.start);
    for (let row = 0; row < this.#places.length; row++) {
      const series = this.#places[row]!;
      if (series !== NOWHERE) this.#places[row] = filled[series]!++;
    }
  }

  #times(): Float64Array {
    const times = new Float64Array(this.#places.length);
    let at = 0;
    for (let batch = 0; batch < this.#stored.batches.length; batch++) {
      const rows = this.#keys.load(batch);
      for (let row = 0; row < rows; row++) times[at++] = this.#keys.get(TIME, row);
    }
    return times;
  }

  /** The clock was set back within the window: sorts the rows of every series by time. */
  #mendTimes(sorted: readonly Series[], times: Float64Array): void {
    const rowAt = new Uint32Array(this.#rows);
    for (let row = 0; row < this.#places.length; row++) {
      if (this.#places[row] !== NOWHERE) rowAt[this.#places[row]!] = row;
    }
    for (const { start, rows } of sorted) {
      const ordered = rowAt.subarray(start, start + rows).toSorted((a, b) => times[a]! - times[b]! || a - b);
      for (let index = 0; index < rows; index++) this.#places[ordered[index]!] = start + index;
    }
  }

  #extremes(): { lowest: Uint32Array; highest: Uint32Array } {
    const { batches } = this.#stored;
    const lowest = new Uint32Array(batches.length).fill(NOWHERE);
    const highest = new Uint32Array(batches.length);
    let at = 0;
    for (let batch = 0; batch < batches.length; batch++) {
      for (const end = at + batches[batch]!.rows; at < end; at++) {
        const place = this.#places[at]!;
        if (place === NOWHERE) continue;
        if (place < lowest[batch]!) lowest[batch] = place;
        if (place > highest[batch]!) highest[batch] = place;
      }
    }
    return { lowest, highest };
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Numbers of the names that the rows use; none in tables without names. */
export function usedNames(table: SampledTable, order: RowOrder): number[] {
  const named = table === 'mappings' || table === 'devices' || table === 'interfaces';
  return named ? order.series.map(({ name }) => name) : [];
}

/** Per entity, the process identities that its rows use: what may not be forgotten. */
export function usedProcesses(table: SampledTable, order: RowOrder): Map<number, Set<number>> {
  const used = new Map<number, Set<number>>();
  if (table !== 'processes' && table !== 'mappings') return used;
  for (const { entity, process } of order.series) {
    let processes = used.get(entity);
    if (processes === undefined) used.set(entity, (processes = new Set()));
    processes.add(process);
  }
  return used;
}

/** Adds to `last`, per entity, the latest time of its rows, in microseconds since the Unix epoch. */
export function addLastTimes(last: Map<number, number>, order: RowOrder): void {
  for (const { entity, lastTime } of order.series) last.set(entity, Math.max(lastTime, last.get(entity) ?? lastTime));
}
