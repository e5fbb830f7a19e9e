import { Float64, Int64, Vector, makeData } from 'apache-arrow';
import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import { Columns, makeLayout, type Column, type ColumnType, type Layout } from '../src/index.ts';

const ROWS = 128;
const LIMIT = 2 ** 53;

function column(name: string, type: ColumnType): Column {
  return { name, type, kind: 'gauge', unit: null, help: 'A number.', source: 'recorder' };
}

const LAYOUT = makeLayout(
  'things',
  [column('whole', 'int64'), column('share', 'double'), column('other', 'int64')],
  ROWS,
);
const WHOLE = 0;
const SHARE = 1;

const place = { column: fc.nat(LAYOUT.columns.length - 1), row: fc.nat(ROWS - 1) };
const whole = fc.oneof(
  fc.integer({ min: -100, max: 100 }),
  fc.maxSafeInteger(),
  fc.constantFrom(LIMIT, -LIMIT, 2 ** 32, 2 ** 32 - 1, -(2 ** 32), -(2 ** 32) - 1, 2 ** 31, -(2 ** 31), 0),
);

/** The column's values as BigInts, as a reader of the file sees them. */
function bigints(columns: Columns, index: number): BigInt64Array {
  const { buffer, byteOffset } = columns.bytes;
  return new BigInt64Array(buffer, byteOffset + LAYOUT.valuesOffset + index * ROWS * 8, ROWS);
}

/** The column as apache-arrow reads the same bytes, without copying them. */
function arrowVector(columns: Columns, layout: Layout, index: number): Vector {
  const { buffer, byteOffset } = columns.bytes;
  const at = byteOffset + layout.valuesOffset + index * layout.rows * 8;
  const nullBitmap = columns.bytes.subarray(index * layout.bitmapBytes, (index + 1) * layout.bitmapBytes);
  const size = { length: layout.rows, nullBitmap };
  return layout.columns[index]!.type === 'double'
    ? new Vector([makeData({ type: new Float64(), data: new Float64Array(buffer, at, layout.rows), ...size })])
    : new Vector([makeData({ type: new Int64(), data: new BigInt64Array(buffer, at, layout.rows), ...size })]);
}

t.test('an integer comes back as it went in, and is the same INT64 to everybody else', async (t) => {
  const columns = new Columns(LAYOUT);
  const property = fc.property(fc.constantFrom(0, 2), place.row, whole, fc.boolean(), (column, row, value, inArray) => {
    columns.setNull(column, row);
    if (inArray) columns.setIntAt(column, row, Float64Array.of(0, value), 1);
    else columns.setInt(column, row, value);
    return (
      columns.getInt(column, row) === value &&
      columns.isValid(column, row) &&
      bigints(columns, column)[row] === BigInt(value)
    );
  });
  await holds(t, property);
});

t.test('a double comes back bit by bit', async (t) => {
  const columns = new Columns(LAYOUT);
  const property = fc.property(place.row, fc.double(), (row, value) => {
    columns.setDouble(SHARE, row, value);
    return columns.isValid(SHARE, row) && Object.is(columns.getDouble(SHARE, row), value);
  });
  await holds(t, property);
});

type Write = { column: number; row: number; value: number | null };
const writes = fc.array(fc.record({ ...place, value: fc.option(whole) }), { maxLength: 200 });

function apply(columns: Columns, { column, row, value }: Write): void {
  if (value === null) columns.setNull(column, row);
  else if (column === SHARE) columns.setDouble(column, row, value);
  else columns.setInt(column, row, value);
}

function read(columns: Columns, column: number, row: number): number | null {
  if (!columns.isValid(column, row)) return null;
  return column === SHARE ? columns.getDouble(column, row) : columns.getInt(column, row);
}

t.test('after any writes, apache-arrow reads the model out of the bytes', async (t) => {
  const property = fc.property(writes, (list) => {
    const columns = new Columns(LAYOUT);
    const model = LAYOUT.columns.map(() => Array.from<number | null>({ length: ROWS }).fill(null));
    for (const write of list) {
      apply(columns, write);
      model[write.column]![write.row] = write.value;
    }
    model.forEach((expected, column) => {
      const found = Array.from(arrowVector(columns, LAYOUT, column), (value) =>
        value === null ? null : Number(value),
      );
      t.same(found, expected);
    });
  });
  await holds(t, property);
});

t.test('a write touches its own place only', async (t) => {
  const property = fc.property(writes, fc.record({ ...place, value: fc.option(whole) }), (list, last) => {
    const columns = new Columns(LAYOUT);
    for (const write of list) apply(columns, write);
    const before = new Columns(LAYOUT, columns.bytes.slice().buffer);
    apply(columns, last);
    return LAYOUT.columns.every((_, column) =>
      Array.from({ length: ROWS }, (_, row) => row).every(
        (row) =>
          (column === last.column && row === last.row) ||
          Object.is(read(columns, column, row), read(before, column, row)),
      ),
    );
  });
  await holds(t, property);
});

t.test('copyRow brings values and absence, to that row only', async (t) => {
  const property = fc.property(writes, writes, place.row, place.row, (mine, theirs, row, fromRow) => {
    const to = new Columns(LAYOUT);
    const from = new Columns(LAYOUT);
    for (const write of mine) apply(to, write);
    for (const write of theirs) apply(from, write);
    const before = new Columns(LAYOUT, to.bytes.slice().buffer);
    to.copyRow(row, from, fromRow);
    return LAYOUT.columns.every((_, column) =>
      Array.from({ length: ROWS }, (_, at) => at).every((at) =>
        Object.is(read(to, column, at), at === row ? read(from, column, fromRow) : read(before, column, at)),
      ),
    );
  });
  await holds(t, property);
});

t.test('clear makes everything absent and keeps the bytes of the values', async (t) => {
  const columns = new Columns(LAYOUT);
  for (let row = 0; row < ROWS; row++) columns.setInt(WHOLE, row, row);
  columns.clear();
  for (let row = 0; row < ROWS; row++) {
    t.notOk(columns.isValid(WHOLE, row));
    t.equal(columns.getInt(WHOLE, row), row);
  }
});

t.test('two views of one shared buffer are the same block', async (t) => {
  const shared = new SharedArrayBuffer(64 + LAYOUT.byteLength);
  const mine = new Columns(LAYOUT, shared, 64);
  const theirs = new Columns(LAYOUT, shared, 64);
  mine.setInt(WHOLE, 5, -LIMIT);
  t.ok(theirs.isValid(WHOLE, 5));
  t.equal(theirs.getInt(WHOLE, 5), -LIMIT);
  t.ok(
    new Uint8Array(shared, 0, 64).every((byte) => byte === 0),
    'nothing in front of it is touched',
  );
  t.equal(arrowVector(theirs, LAYOUT, WHOLE).get(5), BigInt(-LIMIT));
});
