import { BufferRegion, FieldNode, Message, RecordBatch } from 'apache-arrow/ipc/metadata/message';
import { frameMessage } from './arrow-schema.ts';
import {
  BATCH_BUFFERS,
  BATCH_LENGTH,
  BATCH_NODES,
  bitmapBytes,
  bodyLength,
  MESSAGE_BODY_LENGTH,
  MESSAGE_HEADER,
  valuesOffset,
} from './batch-layout.ts';
import { fieldAt, rootTable, target, writeLong } from './flatbuffer.ts';

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
  /** Rows for which all places are filled in; -1 when they are not. */
  #filled = -1;

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
    // Ticks mostly have as many rows as the one before: then all places are what they were.
    const places = rows !== this.#filled;
    if (places) this.#begin(rows);
    for (let column = 0; column < this.columns; column++) {
      if (places) this.#place(column, rows, nulls);
      else writeLong(this.#view, this.#nodes + column * 16 + 8, nulls[column]!);
    }
    this.#filled = rows;
  }

  #begin(rows: number): void {
    writeLong(this.#view, this.#length, rows);
    writeLong(this.#view, this.#bodyLength, bodyLength(this.columns, rows));
  }

  #place(column: number, rows: number, nulls: ArrayLike<number>): void {
    const view = this.#view;
    const bitmap = bitmapBytes(rows);
    writeLong(view, this.#nodes + column * 16, rows);
    writeLong(view, this.#nodes + column * 16 + 8, nulls[column]!);
    const buffer = this.#buffers + column * 32;
    writeLong(view, buffer, column * bitmap);
    writeLong(view, buffer + 8, bitmap);
    writeLong(view, buffer + 16, valuesOffset(this.columns, rows) + column * rows * 8);
    writeLong(view, buffer + 24, rows * 8);
  }
}
