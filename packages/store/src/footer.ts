import * as fs from 'node:fs';
import { numberAt, structAt, structsAt, textAt, ThriftReader, type ThriftStruct } from './thrift.ts';
import { READ_FLAGS } from './read-flags.ts';

/** Field numbers of parquet.thrift. */
export const FILE_VERSION = 1;
export const FILE_SCHEMA = 2;
export const FILE_ROWS = 3;
export const FILE_ROW_GROUPS = 4;
export const FILE_METADATA = 5;
export const FILE_CREATED_BY = 6;
export const FILE_COLUMN_ORDERS = 7;
export const GROUP_COLUMNS = 1;
export const CHUNK_META = 3;

export const MAGIC = Uint8Array.of(0x50, 0x41, 0x52, 0x31); // PAR1
/** Length of the footer and the magic bytes. */
const TAIL = 8;

/** What stands at the end of a Parquet file. */
export interface Footer {
  readonly file: ThriftStruct;
  /** SchemaElements, the root first. */
  readonly elements: readonly ThriftStruct[];
  readonly rows: number;
  /** The key-value metadata, with the fgm.* keys. */
  readonly metadata: ReadonlyMap<string, string>;
}

/** The footer of a whole file in memory. @throws RangeError when it is not a Parquet file */
export function parseFooter(file: Uint8Array): Footer {
  const length = footerLength(file.subarray(-TAIL), file.length);
  // A copy: what is read refers to it, and is kept longer than the file.
  return parseFooterBytes(file.slice(file.length - TAIL - length, file.length - TAIL));
}

/** The footer of a file on disk. @throws the error of open(2) or read(2), or RangeError when it is not a Parquet file */
export function readFooter(path: string): Footer {
  return parseFooterBytes(readFooterBytes(path));
}

/** Likewise, as it stands in the file. */
export function readFooterBytes(path: string): Uint8Array {
  const fd = fs.openSync(path, READ_FLAGS);
  try {
    return footerBytes(fd, fs.fstatSync(fd).size);
  } finally {
    fs.closeSync(fd);
  }
}

/** The bytes of the footer of an open file of `size` bytes. @throws as readFooter() */
export function footerBytes(fd: number, size: number): Uint8Array {
  const tail = Buffer.alloc(TAIL);
  if (size < TAIL + MAGIC.length) throw new RangeError(`${size} bytes are no Parquet file`);
  fs.readSync(fd, tail, 0, TAIL, size - TAIL);
  const length = footerLength(tail, size);
  // No Buffer: slices of one are no copies, and would keep all of it in memory.
  const footer = new Uint8Array(length);
  fs.readSync(fd, footer, 0, length, size - TAIL - length);
  return footer;
}

function footerLength(tail: Uint8Array, size: number): number {
  if (!MAGIC.every((byte, index) => tail[4 + index] === byte)) throw new RangeError('the file does not end with PAR1');
  const length = new DataView(tail.buffer, tail.byteOffset, TAIL).getUint32(0, true);
  if (length > size - TAIL - MAGIC.length) throw new RangeError(`a footer of ${length} bytes in a file of ${size}`);
  return length;
}

/** The footer out of its bytes, which what is returned refers to. @throws RangeError when they are none */
export function parseFooterBytes(bytes: Uint8Array): Footer {
  const file = new ThriftReader(bytes).struct();
  const metadata = new Map<string, string>();
  for (const pair of structsAt(file, FILE_METADATA)) metadata.set(textAt(pair, 1) ?? '', textAt(pair, 2) ?? '');
  return { file, elements: structsAt(file, FILE_SCHEMA), rows: numberAt(file, FILE_ROWS), metadata };
}

/** ColumnMetaData of each column of the first row group. @throws RangeError when there is none */
export function columnMetadata(footer: Footer): ThriftStruct[] {
  const group = structsAt(footer.file, FILE_ROW_GROUPS)[0];
  if (group === undefined) return [];
  return structsAt(group, GROUP_COLUMNS).map((chunk) => structAt(chunk, CHUNK_META));
}
