import { BufferRegion, FieldNode, Message, RecordBatch } from 'apache-arrow/ipc/metadata/message';
import { frameMessage } from './arrow-schema.ts';
import { fieldAt, readLong, rootTable, target, writeLong } from './flatbuffer.ts';

/** Fields of Arrow's flatbuffer tables, by their number in Message.fbs. */
const MESSAGE_HEADER_TYPE = 1;
const MESSAGE_HEADER = 2;
const MESSAGE_BODY_LENGTH = 3;
const BATCH_LENGTH = 0;
const BATCH_NODES = 1;
const BATCH_BUFFERS = 2;
const RECORD_BATCH = 3;

/** Bytes of one column's bitmap in a body of `rows` rows. */
export function bitmapBytes(rows: number): number {
  return Math.ceil(rows / 64) * 8;
}

/** Where the values of the first column start: all bitmaps stand in front of them. */
export function valuesOffset(columns: number, rows: number): number {
  return columns * bitmapBytes(rows);
}

export function bodyLength(columns: number, rows: number): number {
  return valuesOffset(columns, rows) + columns * rows * 8;
}

/**
 * The metadata in front of a record batch's body, for batches whose columns are all nullable and eight bytes wide, all
 * bitmaps first. It is built by apache-arrow once; after that only the numbers in it change, because building it takes
 * longer than writing the batch.
 */
export class BatchMessage {
  /** The message as it goes to the file, valid after fill(). */
  readonly bytes: Uint8Array;
  readonly columns: number;
  readonly #view: DataView;
  readonly #length: number;
  readonly #bodyLength: number;
  readonly #nodes: number;
  readonly #buffers: number;

  constructor(columns: number) {
    const nodes = Array.from({ length: columns }, () => new FieldNode(1, 1));
    const buffers = Array.from({ length: columns * 2 }, () => new BufferRegion(8, 8));
    // Numbers other than zero, because flatbuffers leaves out what has its default value.
    this.bytes = frameMessage(Message.encode(Message.from(new RecordBatch(1, nodes, buffers, null), 8)));
    this.columns = columns;
    this.#view = new DataView(this.bytes.buffer);
    const message = rootTable(this.#view, 8);
    const batch = target(this.#view, fieldAt(this.#view, message, MESSAGE_HEADER));
    this.#bodyLength = fieldAt(this.#view, message, MESSAGE_BODY_LENGTH);
    this.#length = fieldAt(this.#view, batch, BATCH_LENGTH);
    // A vector starts with its length; its items are structs of two 64-bit integers.
    this.#nodes = target(this.#view, fieldAt(this.#view, batch, BATCH_NODES)) + 4;
    this.#buffers = target(this.#view, fieldAt(this.#view, batch, BATCH_BUFFERS)) + 4;
  }

  /** Makes it the message of a batch of `rows` rows, of which column c has `nulls[c]` absent. */
  fill(rows: number, nulls: ArrayLike<number>): void {
    const view = this.#view;
    const bitmap = bitmapBytes(rows);
    const values = valuesOffset(this.columns, rows);
    writeLong(view, this.#length, rows);
    writeLong(view, this.#bodyLength, bodyLength(this.columns, rows));
    for (let column = 0; column < this.columns; column++) {
      writeLong(view, this.#nodes + column * 16, rows);
      writeLong(view, this.#nodes + column * 16 + 8, nulls[column]!);
      const buffer = this.#buffers + column * 32;
      writeLong(view, buffer, column * bitmap);
      writeLong(view, buffer + 8, bitmap);
      writeLong(view, buffer + 16, values + column * rows * 8);
      writeLong(view, buffer + 24, rows * 8);
    }
  }
}

export interface BatchHeader {
  readonly rows: number;
  readonly bodyLength: number;
}

/** What a message says about its batch, or null when it is not a record batch's. `at` is behind the length prefix. */
export function readBatchHeader(view: DataView, at: number): BatchHeader | null {
  try {
    const message = rootTable(view, at);
    const type = fieldAt(view, message, MESSAGE_HEADER_TYPE);
    if (type < 0 || view.getUint8(type) !== RECORD_BATCH) return null;
    const batch = target(view, fieldAt(view, message, MESSAGE_HEADER));
    const rows = readLong(view, fieldAt(view, batch, BATCH_LENGTH));
    return { rows, bodyLength: readLong(view, fieldAt(view, message, MESSAGE_BODY_LENGTH)) };
  } catch (cause) {
    // An offset that leads outside: bytes that no writer of ours has written.
    if (cause instanceof RangeError) return null;
    throw cause;
  }
}
