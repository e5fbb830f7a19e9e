import type { Layout } from '@fgm/catalog';
import { bitmapBytes, bodyLength, valuesOffset } from './batch-layout.ts';
import { BatchMessage } from './batch-message.ts';

/**
 * Turns row blocks of one table into record batches of an Arrow IPC stream. A block has room for more rows than a slot
 * uses, so its used parts are moved together in one buffer, behind the message, to leave in one write.
 */
export class BlockEncoder {
  readonly layout: Layout;
  readonly #message: BatchMessage;
  readonly #scratch: Uint8Array;
  readonly #nulls: Uint32Array;
  /** For the test and the bench: bytes of metadata in front of every batch. */
  readonly messageBytes: number;

  constructor(layout: Layout) {
    const columns = layout.columns.length;
    this.layout = layout;
    this.#message = new BatchMessage(columns);
    this.messageBytes = this.#message.bytes.length;
    this.#scratch = new Uint8Array(this.messageBytes + bodyLength(columns, layout.rows));
    this.#nulls = new Uint32Array(columns);
  }

  /**
   * @param block bytes of a row block of `layout`
   * @param rows how many of its rows are used
   * @returns the batch's bytes, valid until the next call
   */
  encode(block: Uint8Array, rows: number): Uint8Array {
    this.#compact(block, rows);
    this.#message.fill(rows, this.#nulls);
    this.#scratch.set(this.#message.bytes);
    return this.#scratch.subarray(0, this.messageBytes + bodyLength(this.layout.columns.length, rows));
  }

  #compact(block: Uint8Array, rows: number): void {
    const { layout } = this;
    const columns = layout.columns.length;
    const bitmap = bitmapBytes(rows);
    const from = layout.valuesOffset;
    const to = this.messageBytes + valuesOffset(columns, rows);
    for (let column = 0; column < columns; column++) {
      const bits = block.subarray(column * layout.bitmapBytes, column * layout.bitmapBytes + bitmap);
      this.#scratch.set(bits, this.messageBytes + column * bitmap);
      this.#nulls[column] = rows - countBits(bits, rows);
      const values = from + column * layout.rows * 8;
      this.#scratch.set(block.subarray(values, values + rows * 8), to + column * rows * 8);
    }
  }
}

const BITS = Uint8Array.from({ length: 256 }, (_, byte) => {
  let count = 0;
  for (let rest = byte; rest > 0; rest >>= 1) count += rest & 1;
  return count;
});

/** How many of the first `count` bits are set. */
function countBits(bytes: Uint8Array, count: number): number {
  let set = 0;
  const whole = count >> 3;
  for (let index = 0; index < whole; index++) set += BITS[bytes[index]!]!;
  const rest = count & 7;
  return rest === 0 ? set : set + BITS[bytes[whole]! & ((1 << rest) - 1)]!;
}
