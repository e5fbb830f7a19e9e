import { type ColumnChunk, compressChunk, type RawPage } from './column-chunk.ts';
import { RunWriter } from './run-writer.ts';
import { binary, i32, i64, LIST, I32, BINARY, struct, text, type ThriftStruct, TRUE } from './thrift.ts';

/** Numbers of parquet.thrift. */
const BYTE_ARRAY = 6;
const OPTIONAL = 1;
const UTF8 = 0;
const STRING = 1;
const DATA_PAGE = 0;
const DICTIONARY_PAGE = 2;
const PLAIN = 0;
const RLE = 3;
const RLE_DICTIONARY = 8;
/** Longer texts are left out of statistics, as readers have little use for them. */
const MAX_STATISTIC = 256;

const encoder = new TextEncoder();

/** Texts of a column, row after row, as runs of equal ones. */
export interface TextRuns {
  /** Equal texts may stand in different runs. Null is no text. */
  readonly texts: readonly (string | null)[];
  readonly lengths: readonly number[];
}

/**
 * Encodes a column of texts: a dictionary page and one data page of run lengths. Labels are the same for all rows of a
 * series, so this takes as many steps as there are series, where a general encoder looks at every row.
 */
export function encodeText(name: string, runs: TextRuns, level: number): ColumnChunk {
  const values = [...new Set(runs.texts.filter((value) => value !== null))].sort();
  const numbers = new Map(values.map((value, index) => [value, index]));
  const bytes = values.map((value) => encoder.encode(value));
  let rows = 0;
  let nulls = 0;
  const present = new RunWriter(1);
  const indices = new RunWriter(32 - Math.clz32(Math.max(values.length - 1, 1)));
  for (const [run, value] of runs.texts.entries()) {
    const length = runs.lengths[run]!;
    rows += length;
    if (value === null) nulls += length;
    else indices.add(numbers.get(value)!, length);
    present.add(value === null ? 0 : 1, length);
  }
  const pages: RawPage[] = [dataPage(rows, present.result(), values.length === 0 ? null : indices)];
  if (values.length > 0) pages.unshift(dictionaryPage(bytes));
  return compressChunk(schemaElement(name), columnMeta(name, rows, nulls, bytes), pages, level);
}

function schemaElement(name: string): ThriftStruct {
  return new Map([
    [1, i32(BYTE_ARRAY)],
    [3, i32(OPTIONAL)],
    [4, text(name)],
    [6, i32(UTF8)],
    [10, struct([[STRING, struct([])]])],
  ]);
}

/** @param values in the order of their text, which is that of their bytes as far as ASCII goes */
function columnMeta(name: string, rows: number, nulls: number, values: readonly Uint8Array[]): ThriftStruct {
  const encodings = values.length === 0 ? [PLAIN, RLE] : [PLAIN, RLE, RLE_DICTIONARY];
  const ordered = values.toSorted((a, b) => Buffer.compare(a, b));
  const least = ordered[0];
  const most = ordered.at(-1);
  const known = least !== undefined && most !== undefined && Math.max(least.length, most.length) <= MAX_STATISTIC;
  return new Map([
    [1, i32(BYTE_ARRAY)],
    [2, { type: LIST, value: { type: I32, items: encodings } }],
    [3, { type: LIST, value: { type: BINARY, items: [encoder.encode(name)] } }],
    [5, i64(rows)],
    [
      12,
      struct([
        [3, i64(nulls)],
        ...(known
          ? ([
              [5, binary(most)],
              [6, binary(least)],
              [7, { type: TRUE, value: 0 }],
              [8, { type: TRUE, value: 0 }],
            ] as const)
          : []),
      ] as [number, ReturnType<typeof i64>][]),
    ],
  ]);
}

function dictionaryPage(values: readonly Uint8Array[]): RawPage {
  const data = Buffer.alloc(values.reduce((sum, value) => sum + 4 + value.length, 0));
  let at = 0;
  for (const value of values) {
    at = data.writeUInt32LE(value.length, at);
    data.set(value, at);
    at += value.length;
  }
  const header = struct([
    [1, i32(values.length)],
    [2, i32(PLAIN)],
  ]);
  return {
    header: new Map([
      [1, i32(DICTIONARY_PAGE)],
      [7, header],
    ]),
    data,
  };
}

/** A page of definition levels, and of dictionary indices unless every row is null. */
function dataPage(rows: number, levels: Uint8Array, indices: RunWriter | null): RawPage {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(levels.length);
  const values = indices === null ? [] : [Uint8Array.of(indices.width), indices.result()];
  const header = struct([
    [1, i32(rows)],
    [2, i32(indices === null ? PLAIN : RLE_DICTIONARY)],
    [3, i32(RLE)],
    [4, i32(RLE)],
  ]);
  return {
    header: new Map([
      [1, i32(DATA_PAGE)],
      [5, header],
    ]),
    data: Buffer.concat([length, levels, ...values]),
  };
}
