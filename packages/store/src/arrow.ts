/**
 * Row blocks as Arrow record batches that share the block's memory. All of apache-arrow is loaded here, so this module has
 * an entry of its own (`@fgm/store/arrow`).
 */
import type { Layout } from '@fgm/catalog';
import { type Data, makeData, RecordBatch, Struct } from 'apache-arrow';
import { blockSchema } from './arrow-schema.ts';

/**
 * The first `rows` rows of a block. Nothing is copied: who writes to the block changes the batch.
 * @param bytes of a block of `layout`, such as a slot's, at an address that is a multiple of 8
 */
export function recordBatchOf(layout: Layout, bytes: Uint8Array, rows: number): RecordBatch {
  const schema = blockSchema(layout.columns);
  const children = schema.fields.map((field, column): Data => {
    const bitmap = bytes.subarray(column * layout.bitmapBytes, (column + 1) * layout.bitmapBytes);
    const at = bytes.byteOffset + layout.valuesOffset + column * layout.rows * 8;
    const isDouble = layout.columns[column]!.type === 'double';
    const data = isDouble ? new Float64Array(bytes.buffer, at, rows) : new BigInt64Array(bytes.buffer, at, rows);
    return makeData({ type: field.type, length: rows, nullBitmap: bitmap, data } as Parameters<typeof makeData>[0]);
  });
  return new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length: rows, nullCount: 0, children }));
}
