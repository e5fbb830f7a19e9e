/** Whatever stands in the windows stands in the merged file, in order, by two readers that are not ours. */
import assert from 'node:assert/strict';
import * as path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import { PageReader } from '../../src/read/page-reader.ts';
import { SourceFile } from '../../src/read/source-file.ts';
import { parquetFiles } from '../fixture.ts';
import {
  type Cell,
  columnsNamed,
  containerRow,
  HOUR,
  readExactly,
  run,
  type WindowRow,
  writeWindow,
} from './window-file.ts';

type Table = 'containers' | 'processes' | 'devices' | 'events';

const KEYS: Readonly<Record<Table, readonly string[]>> = {
  containers: ['container_id'],
  processes: ['container_id', 'pid', 'start_time'],
  devices: ['container_id', 'device'],
  events: ['container_id'],
};
/** Columns that every window has, and columns that only some have. */
const ALWAYS: Readonly<Record<Table, readonly string[]>> = {
  containers: ['time', 'tick', 'container_id'],
  processes: ['time', 'tick', 'container_id', 'pid', 'start_time'],
  devices: ['time', 'tick', 'container_id', 'device'],
  events: ['time', 'container_id', 'detail'],
};
const SOMETIMES: Readonly<Record<Table, readonly string[]>> = {
  containers: ['pod', 'memory_current_bytes', 'cpu_usage_millicores', 'memory_stat_new_kernel'],
  processes: ['comm', 'state', 'cpu_percent', 'stat_utime_usec'],
  devices: ['pod', 'device_name', 'rows_only_here'],
  events: ['type', 'pid'],
};

const int64 = fc.oneof(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), fc.constantFrom(0n, 2n ** 53n + 1n, -(2n ** 53n) - 1n));
const double = fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(0, -0, Infinity, -Infinity, 5e-324));
const text = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 6 }), fc.constantFrom('', 'é', '😀', '￿'));
const few = (prefix: string): fc.Arbitrary<string> =>
  fc.constantFrom('', 'a', 'b', 'é', '😀', '￿').map((name) => prefix + name);

function cellOf(table: Table, name: string): fc.Arbitrary<Cell> {
  const [column] = columnsNamed(table, [name]);
  if (name === 'time') return fc.nat(200).map((second) => BigInt(HOUR + second * 500) * 1000n);
  if (name === 'tick') return fc.nat(100).map((tick) => BigInt(HOUR / 1000 + tick));
  if (name === 'container_id' || name === 'device') {
    return table === 'events' ? fc.option(few('c'), { nil: null }) : few('c');
  }
  if (KEYS[table].includes(name)) return fc.nat(3).map(BigInt);
  const some: fc.Arbitrary<Cell> =
    column!.type === 'double' ? double : column!.type === 'utf8' || column!.type === 'enum' ? text : int64;
  return fc.option(some, { nil: null, freq: 3 });
}

const window = (table: Table): fc.Arbitrary<{ names: readonly string[]; rows: WindowRow[] }> =>
  fc.subarray([...SOMETIMES[table]]).chain((some) => {
    const names = [...ALWAYS[table], ...some];
    const row = fc.record(Object.fromEntries(names.map((name) => [name, cellOf(table, name)])));
    return fc.record({ names: fc.constant(names), rows: fc.array(row, { minLength: 1, maxLength: 12 }) });
  });

const recording = fc.constantFrom<Table>('containers', 'processes', 'devices', 'events').chain((table) =>
  fc.record({
    table: fc.constant(table),
    first: fc.array(window(table), { minLength: 2, maxLength: 5 }),
    late: fc.array(window(table), { maxLength: 3 }),
    groupRows: fc.constantFrom(1, 7, 16, 1000),
  }),
);

function compareCells(a: Cell, b: Cell): number {
  if (typeof a === 'bigint' && typeof b === 'bigint') return a < b ? -1 : a > b ? 1 : 0;
  return Buffer.compare(Buffer.from((a ?? '') as string), Buffer.from((b ?? '') as string));
}

function sorted(table: Table, rows: readonly WindowRow[]): WindowRow[] {
  return rows.toSorted((a, b) => {
    for (const name of [...KEYS[table], 'time']) {
      const difference = compareCells(a[name] ?? null, b[name] ?? null);
      if (difference !== 0) return difference;
    }
    return 0;
  });
}

async function throughDuckDB(file: string): Promise<Record<string, Cell>[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll(
    `SELECT * REPLACE (epoch_us(time) AS time) FROM read_parquet('${file}', hive_partitioning = false)`,
  );
  const rows = reader.getRowObjects() as Record<string, Cell>[];
  connection.closeSync();
  instance.closeSync();
  return rows;
}

