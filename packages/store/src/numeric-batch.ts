import type { Column } from '@fgm/catalog';
import { Field, Schema } from 'apache-arrow/schema';
import { blockType, schemaMessage } from './arrow-schema.ts';
import { BatchMessage, bodyLength, valuesOffset } from './batch-message.ts';

/** Room for the two messages in front of a batch, per column: some 160 bytes of schema and 50 of batch. */
const HEADER_BYTES_PER_COLUMN = 512;
const HEADER_BYTES = 1024;

/**
 * Columns of numbers in the form in which parquet-wasm takes them: an Arrow IPC stream of one batch. The values are written
 * to where they have to be, because these are the largest pieces of memory that the writer has.
 */
export class NumericBatch {
  /** Values as words of 32 bits, two a value; column c starts at `wordsAt + c * rows * 2`. */
  readonly words: Int32Array;
  /** Bitmaps; that of column c starts at `bitmapsAt + c * bitmapBytes(rows)`. */
  readonly bytes: Uint8Array;
  /** Absent values per column, to be set before stream(). */
  readonly nulls: Uint32Array;
  rows = 0;
  wordsAt = 0;
  bitmapsAt = 0;
  columns: readonly Column[] = [];
  #message: BatchMessage | null = null;

  /** @param maxColumns most columns, @param maxRows most rows that it will be used for */
  constructor(maxColumns: number, maxRows: number) {
    const header = HEADER_BYTES + maxColumns * HEADER_BYTES_PER_COLUMN;
    this.words = new Int32Array((header + bodyLength(maxColumns, maxRows)) / 4);
    this.bytes = new Uint8Array(this.words.buffer);
    this.nulls = new Uint32Array(maxColumns);
  }

  /** Empties it for these columns: every value is absent. */
  begin(columns: readonly Column[], rows: number): void {
    const count = columns.length;
    if (this.#message?.columns !== count) this.#message = new BatchMessage(count);
    const schema = new Schema(columns.map((column) => new Field(column.name, blockType(column), true)));
    const head = schemaMessage(schema);
    this.bytes.set(head);
    this.columns = columns;
    this.rows = rows;
    this.bitmapsAt = head.length + this.#message.bytes.length;
    this.wordsAt = (this.bitmapsAt + valuesOffset(count, rows)) / 4;
    this.bytes.fill(0, this.bitmapsAt, this.wordsAt * 4);
    this.nulls.fill(rows);
  }

  /** The finished stream. */
  stream(): Uint8Array {
    const message = this.#message!;
    message.fill(this.rows, this.nulls);
    this.bytes.set(message.bytes, this.bitmapsAt - message.bytes.length);
    return this.bytes.subarray(0, this.bitmapsAt + bodyLength(this.columns.length, this.rows));
  }

  /** Gives the memory back; it cannot be used any more. */
  dispose(): void {
    (this.words.buffer as ArrayBuffer).transfer(0);
  }

  /** The low 32 bits of a value of the first column, or -1 where it is absent: the number of an enum's text. */
  index(row: number): number {
    const bit = this.bytes[this.bitmapsAt + (row >> 3)]! & (1 << (row & 7));
    return bit === 0 ? -1 : this.words[this.wordsAt + row * 2]!;
  }

  /** Sets a value of the first column. */
  set(row: number, value: bigint): void {
    const low = Number(BigInt.asIntN(32, value));
    this.words[this.wordsAt + row * 2] = low;
    this.words[this.wordsAt + row * 2 + 1] = Number(BigInt.asIntN(32, value >> 32n));
    this.bytes[this.bitmapsAt + (row >> 3)]! |= 1 << (row & 7);
    this.nulls[0]!--;
  }
}
