/**
 * The columns of a table as an Arrow schema, and its bytes as the first message of an IPC stream. Only the parts of
 * apache-arrow that make metadata are loaded, by their own entry points: all of it costs the writer thread 6 MB more.
 */
import type { Column } from '@fgm/catalog';
import { TimeUnit } from 'apache-arrow/enum';
import { Field, Schema } from 'apache-arrow/schema';
import { type DataType, Float64, Int64, Timestamp, Utf8 } from 'apache-arrow/type';
import { encodeSchema } from './schema-message.ts';

/** What a column's values are in a row block: refs and enums are plain numbers. */
export function blockType(column: Column): DataType {
  if (column.type === 'double') return new Float64();
  if (column.type === 'timestamp') return new Timestamp(TimeUnit.MICROSECOND, 'UTC');
  return new Int64();
}

/** What a column's values are in a file. */
export function fileType(column: Column): DataType {
  return column.type === 'utf8' || column.type === 'enum' ? new Utf8() : blockType(column);
}

/** The catalog's line as field metadata: kind, help and source always, unit, key, type and values where they say something. */
export function columnMetadata(column: Column): Map<string, string> {
  const metadata = new Map<string, string>();
  if (column.unit !== null) metadata.set('unit', column.unit);
  metadata.set('kind', column.kind);
  metadata.set('help', column.help);
  metadata.set('source', column.source);
  if (column.key !== undefined) metadata.set('key', column.key);
  if (column.type === 'enum' || column.type === 'ref') metadata.set('type', column.type);
  if (column.values !== undefined) metadata.set('values', JSON.stringify(column.values));
  return metadata;
}

export function blockSchema(columns: readonly Column[]): Schema {
  return new Schema(columns.map((column) => new Field(column.name, blockType(column), true, columnMetadata(column))));
}

/** @param metadata of the whole file: readers that go by Arrow's schema do not look at Parquet's own */
export function fileSchema(columns: readonly Column[], metadata: ReadonlyMap<string, string>): Schema {
  const fields = columns.map((column) => new Field(column.name, fileType(column), true, columnMetadata(column)));
  return new Schema(fields, new Map(metadata));
}

/** A message's metadata behind its continuation mark and length, padded to eight bytes. */
export function frameMessage(metadata: Uint8Array): Uint8Array {
  const length = Math.ceil(metadata.length / 8) * 8;
  const framed = new Uint8Array(8 + length);
  const view = new DataView(framed.buffer);
  view.setInt32(0, -1, true);
  view.setInt32(4, length, true);
  framed.set(metadata, 8);
  return framed;
}

/** The message that opens an Arrow IPC stream. */
export function schemaMessage(schema: Schema): Uint8Array {
  return frameMessage(encodeSchema(schema).bytes);
}
