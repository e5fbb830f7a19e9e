import { Compression, EnabledStatistics, Encoding, Table, WriterPropertiesBuilder, writeParquet } from 'parquet-wasm';
import {
  type ColumnChunk,
  compressChunk,
  META_COMPRESSED_SIZE,
  META_DATA_PAGE,
  META_DICTIONARY_PAGE,
  type RawPage,
} from './column-chunk.ts';
import { columnMetadata, parseFooter } from './footer.ts';
import type { NumericBatch } from './numeric-batch.ts';
import { numberAt, ThriftReader, type ThriftStruct } from './thrift.ts';

const COMPRESSED_SIZE = 3;

/**
 * Encodes integer, double and timestamp columns as Parquet column chunks. parquet-wasm makes a small Parquet file in memory
 * of them, not compressed, out of which the pages are taken: its ZSTD keeps 0.4 MB of state for every column of a row
 * group and has one level only, Node's compresses page after page at any level (docs/adr/0003-spool-and-parquet.md).
 * @throws Error of parquet-wasm when it cannot take the batch
 */
export function encodeNumeric(batch: NumericBatch, level: number): ColumnChunk[] {
  const file = writeParquet(Table.fromIPCStream(batch.stream()), properties());
  const footer = parseFooter(file);
  const chunks = columnMetadata(footer).map((meta, index) =>
    compressChunk(footer.elements[index + 1]!, meta, pagesOf(file, meta), level),
  );
  // Two mebibytes at a time, which the garbage collector would let pile up.
  (file.buffer as ArrayBuffer).transfer(0);
  return chunks;
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
