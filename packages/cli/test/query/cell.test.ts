import t from 'tap';
import { Database } from '../../src/duckdb/database.ts';
import { cellJson, cellText, isNumeric } from '../../src/query/cell.ts';

/** An SQL value, its text, and its JSON. */
const CASES: readonly (readonly [string, string, string])[] = [
  ['9007199254740993::BIGINT', '9007199254740993', '9007199254740993'],
  [
    '170141183460469231731687303715884105727::HUGEINT',
    '170141183460469231731687303715884105727',
    '170141183460469231731687303715884105727',
  ],
  ['0.1::DOUBLE', '0.1', '0.1'],
  ["'nan'::DOUBLE", 'NaN', 'null'],
  ["'infinity'::DOUBLE", 'Infinity', 'null'],
  ['12.50::DECIMAL(8, 2)', '12.50', '12.50'],
  ['true', 'true', 'true'],
  ["'a\"b\n'", 'a"b\n', '"a\\"b\\n"'],
  ["TIMESTAMPTZ '2026-11-21 05:00:00.123456+00'", '2026-11-21T05:00:00.123456Z', '"2026-11-21T05:00:00.123456Z"'],
  ["TIMESTAMPTZ '2026-11-21 05:00:00.120+00'", '2026-11-21T05:00:00.120Z', '"2026-11-21T05:00:00.120Z"'],
  ["TIMESTAMPTZ '2026-11-21 05:00:00+00'", '2026-11-21T05:00:00Z', '"2026-11-21T05:00:00Z"'],
  ["TIMESTAMP '1969-12-31 23:59:59.999999'", '1969-12-31T23:59:59.999999', '"1969-12-31T23:59:59.999999"'],
  ["TIMESTAMPTZ 'infinity'", 'infinity', '"infinity"'],
  ["DATE '2026-11-21'", '2026-11-21', '"2026-11-21"'],
  ["INTERVAL '90 seconds'", '00:01:30', '"00:01:30"'],
  ['[1, NULL, 3]', '[1, NULL, 3]', '[1,null,3]'],
  ["{'a': 1, 'b': 'x'}", "{'a': 1, 'b': 'x'}", '{"a":1,"b":"x"}'],
  ["MAP {'k': 2}", "{'k': 2}", '{"k":2}'],
  ['NULL', 'null', 'null'],
];

t.test('values of every kind', async (t) => {
  const database = await Database.open();
  t.teardown(() => database.close());
  for (const [sql, text, json] of CASES) {
    const [row] = await database.rows(`SELECT ${sql} AS v`);
    t.equal(cellText(row!['v']!), text, sql);
    t.equal(cellJson(row!['v']!), json, sql);
    // HUGEINT is the one that JSON.parse cannot hold exactly.
    t.doesNotThrow(() => JSON.parse(json));
  }
});

t.test('numbers stand right', async (t) => {
  const database = await Database.open();
  t.teardown(() => database.close());
  const [row] = await database.rows(
    "SELECT 1::BIGINT AS a, 1.5::DOUBLE AS b, 1.5 AS c, 'x' AS d, now() AS e, NULL AS f",
  );
  t.same(Object.values(row!).map(isNumeric), [true, true, true, false, false, false]);
});
