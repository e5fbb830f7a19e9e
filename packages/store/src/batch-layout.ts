/** How a record batch lies in a spool file, for those who read and write it. Loads nothing of apache-arrow. */
import { fieldAt, readLong, rootTable, target } from './flatbuffer.ts';

/** Fields of Arrow's flatbuffer tables, by their number in Message.fbs. */
const MESSAGE_HEADER_TYPE = 1;
export const MESSAGE_HEADER = 2;
export const MESSAGE_BODY_LENGTH = 3;
export const BATCH_LENGTH = 0;
export const BATCH_NODES = 1;
export const BATCH_BUFFERS = 2;
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
