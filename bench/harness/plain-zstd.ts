import type { DuckDBConnection } from '@duckdb/node-api';
import { constants, zstdCompressSync } from 'node:zlib';
import { columnsOf, relation, type SqlColumn } from './duck.ts';

const LEVEL = 3;

/**
 * Bytes of a Parquet file's rows, in the same order, as `zstd -3` of each column by itself: numbers as 8 bytes, little-endian,
 * texts with a line feed after each, what is null left out and a bit for each row where anything is. No footer, no statistics.
 */
export async function plainZstdBytes(duck: DuckDBConnection, file: string): Promise<number> {
  const from = relation([file]);
  let bytes = 0;
  for (const column of await columnsOf(duck, from)) bytes += await columnBytes(duck, from, column);
  return bytes;
}

async function columnBytes(duck: DuckDBConnection, from: string, { name, type }: SqlColumn): Promise<number> {
  const isText = type === 'VARCHAR';
  const value = type.startsWith('TIMESTAMP') ? `epoch_us("${name}")` : `"${name}"`;
  const reader = await duck.runAndReadAll(`SELECT ${value} FROM ${from}`);
  const { currentRowCount: rows } = reader;
  const present = Buffer.alloc(Math.ceil(rows / 8));
  const numbers = Buffer.alloc(isText ? 0 : rows * 8);
  const texts: string[] = [];
  let [row, at] = [0, 0];
  for (const item of reader.getColumns()[0] ?? []) {
    if (item !== null) {
      present[row >> 3]! |= 1 << (row & 7);
      if (typeof item === 'bigint') numbers.writeBigInt64LE(item, at * 8);
      else if (typeof item === 'number') numbers.writeDoubleLE(item, at * 8);
      else texts.push(`${String(item)}\n`);
      at++;
    }
    row++;
  }
  const parts = [
    isText ? Buffer.from(texts.join('')) : numbers.subarray(0, at * 8),
    at < rows ? present : Buffer.alloc(0),
  ];
  return parts.reduce((sum, part) => sum + (part.length === 0 ? 0 : compressed(part)), 0);
}

function compressed(bytes: Buffer): number {
  return zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: LEVEL } }).length;
}
