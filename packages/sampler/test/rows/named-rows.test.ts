import { blockColumns, ENTITY_COLUMN, makeLayout, NAME_COLUMN } from '@fgm/catalog';
import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import { BlockSet } from '../../src/rows/block-set.ts';
import { NamedRows } from '../../src/rows/named-rows.ts';
import type { ShardContext } from '../../src/shard-context.ts';

const LAYOUT = makeLayout('devices', blockColumns('devices'), 64);
const VALUE = NAME_COLUMN + 1;
/** The naming below does not ask it anything. */
const CONTEXT = {} as ShardContext;
const NAMING = { number: (_: ShardContext, key: number): number => key + 1000 };

type Reading = readonly number[];

/** Reads each list of keys in turn; a key's value is its place. Gives what then stands in the set. */
function read(rows: NamedRows, reading: Reading): void {
  rows.begin();
  for (const [place, key] of reading.entries()) {
    const { columns, row } = rows.at(key);
    columns.setInt(VALUE, row, place);
  }
  rows.end();
  rows.stamp(CONTEXT, 7, 99, 1);
}

function contentOf(set: BlockSet): Map<number, number> {
  const content = new Map<number, number>();
  for (let block = 0; block < set.blocksInUse(); block++) {
    const columns = set.blocks[block]!;
    for (let row = 0; row < set.rowsIn(block); row++) {
      if (columns.getInt(ENTITY_COLUMN, row) !== 7 || !columns.isValid(VALUE, row)) continue;
      content.set(columns.getInt(NAME_COLUMN, row) - 1000, columns.getInt(VALUE, row));
    }
  }
  return content;
}

t.test('after any readings the rows are those of the last one', async (t) => {
  const reading = fc.array(fc.nat(200), { maxLength: 150 });
  const property = fc.property(fc.array(reading, { minLength: 1, maxLength: 6 }), (readings) => {
    const set = new BlockSet(LAYOUT);
    const rows = new NamedRows(set, NAMING);
    for (const one of readings) read(rows, one);
    const expected = new Map(readings.at(-1)!.map((key, place) => [key, place]));
    t.same(contentOf(set), expected);
    return set.count === expected.size && rows.list.length === expected.size;
  });
  await holds(t, property);
});

t.test('values of an earlier reading are gone', async (t) => {
  const set = new BlockSet(LAYOUT);
  const rows = new NamedRows(set, NAMING);
  read(rows, [1, 2]);
  rows.begin();
  const { columns, row } = rows.at(1);
  t.notOk(columns.isValid(VALUE, row), 'absent when a reading comes to it first');
  columns.setInt(VALUE, row, 5);
  t.equal(rows.at(1).columns.getInt(VALUE, row), 5, 'and kept when it comes again');
  rows.end();
  t.same(
    rows.list.map(({ key }) => key),
    [1],
  );
});

t.test('a hundred thousand rows take no longer each than a few', async (t) => {
  const set = new BlockSet(LAYOUT);
  const rows = new NamedRows(set, NAMING);
  const many = Array.from({ length: 100_000 }, (_, key) => key);
  read(rows, many);
  read(rows, many);
  t.equal(set.count, 100_000);
  rows.clear();
  t.equal(set.count, 0);
});
