import type { Column } from '@fgm/catalog';
import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import { zstdDecompressSync } from 'node:zlib';
import t from 'tap';
import { bitmapBytes } from '../src/batch-layout.ts';
import type { ColumnChunk } from '../src/column-chunk.ts';
import { readHybrid } from '../src/read/hybrid-runs.ts';
import { NumericBatch } from '../src/numeric-batch.ts';
import { encodeNumeric } from '../src/numeric-columns.ts';
import { numberAt, ThriftReader, type ThriftStruct } from '../src/thrift.ts';
import { valueRuns } from '../src/value-runs.ts';
import { byParquetWasm } from './by-parquet-wasm.ts';

const STATISTICS = 12;
const TYPES = ['int64', 'double', 'timestamp'] as const;
/** Bits of integers, zeros, NaNs of two kinds, infinities. */
const BITS = [
  0n,
  1n,
  -1n,
  2n ** 63n - 1n,
  -(2n ** 63n),
  2n ** 53n + 1n,
  0x7ff8000000000000n,
  0x7ff0000000000000n,
].concat([
  BigInt.asIntN(64, 0xfff0000000000000n),
  BigInt.asIntN(64, 0xfff8000000000123n),
  0x3ff8000000000000n,
  0xfffffffen,
]);

/** One value many times over; null is absent. */
type Run = readonly [value: bigint | null, length: number];

function columnOf(type: (typeof TYPES)[number], index = 0): Column {
  return { name: `c${index}`, type, kind: 'gauge', unit: null, help: '', source: '' };
}

/** A batch whose absent values have `garbage` where others have theirs. */
function batchOf(columns: readonly (readonly [(typeof TYPES)[number], readonly Run[]])[], garbage = 0): NumericBatch {
  const rows = Math.max(...columns.map(([, runs]) => runs.reduce((sum, [, length]) => sum + length, 0)));
  const batch = new NumericBatch(columns.length, rows);
  batch.begin(
    columns.map(([type], index) => columnOf(type, index)),
    rows,
  );
  for (const [column, [, runs]] of columns.entries()) {
    const values = runs.flatMap(([value, length]) => Array<bigint | null>(length).fill(value));
    for (let row = 0; row < rows; row++) put(batch, column, row, values[row] ?? null, garbage);
  }
  return batch;
}

function put(batch: NumericBatch, column: number, row: number, value: bigint | null, garbage: number): void {
  const word = batch.wordsAt + (column * batch.rows + row) * 2;
  batch.words[word] = value === null ? garbage : Number(BigInt.asIntN(32, value));
  batch.words[word + 1] = value === null ? 0 : Number(value >> 32n);
  if (value === null) return;
  batch.bytes[column * bitmapBytes(batch.rows) + (row >> 3)]! |= 1 << (row & 7);
  batch.nulls[column]!--;
}

/** The values of a chunk's pages. */
function valuesOf(chunk: ColumnChunk): (bigint | null)[] {
  const bytes = Buffer.concat(chunk.pages);
  const reader = new ThriftReader(bytes);
  const values: (bigint | null)[] = [];
  while (reader.at < bytes.length) {
    const header = reader.struct();
    const length = numberAt(header, 3);
    const page = zstdDecompressSync(bytes.subarray(reader.at, reader.at + length));
    reader.at += length;
    const rows = numberAt(header.get(5)!.value as ThriftStruct, 1);
    const levels = new Uint8Array(rows);
    let at = 4 + page.readUInt32LE(0);
    readHybrid(page, 4, at, 1, rows, levels);
    for (const level of levels) {
      values.push(level === 0 ? null : page.readBigInt64LE(at));
      if (level !== 0) at += 8;
    }
  }
  return values;
}

function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (value instanceof Map) return [...value].map(([id, inner]) => [id, plain(inner)]);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

/** Number of absent values, extremes. */
function statisticsOf({ meta }: ColumnChunk): unknown {
  const statistics = meta.get(STATISTICS)!.value as ThriftStruct;
  return [3, 5, 6].map((field) => plain(statistics.get(field)));
}

const value = fc.option(fc.oneof(fc.constantFrom(...BITS), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })), {
  nil: null,
});
/** What rests, and what moves. */
const run = fc.tuple(value, fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 60 })));
const cases = fc.tuple(fc.constantFrom(...TYPES), fc.array(run, { minLength: 1, maxLength: 40 }));

t.test('a column is what parquet-wasm makes of it', async (t) => {
  const check = (column: readonly [(typeof TYPES)[number], readonly Run[]]): void => {
    const batch = batchOf([column]);
    const ours = encodeNumeric(batch, 3)[0]!;
    const theirs = byParquetWasm(batch)[0]!;
    t.same(valuesOf(ours), valuesOf(theirs));
    t.same(statisticsOf(ours), statisticsOf(theirs));
    t.same(plain(ours.element), plain(theirs.element));
    for (const field of [1, 2, 3, 4, 5]) t.same(plain(ours.meta.get(field)), plain(theirs.meta.get(field)));
    t.equal(Buffer.concat(ours.pages).length, ours.compressedBytes);
  };
  await holds(t, fc.property(cases, check));
  check(['int64', [[7n, 131_072]]]);
  const every = (mod: number): Run[] =>
    Array.from({ length: 3000 }, (_, row) => [row % mod === 0 ? null : BigInt(row % 11), 1]);
  for (const mod of [1, 2, 3, 9, 100, 4000]) check(['int64', every(mod)]);
});

t.test('columns that move and columns that rest come in their order', async (t) => {
  const moving: Run[] = Array.from({ length: 100 }, (_, row) => [row % 7 === 0 ? null : BigInt(row), 1]);
  const batch = batchOf(
    [
      ['timestamp', moving],
      ['int64', [[5n, 100]]],
      ['double', [[null, 100]]],
      ['int64', moving.toReversed()],
      [
        'double',
        [
          [null, 40],
          [0x3ff8000000000000n, 60],
        ],
      ],
    ],
    99,
  );
  const chunks = encodeNumeric(batch, 3);
  t.same(
    chunks.map(({ element }) => Buffer.from(element.get(4)!.value as Uint8Array).toString()),
    ['c0', 'c1', 'c2', 'c3', 'c4'],
  );
  const values = moving.map(([value]) => value);
  t.same(chunks.map(valuesOf), [
    values,
    Array(100).fill(5n),
    Array(100).fill(null),
    values.toReversed(),
    [...Array(40).fill(null), ...Array(60).fill(0x3ff8000000000000n)],
  ]);
});

t.test('an absent value is no zero', async (t) => {
  const runs: Run[] = [
    [0n, 16],
    [null, 16],
    [0n, 1],
  ];
  t.same([...valueRuns(batchOf([['int64', runs]]), 0).starts], [0, 16, 32]);
});