t.test('random windows become their rows, sorted', async (t) => {
  let directories = 0;
  const base = t.testdir();
  await holds(
    t,
    fc.asyncProperty(recording, async ({ table, first, late, groupRows }) => {
      const directory = path.join(base, String(directories++));
      const write = (windows: typeof first, from: number): void => {
        for (const [index, { names, rows }] of windows.entries()) {
          const columns = columnsNamed(table, names);
          const number = from + index + 1;
          writeWindow(directory, { table, start: HOUR + number * 90_000, number, rows, columns });
        }
      };
      write(first, 0);
      await run(directory, { groupRows });
      write(late, first.length);
      const { reports } = await run(directory, { groupRows });
      assert.deepEqual(
        reports.filter(({ type }) => type !== 'merged'),
        [],
      );
      const [file, ...others] = parquetFiles(directory);
      assert.deepEqual(others, []);
      const names = [...new Set([...first, ...late].flatMap((one) => one.names))];
      const full = [...first, ...late]
        .flatMap(({ rows }) => rows)
        .map((row) => Object.fromEntries(names.map((name) => [name, row[name] ?? null])));
      const wanted = sorted(table, full);
      for (const found of [await readExactly(file!), await throughDuckDB(file!)]) {
        const ordered = found.map((row) => Object.fromEntries(names.map((name) => [name, row[name] ?? null])));
        assert.deepEqual(ordered, wanted);
        assert.equal(Object.keys(found[0]!).length, names.length);
      }
    }),
    1000,
  );
});

t.test('every bit of a number stays what it is', async (t) => {
  const directory = t.testdir();
  const bits = [0x7ff8000000000001n, 0xfff8000000000000n, 0x7ff0000000000001n, 0x8000000000000000n, 1n];
  const wanted = bits.map((value) => BigInt.asIntN(64, value));
  const rows = (from: number): WindowRow[] =>
    wanted.map((value, index) =>
      containerRow('a', from + index, { cpu_usage_millicores: value, memory_current_bytes: value }),
    );
  writeWindow(directory, { table: 'containers', start: HOUR, number: 1, rows: rows(0) });
  writeWindow(directory, { table: 'containers', start: HOUR + 90_000, number: 2, rows: rows(90) });
  await run(directory);
  const source = SourceFile.open(parquetFiles(directory)[0]!);
  t.teardown(() => source.close());
  for (const name of ['cpu_usage_millicores', 'memory_current_bytes']) {
    const found: bigint[] = [];
    new PageReader().numbers(source, source.indexOf(name), 0, source.rows, ({ rows: count, words }) => {
      found.push(...new BigInt64Array(words.slice(0, count * 2).buffer));
    });
    t.strictSame(found, [...wanted, ...wanted], name);
  }
});

t.test('columns of many pages, some of them without a value', async (t) => {
  const directory = t.testdir();
  const rows = (window: number): WindowRow[] =>
    Array.from({ length: 50_000 }, (_, index) => {
      const second = window * 90 + (index % 90);
      // Whole pages with, without, and with some values.
      const value = index < 20_000 ? BigInt(index) : index < 40_000 ? null : index % 3 === 0 ? -1n : null;
      return containerRow(`c${String(Math.floor(index / 90)).padStart(4, '0')}`, second, {
        memory_current_bytes: value,
      });
    });
  for (const window of [0, 1, 2]) {
    writeWindow(directory, {
      table: 'containers',
      start: HOUR + window * 90_000,
      number: window + 1,
      rows: rows(window),
    });
  }
  const { totals } = await run(directory);
  t.match(totals, { files: 1, sources: 3, rows: 150_000, failed: 0 });
  const found = await readExactly(parquetFiles(directory)[0]!);
  const wanted = sorted('containers', [0, 1, 2].flatMap(rows));
  const summary = (all: readonly WindowRow[]): unknown[] =>
    all.map((row) => [row['container_id'], row['time'], row['memory_current_bytes'] ?? null]);
  t.strictSame(summary(found), summary(wanted));
});

t.test('a byte order mark is part of a text', async (t) => {
  const directory = t.testdir();
  const columns = columnsNamed('containers', ['time', 'tick', 'container_id', 'pod']);
  for (const [number, pod] of [
    [1, '\ufeffmark'],
    [2, 'mark'],
  ] as const) {
    const rows = [containerRow('a', number, { pod })];
    writeWindow(directory, { table: 'containers', start: HOUR + number * 90_000, number, rows, columns });
  }
  await run(directory);
  // Other readers here take it off.
  const source = SourceFile.open(parquetFiles(directory)[0]!);
  t.teardown(() => source.close());
  new PageReader().texts(source, source.indexOf('pod'), 0, source.rows, ({ codes, dictionary }) => {
    t.same(
      [...codes.subarray(0, 2)].map((code) => Buffer.from(dictionary[code]!)),
      [Buffer.from('\ufeffmark'), Buffer.from('mark')],
    );
  });
});
