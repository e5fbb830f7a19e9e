import { bitmapBytes } from './batch-message.ts';
import type { RowOrder } from './row-order.ts';
import type { NumericColumns } from './numeric-columns.ts';
import type { StoredTable } from './stored-table.ts';

/**
 * Puts some columns of some rows of a window into the order of the file. The values of neighbouring columns lie side by
 * side in a batch, so a window is read once in all, some columns at a time, however large it is.
 */
export class Gather implements NumericColumns {
  /** What was gathered, column after column: `rows` values of eight bytes each. */
  readonly values: Uint8Array;
  /** Likewise `bitmapBytes(rows)` each. */
  readonly bitmaps: Uint8Array;
  /** Absent values per column. */
  readonly nulls: Uint32Array;
  rows = 0;
  readonly #stored: StoredTable;
  readonly #order: RowOrder;
  readonly #words: Int32Array;
  readonly #source: Int32Array;
  readonly #sourceBytes: Uint8Array;
  readonly #sourceBits: Uint8Array;

  /** @param maxColumns most columns, @param maxRows most rows that run() will be asked for */
  constructor(stored: StoredTable, order: RowOrder, maxColumns: number, maxRows: number) {
    this.#stored = stored;
    this.#order = order;
    this.#words = new Int32Array(maxColumns * maxRows * 2);
    this.values = new Uint8Array(this.#words.buffer);
    this.bitmaps = new Uint8Array(maxColumns * bitmapBytes(maxRows));
    this.nulls = new Uint32Array(maxColumns);
    this.#source = new Int32Array(maxColumns * stored.maxRows * 2);
    this.#sourceBytes = new Uint8Array(this.#source.buffer);
    this.#sourceBits = new Uint8Array(maxColumns * bitmapBytes(stored.maxRows));
  }

  /** Columns `from` to `to` of the rows `first` to `end` of the file, the ends not included. */
  run(from: number, to: number, first: number, end: number): void {
    this.rows = end - first;
    this.bitmaps.fill(0);
    this.nulls.fill(this.rows);
    const { batches } = this.#stored;
    let row = 0;
    for (let batch = 0; batch < batches.length; batch++) {
      const stored = batches[batch]!;
      if (this.#order.lowest[batch]! < end && this.#order.highest[batch]! >= first) {
        this.#stored.readValues(stored, from, to, this.#sourceBytes);
        this.#stored.readBitmaps(stored, from, to, this.#sourceBits);
        const places = this.#order.places.subarray(row, row + stored.rows);
        for (let column = 0; column < to - from; column++) this.#scatter(column, places, first, end);
      }
      row += stored.rows;
    }
  }

  #scatter(column: number, places: Uint32Array, first: number, end: number): void {
    const words = this.#words;
    const source = this.#source;
    const rows = places.length;
    const bits = column * bitmapBytes(rows);
    const toBits = column * bitmapBytes(this.rows);
    const toWords = column * this.rows * 2;
    const fromWords = column * rows * 2;
    let present = 0;
    for (let row = 0; row < rows; row++) {
      const place = places[row]!;
      // NOWHERE is beyond every end.
      if (place < first || place >= end) continue;
      if ((this.#sourceBits[bits + (row >> 3)]! & (1 << (row & 7))) === 0) {
        words[toWords + (place - first) * 2] = 0;
        words[toWords + (place - first) * 2 + 1] = 0;
        continue;
      }
      const to = place - first;
      words[toWords + to * 2] = source[fromWords + row * 2]!;
      words[toWords + to * 2 + 1] = source[fromWords + row * 2 + 1]!;
      this.bitmaps[toBits + (to >> 3)]! |= 1 << (to & 7);
      present++;
    }
    this.nulls[column]! -= present;
  }

  /** The low 32 bits of a value of the first gathered column, or -1 where it is absent: the number of an enum's text. */
  index(row: number): number {
    return (this.bitmaps[row >> 3]! & (1 << (row & 7))) === 0 ? -1 : this.#words[row * 2]!;
  }
}
