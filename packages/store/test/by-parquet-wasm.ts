import { Field, Schema } from 'apache-arrow/schema';
import { Compression, EnabledStatistics, Encoding, Table, WriterPropertiesBuilder, writeParquet } from 'parquet-wasm';
import { blockType, schemaMessage } from '../src/arrow-schema.ts';
import { bodyLength } from '../src/batch-layout.ts';
import { BatchMessage } from '../src/batch-message.ts';
import {
  type ColumnChunk,
  compressChunk,
  META_COMPRESSED_SIZE,
  META_DATA_PAGE,
  type RawPage,
} from '../src/column-chunk.ts';
import { columnMetadata, parseFooter } from '../src/footer.ts';
import type { NumericBatch } from '../src/numeric-batch.ts';
import { numberAt, ThriftReader, type ThriftStruct } from '../src/thrift.ts';

const PAGE_COMPRESSED_SIZE = 3;

/** The columns of a batch as parquet-wasm encodes them: another's word for what is right. */
export function byParquetWasm(batch: NumericBatch): ColumnChunk[] {
  const properties = new WriterPropertiesBuilder()
    .setCompression(Compression.UNCOMPRESSED)
    .setDictionaryEnabled(false)
    .setEncoding(Encoding.PLAIN)
    .setStatisticsEnabled(EnabledStatistics.Chunk)
    .build();
  const file = writeParquet(Table.fromIPCStream(streamOf(batch)), properties);
  const footer = parseFooter(file);
  return columnMetadata(footer).map((meta, index) =>
    compressChunk(footer.elements[index + 1]!, meta, pagesOf(file, meta), 3),
  );
}

/** A batch is laid out as the body of an Arrow record batch. */
function streamOf({ columns, rows, nulls, bytes }: NumericBatch): Uint8Array {
  const schema = new Schema(columns.map((column) => new Field(column.name, blockType(column), true)));
  const message = new BatchMessage(columns.length);
  message.fill(rows, nulls);
  return Buffer.concat([schemaMessage(schema), message.bytes, bytes.subarray(0, bodyLength(columns.length, rows))]);
}

function pagesOf(file: Uint8Array, meta: ThriftStruct): RawPage[] {
  const pages: RawPage[] = [];
  const reader = new ThriftReader(file, numberAt(meta, META_DATA_PAGE));
  const end = reader.at + numberAt(meta, META_COMPRESSED_SIZE);
  while (reader.at < end) {
    const header = reader.struct();
    const length = numberAt(header, PAGE_COMPRESSED_SIZE);
    pages.push({ header, data: file.subarray(reader.at, reader.at + length) });
    reader.at += length;
  }
  return pages;
}
