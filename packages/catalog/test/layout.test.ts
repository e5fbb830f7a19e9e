import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import {
  SAMPLED_TABLES,
  blockColumns,
  indexOf,
  makeLayout,
  mustIndexOf,
  rowsThatFit,
  type Column,
  type ColumnType,
} from '../src/index.ts';

function column(name: string, type: ColumnType = 'int64'): Column {
  return { name, type, kind: 'gauge', unit: null, help: 'A number.', source: 'recorder' };
}

t.test('bitmaps stand first, then the values, and nothing else', async (t) => {
  const columns = [column('time', 'timestamp'), column('share', 'double'), column('state', 'enum')];
  t.match(makeLayout('things', columns, 128), {
    table: 'things',
    columns,
    rows: 128,
    bitmapBytes: 16,
    valuesOffset: 48,
    byteLength: 48 + 3 * 128 * 8,
  });
});

t.test('every buffer of every block is aligned to eight bytes', async (t) => {
  const property = fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 32 }), (count, groups) => {
    const layout = makeLayout(
      'things',
      Array.from({ length: count }, (_, index) => column(`c${index}`)),
      groups * 64,
    );
    return [layout.bitmapBytes, layout.valuesOffset, layout.byteLength].every((bytes) => bytes % 8 === 0);
  });
  await holds(t, property);
});

t.test('a capacity that is not a positive multiple of 64 is refused', async (t) => {
  for (const rows of [0, -64, 1, 63, 65, 64.5, Number.NaN]) {
    t.throws(
      () => makeLayout('things', [column('a')], rows),
      { name: 'RangeError', message: `found ${rows}` },
      `${rows}`,
    );
  }
});

t.test('text has no place in a block', async (t) => {
  const columns = [column('a'), column('comm', 'utf8')];
  t.throws(() => makeLayout('things', columns, 64), { name: 'RangeError', message: /column comm/ });
});

t.test('rowsThatFit gives the largest block within the bytes', async (t) => {
  const property = fc.property(
    fc.integer({ min: 1, max: 300 }),
    fc.integer({ min: 0, max: 4_000_000 }),
    (count, bytes) => {
      const columns = Array.from({ length: count }, (_, index) => column(`c${index}`));
      const rows = rowsThatFit(count, bytes);
      const fits = rows === 0 || makeLayout('things', columns, rows).byteLength <= bytes;
      return fits && makeLayout('things', columns, rows + 64).byteLength > bytes;
    },
  );
  await holds(t, property);
});

t.test('a column is found by its name', async (t) => {
  const layout = makeLayout('things', [column('a'), column('b')], 64);
  t.equal(indexOf(layout, 'b'), 1);
  t.equal(indexOf(layout, 'c'), -1);
  t.equal(mustIndexOf(layout, 'a'), 0);
  t.throws(() => mustIndexOf(layout, 'c'), { name: 'RangeError', message: 'table things has no column c' });
});

for (const table of SAMPLED_TABLES) {
  t.test(`${table} has a layout, each name once`, async (t) => {
    const layout = makeLayout(table, blockColumns(table), 64);
    t.same(
      layout.columns.slice(0, table === 'node' ? 2 : 3).map((column) => column.name),
      table === 'node' ? ['time', 'tick'] : ['time', 'tick', 'entity'],
    );
    t.equal(new Set(layout.columns.map((column) => column.name)).size, layout.columns.length);
  });
}
