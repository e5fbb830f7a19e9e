import type { Column } from './column.ts';

/**
 * Where each column of a row block lies. A block holds up to `rows` rows in Arrow's shape: for each column a validity
 * bitmap (one bit a row, least significant first, 1 = present) and a buffer of eight-byte little-endian values.
 *
 *     | bitmap 0 | bitmap 1 | … | values 0 | values 1 | … |
 *
 * All bitmaps stand first, so that one fill() makes a block empty, and every buffer is 8-byte aligned. The same bytes are
 * a sampler's state, a ring slot, a record batch of the spool, and the window that is read back.
 */
export interface Layout {
  readonly table: string;
  /** The columns that have a place in the block, in order: never `utf8`. */
  readonly columns: readonly Column[];
  /** Capacity in rows, a multiple of 64. */
  readonly rows: number;
  readonly bitmapBytes: number;
  /** Where the first value buffer starts, in bytes. */
  readonly valuesOffset: number;
  readonly byteLength: number;
}

/** @throws RangeError when `rows` is not a positive multiple of 64, or a column has no fixed width. */
export function makeLayout(table: string, columns: readonly Column[], rows: number): Layout {
  if (rows <= 0 || rows % 64 !== 0) throw new RangeError(`rows must be a positive multiple of 64, found ${rows}`);
  const text = columns.find((column) => column.type === 'utf8');
  if (text) throw new RangeError(`column ${text.name} has no fixed width and cannot be part of a layout`);
  const bitmapBytes = rows / 8;
  const valuesOffset = columns.length * bitmapBytes;
  return { table, columns, rows, bitmapBytes, valuesOffset, byteLength: valuesOffset + columns.length * rows * 8 };
}

/** The most rows, as a multiple of 64, whose block fits in `bytes`. */
export function rowsThatFit(columns: number, bytes: number): number {
  return Math.floor(bytes / (columns * (8 * 64 + 8))) * 64;
}

/** The column's number in the layout, or -1. */
export function indexOf(layout: Layout, name: string): number {
  return layout.columns.findIndex((column) => column.name === name);
}

/** The column's number in the layout. @throws RangeError when there is none. */
export function mustIndexOf(layout: Layout, name: string): number {
  const index = indexOf(layout, name);
  if (index < 0) throw new RangeError(`table ${layout.table} has no column ${name}`);
  return index;
}
