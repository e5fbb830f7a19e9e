import type { Column } from '@fgm/catalog';
import { bitmapBytes } from './batch-layout.ts';
import type { NumericBatch } from './numeric-batch.ts';
import type { RowOrder } from './row-order.ts';
import type { StoredTable } from './stored-table.ts';

/**
 * Puts some columns of some rows of a window into the order of the file. The values of neighbouring columns lie side by
 * side in a batch, so a window is read once in all, some columns at a time, however large it is.
 */
export class Gather {
  readonly #stored: StoredTable;
  readonly #order: RowOrder;
  readonly #words: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #bits: Uint8Array;

  /** @param maxColumns most columns that run() will be asked for */
  constructor(stored: StoredTable, order: RowOrder, maxColumns: number) {
    this.#stored = stored;
    this.#order = order;
    this.#words = new Int32Array(maxColumns * stored.maxRows * 2);
    this.#bytes = new Uint8Array(this.#words.buffer);
    this.#bits = new Uint8Array(maxColumns * bitmapBytes(stored.maxRows));
  }

  /** Fills `into` with columns `from` to `to` of the rows `first` to `end` of the file, the ends not included. */
  run(into: NumericBatch, from: number, to: number, first: number, end: number): void {
    const columns: readonly Column[] = this.#stored.columns.slice(from, to);
    into.begin(columns, end - first);
    const { batches } = this.#stored;
    let row = 0;
    for (let batch = 0; batch < batches.length; batch++) {
      const stored = batches[batch]!;
      if (this.#order.lowest[batch]! < end && this.#order.highest[batch]! >= first) {
        this.#stored.readValues(stored, from, to, this.#bytes);
        this.#stored.readBitmaps(stored, from, to, this.#bits);
        const places = this.#order.places.subarray(row, row + stored.rows);
        for (let column = 0; column < columns.length; column++) this.#scatter(into, column, places, first, end);
      }
      row += stored.rows;
    }
  }

  #scatter(into: NumericBatch, column: number, places: Uint32Array, first: number, end: number): void {
    const { words, bytes } = into;
    const source = this.#words;
    const sourceBits = this.#bits;
    const rows = places.length;
    const bits = column * bitmapBytes(rows);
    const toBits = column * bitmapBytes(into.rows);
    const toWords = into.wordsAt + column * into.rows * 2 - first * 2;
    const fromWords = column * rows * 2;
    let present = 0;
    for (let row = 0; row < rows; row++) {
      const place = places[row]!;
      // A row without a place has one that is beyond every end.
      if (place < first || place >= end) continue;
      const to = toWords + place * 2;
      if ((sourceBits[bits + (row >> 3)]! & (1 << (row & 7))) === 0) {
        // What the buffer was used for before would not compress.
        words[to] = 0;
        words[to + 1] = 0;
        continue;
      }
      const from = fromWords + row * 2;
      words[to] = source[from]!;
      words[to + 1] = source[from + 1]!;
      const at = toBits + ((place - first) >> 3);
      bytes[at] = bytes[at]! | (1 << ((place - first) & 7));
      present++;
    }
    into.nulls[column] = into.nulls[column]! - present;
  }
}
