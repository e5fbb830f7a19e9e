import t from 'tap';
import { writeJson } from '../../src/query/write-json.ts';
import { written } from './output.ts';

t.test('an array with an object a line', async (t) => {
  const text = await written(
    t,
    `SELECT i AS "a""b", CASE WHEN i > 0 THEN 'x' END AS s FROM range(3) AS r(i)`,
    writeJson,
  );
  t.equal(text, '[\n{"a\\"b":0,"s":null},\n{"a\\"b":1,"s":"x"},\n{"a\\"b":2,"s":"x"}\n]\n');
});

t.test('no rows, many rows, and the same name twice', async (t) => {
  t.equal(await written(t, 'SELECT 1 AS a WHERE false', writeJson), '[]\n');
  const many = JSON.parse(await written(t, 'SELECT i, i + 1 AS i FROM range(10000) AS r(i)', writeJson)) as unknown[];
  t.equal(many.length, 10_000);
  t.same(many[9999], { i: 9999, 'i:1': 10_000 });
});
