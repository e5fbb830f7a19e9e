import { constants, zstdCompressSync } from 'node:zlib';
import { i32, i64, type ThriftStruct, writeThrift } from './thrift.ts';

/** Field and code numbers of parquet.thrift. */
const PAGE_UNCOMPRESSED_SIZE = 2;
const PAGE_COMPRESSED_SIZE = 3;
const PAGE_CRC = 4;
const PAGE_DICTIONARY_HEADER = 7;
const META_CODEC = 4;
export const META_UNCOMPRESSED_SIZE = 6;
export const META_COMPRESSED_SIZE = 7;
export const META_DATA_PAGE = 9;
export const META_DICTIONARY_PAGE = 11;
const ZSTD = 6;

/** A column of a row group, ready for a file: its pages, compressed, and what the footer says about them. */
export interface ColumnChunk {
  /** The column's SchemaElement. */
  readonly element: ThriftStruct;
  /** Its ColumnMetaData; the offsets of pages count from the start of `pages`. */
  readonly meta: ThriftStruct;
  readonly pages: readonly Uint8Array[];
  readonly uncompressedBytes: number;
  readonly compressedBytes: number;
}

/** A page before compression. */
export interface RawPage {
  /** Its PageHeader; the sizes in it do not count. */
  readonly header: ThriftStruct;
  readonly data: Uint8Array;
}

/** Compresses a column's pages with ZSTD and sets codec, sizes and offsets in its ColumnMetaData. */
export function compressChunk(
  element: ThriftStruct,
  meta: ThriftStruct,
  pages: readonly RawPage[],
  level: number,
): ColumnChunk {
  const parts: Uint8Array[] = [];
  const offsets = new Map<number, number>();
  let uncompressedBytes = 0;
  let compressedBytes = 0;
  for (const page of pages) {
    const kind = page.header.has(PAGE_DICTIONARY_HEADER) ? META_DICTIONARY_PAGE : META_DATA_PAGE;
    if (!offsets.has(kind)) offsets.set(kind, compressedBytes);
    const data = compress(page.data, level);
    const header = pageHeader(page.header, page.data.length, data.length);
    parts.push(header, data);
    uncompressedBytes += header.length + page.data.length;
    compressedBytes += header.length + data.length;
  }
  const done: ThriftStruct = new Map(meta);
  done.delete(META_DICTIONARY_PAGE);
  done.set(META_CODEC, i32(ZSTD));
  done.set(META_UNCOMPRESSED_SIZE, i64(uncompressedBytes));
  done.set(META_COMPRESSED_SIZE, i64(compressedBytes));
  for (const [field, offset] of offsets) done.set(field, i64(offset));
  return { element, meta: done, pages: parts, uncompressedBytes, compressedBytes };
}

function pageHeader(header: ThriftStruct, uncompressed: number, compressed: number): Uint8Array {
  const sized: ThriftStruct = new Map(header);
  // It would be the checksum of the bytes before compression.
  sized.delete(PAGE_CRC);
  sized.set(PAGE_UNCOMPRESSED_SIZE, i32(uncompressed));
  sized.set(PAGE_COMPRESSED_SIZE, i32(compressed));
  return writeThrift(sized);
}

function compress(data: Uint8Array, level: number): Uint8Array {
  return zstdCompressSync(data, {
    params: { [constants.ZSTD_c_compressionLevel]: level },
    // With the size known, zstd takes no more memory than that needs; most pages come out a hundredth of it.
    pledgedSrcSize: data.length,
    chunkSize: Math.max(1024, data.length >> 5),
  });
}
