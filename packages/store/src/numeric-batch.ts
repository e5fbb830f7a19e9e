import type { Column } from '@fgm/catalog';
import { bodyLength, valuesOffset } from './batch-layout.ts';

/** Columns of numbers in the order of a file: all bitmaps, then all values, as in the body of a batch. */
export class NumericBatch {
  /** Values as words of 32 bits, two a value; column c starts at `wordsAt + c * rows * 2`. */
  readonly words: Int32Array;
  /** Bitmaps; that of column c starts at `c * bitmapBytes(rows)`. */
  readonly bytes: Uint8Array;
  /** Absent values per column. */
  readonly nulls: Uint32Array;
  rows = 0;
  wordsAt = 0;
  columns: readonly Column[] = [];

  /** @param maxColumns most columns, @param maxRows most rows that it will be used for */
  constructor(maxColumns: number, maxRows: number) {
    this.words = new Int32Array(bodyLength(maxColumns, maxRows) / 4);
    this.bytes = new Uint8Array(this.words.buffer);
    this.nulls = new Uint32Array(maxColumns);
  }

  /** Empties it for these columns: every value is absent. */
  begin(columns: readonly Column[], rows: number): void {
    this.columns = columns;
    this.rows = rows;
    this.wordsAt = valuesOffset(columns.length, rows) / 4;
    this.bytes.fill(0, 0, this.wordsAt * 4);
    this.nulls.fill(rows);
  }

  /** Gives the memory back; it cannot be used any more. */
  dispose(): void {
    (this.words.buffer as ArrayBuffer).transfer(0);
  }

  /** The low 32 bits of a value of the first column, or -1 where it is absent: the number of an enum's text. */
  index(row: number): number {
    const bit = this.bytes[row >> 3]! & (1 << (row & 7));
    return bit === 0 ? -1 : this.words[this.wordsAt + row * 2]!;
  }

  /** Sets a value of the first column. */
  set(row: number, value: bigint): void {
    const low = Number(BigInt.asIntN(32, value));
    this.words[this.wordsAt + row * 2] = low;
    this.words[this.wordsAt + row * 2 + 1] = Number(BigInt.asIntN(32, value >> 32n));
    this.bytes[row >> 3]! |= 1 << (row & 7);
    this.nulls[0]!--;
  }
}
