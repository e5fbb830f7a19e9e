import type { Column } from '@fgm/catalog';
import { Message } from 'apache-arrow/ipc/metadata/message';
import { Field, Schema } from 'apache-arrow/schema';
import { Compression, EnabledStatistics, Encoding, Table, WriterPropertiesBuilder, writeParquet } from 'parquet-wasm';
import { blockType, frameMessage } from './arrow-schema.ts';
import { BatchMessage, bitmapBytes, bodyLength, valuesOffset } from './batch-message.ts';
import {
  type ColumnChunk,
  compressChunk,
  META_COMPRESSED_SIZE,
  META_DATA_PAGE,
  META_DICTIONARY_PAGE,
  type RawPage,
} from './column-chunk.ts';
import { columnMetadata, parseFooter } from './footer.ts';
import { numberAt, ThriftReader, type ThriftStruct } from './thrift.ts';

const COMPRESSED_SIZE = 3;

/** Columns of a block's shape: column after column `rows` values of eight bytes, and `bitmapBytes(rows)` of validity. */
export interface NumericColumns {
  readonly rows: number;
  readonly values: Uint8Array;
  readonly bitmaps: Uint8Array;
  /** Absent values per column. */
  readonly nulls: ArrayLike<number>;
}

/**
 * Encodes integer, double and timestamp columns as Parquet column chunks. parquet-wasm makes a small Parquet file in memory of them, not
 * compressed, out of which the pages are taken: its ZSTD keeps 0.4 MB of state for every column of a row group and has one
 * level only, Node's compresses page after page at any level (docs/adr/0003-spool-and-parquet.md).
 * @param columns what the columns of `data` are, in that order
 * @throws Error of parquet-wasm when it cannot take the batch
 */
export function encodeNumeric(columns: readonly Column[], data: NumericColumns, level: number): ColumnChunk[] {
  const file = writeParquet(Table.fromIPCStream(ipcStream(columns, data)), properties());
  const footer = parseFooter(file);
  return columnMetadata(footer).map((meta, index) =>
    compressChunk(footer.elements[index + 1]!, meta, pagesOf(file, meta), level),
  );
}

/** Values are as good as never equal to many others, so a dictionary would cost 30 to 50 % (measured). */
function properties(): ReturnType<WriterPropertiesBuilder['build']> {
  return new WriterPropertiesBuilder()
    .setCompression(Compression.UNCOMPRESSED)
    .setDictionaryEnabled(false)
    .setEncoding(Encoding.PLAIN)
    .setStatisticsEnabled(EnabledStatistics.Chunk)
    .build();
}

/** The columns as an Arrow IPC stream of one batch. */
function ipcStream(columns: readonly Column[], data: NumericColumns): Uint8Array {
  const count = columns.length;
  const schema = new Schema(columns.map((column) => new Field(column.name, blockType(column), true)));
  const schemaBytes = frameMessage(Message.encode(Message.from(schema)));
  const message = new BatchMessage(count);
  message.fill(data.rows, data.nulls);
  const bitmaps = schemaBytes.length + message.bytes.length;
  const values = bitmaps + valuesOffset(count, data.rows);
  const stream = new Uint8Array(bitmaps + bodyLength(count, data.rows));
  stream.set(schemaBytes);
  stream.set(message.bytes, schemaBytes.length);
  stream.set(data.bitmaps.subarray(0, count * bitmapBytes(data.rows)), bitmaps);
  stream.set(data.values.subarray(0, count * data.rows * 8), values);
  return stream;
}

function pagesOf(file: Uint8Array, meta: ThriftStruct): RawPage[] {
  const pages: RawPage[] = [];
  const dictionary = meta.get(META_DICTIONARY_PAGE)?.value as number | undefined;
  const reader = new ThriftReader(file, Math.min(dictionary ?? Infinity, numberAt(meta, META_DATA_PAGE)));
  const end = reader.at + numberAt(meta, META_COMPRESSED_SIZE);
  while (reader.at < end) {
    const header = reader.struct();
    const length = numberAt(header, COMPRESSED_SIZE);
    pages.push({ header, data: file.subarray(reader.at, reader.at + length) });
    reader.at += length;
  }
  return pages;
}
