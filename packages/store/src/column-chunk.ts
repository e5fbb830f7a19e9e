import { i32, i64, type ThriftStruct, writeThrift } from './thrift.ts';
import { compress } from './zstd.ts';

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

/** A page as it goes to the file. */
export interface CompressedPage {
  /** Its header and its data. */
  readonly parts: readonly [Uint8Array, Uint8Array];
  readonly isDictionary: boolean;
  readonly uncompressedBytes: number;
  readonly compressedBytes: number;
}

/** Compresses a page with ZSTD and sets the sizes in its header. */
export function compressPage(page: RawPage, level: number): CompressedPage {
  const data = compress(page.data, level);
  const header = pageHeader(page.header, page.data.length, data.length);
  return {
    parts: [header, data],
    isDictionary: page.header.has(PAGE_DICTIONARY_HEADER),
    uncompressedBytes: header.length + page.data.length,
    compressedBytes: header.length + data.length,
  };
}

/** Puts the pages of a column together and sets codec, sizes and offsets in its ColumnMetaData. */
export function chunkOf(element: ThriftStruct, meta: ThriftStruct, pages: readonly CompressedPage[]): ColumnChunk {
  const offsets = new Map<number, number>();
  let uncompressedBytes = 0;
  let compressedBytes = 0;
  for (const page of pages) {
    const kind = page.isDictionary ? META_DICTIONARY_PAGE : META_DATA_PAGE;
    if (!offsets.has(kind)) offsets.set(kind, compressedBytes);
    uncompressedBytes += page.uncompressedBytes;
    compressedBytes += page.compressedBytes;
  }
  const done: ThriftStruct = new Map(meta);
  done.delete(META_DICTIONARY_PAGE);
  done.set(META_CODEC, i32(ZSTD));
  done.set(META_UNCOMPRESSED_SIZE, i64(uncompressedBytes));
  done.set(META_COMPRESSED_SIZE, i64(compressedBytes));
  for (const [field, offset] of offsets) done.set(field, i64(offset));
  return { element, meta: done, pages: pages.flatMap(({ parts }) => parts), uncompressedBytes, compressedBytes };
}

/** Compresses a column's pages and puts them together. */
export function compressChunk(
  element: ThriftStruct,
  meta: ThriftStruct,
  pages: readonly RawPage[],
  level: number,
): ColumnChunk {
  const compressed = pages.map((page) => compressPage(page, level));
  return chunkOf(element, meta, compressed);
}

function pageHeader(header: ThriftStruct, uncompressed: number, compressed: number): Uint8Array {
  const sized: ThriftStruct = new Map(header);
  // It would be the checksum of the bytes before compression.
  sized.delete(PAGE_CRC);
  sized.set(PAGE_UNCOMPRESSED_SIZE, i32(uncompressed));
  sized.set(PAGE_COMPRESSED_SIZE, i32(compressed));
  return writeThrift(sized);
}
