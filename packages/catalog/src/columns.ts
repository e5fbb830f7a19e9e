import type { Layout } from './layout.ts';

const TWO_32 = 4294967296;

/**
 * One row block: typed views over `layout.byteLength` bytes (see layout.ts), and the way single values go in and out.
 * Values are plain numbers; INT64 columns are written as two 32-bit words because a BigInt64Array costs twenty times as
 * much and allocates. The caller keeps `row` below `layout.rows`: setters do not check.
 */
export class Columns {
  readonly layout: Layout;
  readonly bytes: Uint8Array;
  readonly #words: Uint32Array;
  readonly #doubles: Float64Array;
  readonly #bitmapBytes: number;
  readonly #valueBase: number;
  readonly #rows: number;

  constructor(layout: Layout, buffer: ArrayBufferLike = new ArrayBuffer(layout.byteLength), byteOffset = 0) {
    this.layout = layout;
    this.bytes = new Uint8Array(buffer, byteOffset, layout.byteLength);
    this.#words = new Uint32Array(buffer, byteOffset, layout.byteLength / 4);
    this.#doubles = new Float64Array(buffer, byteOffset, layout.byteLength / 8);
    this.#bitmapBytes = layout.bitmapBytes;
    this.#valueBase = layout.valuesOffset / 8;
    this.#rows = layout.rows;
  }

  /** Makes every value of every row absent. */
  clear(): void {
    this.bytes.fill(0, 0, this.layout.valuesOffset);
  }

  setNull(column: number, row: number): void {
    const at = column * this.#bitmapBytes + (row >> 3);
    this.bytes[at] = this.bytes[at]! & ~(1 << (row & 7));
  }

  /** `value` is an integer of magnitude at most 2^53; also for `timestamp`, `enum` and `ref` columns. */
  setInt(column: number, row: number, value: number): void {
    const at = column * this.#bitmapBytes + (row >> 3);
    this.bytes[at] = this.bytes[at]! | (1 << (row & 7));
    const word = (this.#valueBase + column * this.#rows + row) * 2;
    const high = Math.floor(value / TWO_32);
    this.#words[word] = value - high * TWO_32;
    this.#words[word + 1] = high;
  }

  /** Likewise a value that stands in an array: one above 2^31 is put on the heap where V8 does not inline a call that takes it. */
  setIntAt(column: number, row: number, values: Float64Array, index: number): void {
    const at = column * this.#bitmapBytes + (row >> 3);
    this.bytes[at] = this.bytes[at]! | (1 << (row & 7));
    const word = (this.#valueBase + column * this.#rows + row) * 2;
    const high = Math.floor(values[index]! / TWO_32);
    this.#words[word] = values[index]! - high * TWO_32;
    this.#words[word + 1] = high;
  }

  setDouble(column: number, row: number, value: number): void {
    const at = column * this.#bitmapBytes + (row >> 3);
    this.bytes[at] = this.bytes[at]! | (1 << (row & 7));
    this.#doubles[this.#valueBase + column * this.#rows + row] = value;
  }

  isValid(column: number, row: number): boolean {
    return (this.bytes[column * this.#bitmapBytes + (row >> 3)]! & (1 << (row & 7))) !== 0;
  }

  /** The integer at this place, whether valid or not; exact to 2^53. */
  getInt(column: number, row: number): number {
    const word = (this.#valueBase + column * this.#rows + row) * 2;
    return (this.#words[word + 1]! | 0) * TWO_32 + this.#words[word]!;
  }

  getDouble(column: number, row: number): number {
    return this.#doubles[this.#valueBase + column * this.#rows + row]!;
  }

  /** Copies one value, validity included, from a column of the same type in a block of any layout. */
  copyValue(column: number, row: number, from: Columns, fromColumn: number, fromRow: number): void {
    const to = (this.#valueBase + column * this.#rows + row) * 2;
    const source = (from.#valueBase + fromColumn * from.#rows + fromRow) * 2;
    this.#words[to] = from.#words[source]!;
    this.#words[to + 1] = from.#words[source + 1]!;
    const at = column * this.#bitmapBytes + (row >> 3);
    const bit = 1 << (row & 7);
    if (from.isValid(fromColumn, fromRow)) this.bytes[at] = this.bytes[at]! | bit;
    else this.bytes[at] = this.bytes[at]! & ~bit;
  }

  /** Copies one row, validity included, from a block of the same columns. */
  copyRow(row: number, from: Columns, fromRow: number): void {
    const columns = this.layout.columns.length;
    for (let column = 0; column < columns; column++) this.copyValue(column, row, from, column, fromRow);
  }
}
