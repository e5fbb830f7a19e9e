import type { Column } from '@fgm/catalog';
import { bitmapBytes } from './batch-layout.ts';
import { chunkOf, type ColumnChunk, type CompressedPage, compressPage } from './column-chunk.ts';
import type { NumericBatch } from './numeric-batch.ts';
import { packed, RunWriter } from './run-writer.ts';
import {
  binary,
  BINARY,
  i32,
  I32,
  i64,
  LIST,
  struct,
  text,
  type ThriftField,
  type ThriftStruct,
  TRUE,
} from './thrift.ts';
import { doubleRange, integerRange } from './value-range.ts';
import { isPresent, type ValueRuns } from './value-runs.ts';

/** Numbers of parquet.thrift: physical types, repetition, encodings, fields. */
const INT64 = 2;
const DOUBLE = 5;
const OPTIONAL = 1;
const TIMESTAMP_MICROS = 10;
const LOGICAL_TIMESTAMP = 8;
const UNIT_MICROS = 2;
const DATA_PAGE = 0;
const PLAIN = 0;
const RLE = 3;

const encoder = new TextEncoder();
/** Holds a page until it is compressed: new memory for each would pile up until the garbage collector comes. */
let scratch = Buffer.alloc(0);

/**
 * Encodes a column of numbers: one page of definition levels and PLAIN values, and statistics. It takes as many steps as there are
 * runs of equal neighbours, where a general encoder looks at every row three times.
 */
export function encodeRuns(batch: NumericBatch, index: number, runs: ValueRuns, level: number): ColumnChunk {
  const column = batch.columns[index]!;
  const page =
    runs.starts.length === 1 ? uniformPage(batch, index, runs, level) : encodePage(batch, index, runs, level);
  const statistics = statisticsOf(batch, index, runs, column.type === 'double');
  return chunkOf(schemaElement(column), columnMeta(column, runs.rows, statistics), [page]);
}

/** Pages with the same in all rows, by what that is. Many columns of a window have the same one: nothing, or zero. */
const uniform = new Map<string, CompressedPage>();
/** Windows differ in their rows, so what an older one had is of no use. */
const MOST_UNIFORM = 64;

function uniformPage(batch: NumericBatch, index: number, runs: ValueRuns, level: number): CompressedPage {
  const word = batch.wordsAt + index * batch.rows * 2;
  const value = isPresent(batch, index, 0) ? `${batch.words[word]} ${batch.words[word + 1]}` : '';
  const key = `${level} ${runs.rows} ${value}`;
  let page = uniform.get(key);
  if (page !== undefined) return page;
  if (uniform.size >= MOST_UNIFORM) uniform.clear();
  page = encodePage(batch, index, runs, level);
  uniform.set(key, page);
  return page;
}

function encodePage(batch: NumericBatch, index: number, runs: ValueRuns, level: number): CompressedPage {
  const present = runs.rows - batch.nulls[index]!;
  return compressPage({ header: pageHeader(runs.rows), data: pageData(batch, index, runs, present) }, level);
}

function pageData(batch: NumericBatch, index: number, runs: ValueRuns, present: number): Uint8Array {
  const stretches = stretchesOf(batch, index, runs);
  const levels = levelsOf(batch, index, runs.rows, stretches);
  const length = 4 + levels.length + present * 8;
  if (scratch.length < length) scratch = Buffer.allocUnsafeSlow(length);
  const data = scratch.subarray(0, length);
  data.writeUInt32LE(levels.length);
  data.set(levels, 4);
  let at = 4 + levels.length;
  const first = (batch.wordsAt + index * batch.rows * 2) * 4;
  for (const { start, end } of stretches) {
    data.set(batch.bytes.subarray(first + start * 8, first + end * 8), at);
    at += (end - start) * 8;
  }
  return data;
}

/** Neighbouring rows whose values are all there. */
interface Stretch {
  readonly start: number;
  readonly end: number;
}

function stretchesOf(batch: NumericBatch, index: number, { starts, rows }: ValueRuns): Stretch[] {
  const nulls = batch.nulls[index]!;
  if (nulls === 0) return [{ start: 0, end: rows }];
  if (nulls === rows) return [];
  const stretches: Stretch[] = [];
  let start = -1;
  for (const row of starts) {
    const present = isPresent(batch, index, row);
    if (present && start < 0) start = row;
    if (present || start < 0) continue;
    stretches.push({ start, end: row });
    start = -1;
  }
  if (start >= 0) stretches.push({ start, end: rows });
  return stretches;
}

/** Definition levels: by their runs, or one bit a row where that is shorter. */
function levelsOf(batch: NumericBatch, index: number, rows: number, stretches: readonly Stretch[]): Uint8Array {
  const levels = new RunWriter(1);
  let row = 0;
  for (const { start, end } of stretches) {
    levels.add(0, start - row);
    levels.add(1, end - start);
    row = end;
  }
  levels.add(0, rows - row);
  const encoded = levels.result();
  const bitmap = index * bitmapBytes(rows);
  const bits = batch.bytes.subarray(bitmap, bitmap + Math.ceil(rows / 8));
  return encoded.length <= bits.length ? encoded : packed(bits);
}

function pageHeader(rows: number): ThriftStruct {
  const header = struct([
    [1, i32(rows)],
    [2, i32(PLAIN)],
    [3, i32(RLE)],
    [4, i32(RLE)],
  ]);
  return new Map([
    [1, i32(DATA_PAGE)],
    [5, header],
  ]);
}

/** The column as Parquet's schema names it. */
export function schemaElement(column: Column): ThriftStruct {
  const element: ThriftStruct = new Map([
    [1, i32(column.type === 'double' ? DOUBLE : INT64)],
    [3, i32(OPTIONAL)],
    [4, text(column.name)],
  ]);
  if (column.type !== 'timestamp') return element;
  const utc: ThriftField = { type: TRUE, value: 0 };
  element.set(6, i32(TIMESTAMP_MICROS));
  element.set(
    10,
    struct([
      [
        LOGICAL_TIMESTAMP,
        struct([
          [1, utc],
          [2, struct([[UNIT_MICROS, struct([])]])],
        ]),
      ],
    ]),
  );
  return element;
}

function columnMeta(column: Column, rows: number, statistics: ThriftField): ThriftStruct {
  return new Map([
    [1, i32(column.type === 'double' ? DOUBLE : INT64)],
    [2, { type: LIST, value: { type: I32, items: [PLAIN, RLE] } }],
    [3, { type: LIST, value: { type: BINARY, items: [encoder.encode(column.name)] } }],
    [5, i64(rows)],
    [12, statistics],
  ]);
}

function statisticsOf(batch: NumericBatch, index: number, runs: ValueRuns, double: boolean): ThriftField {
  const range = double ? doubleRange(batch, index, runs) : integerRange(batch, index, runs);
  const fields: [number, ThriftField][] = [[3, i64(batch.nulls[index]!)]];
  if (range !== null) {
    const exact: ThriftField = { type: TRUE, value: 0 };
    fields.push([5, binary(range.most)], [6, binary(range.least)], [7, exact], [8, exact]);
  }
  return struct(fields);
}
