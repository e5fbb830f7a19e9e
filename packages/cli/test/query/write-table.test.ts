import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import { fit, writeTable } from '../../src/query/write-table.ts';
import type { QueryResult, Write } from '../../src/query/result.ts';
import { PLAIN } from '../../src/text/style.ts';
import { written } from './output.ts';

function table(width: number | undefined): (result: QueryResult, write: Write) => Promise<void> {
  return (result, write) => writeTable(result, write, width, PLAIN);
}

t.test('numbers stand right, texts left, and nothing moves the cursor', async (t) => {
  const sql = `SELECT * FROM (VALUES ('api', 5, NULL), (E'e\\x1b[2Jvil', 1234, 0.5::DOUBLE)) AS v(name, bytes, share)`;
  t.equal(
    await written(t, sql, table(undefined)),
    ['name           bytes  share', 'api                5   null', 'e\\u001b[2Jvil   1234    0.5', '(2 rows)', ''].join(
      '\n',
    ),
  );
});

t.test('the widest columns give way to the terminal', async (t) => {
  const text = await written(t, `SELECT repeat('x', 50) AS long, 7 AS n, 'short' AS s`, table(30));
  t.equal(text, ['long                  n  s', 'xxxxxxxxxxxxxxxxxxx…  7  short', '(1 row)', ''].join('\n'));
});

t.test('more columns than fit become a block of lines a row', async (t) => {
  const columns = Array.from({ length: 12 }, (_, index) => `'value ${index}' AS column_${index}`);
  const text = await written(t, `SELECT ${columns.join(', ')} FROM range(2)`, table(40));
  const lines = text.split('\n');
  t.equal(lines[0], 'row 1');
  t.equal(lines[1], 'column_0   value 0');
  t.equal(lines[13], 'row 2');
  t.equal(lines.at(-2), '(2 rows)');
});

t.test('rows after the first thousand are written too, cut to the width of those', async (t) => {
  const text = await written(
    t,
    `SELECT CASE WHEN i < 5000 THEN i::VARCHAR ELSE repeat('y', 50) END AS v FROM range(5001) AS r(i)`,
    table(undefined),
  );
  const lines = text.trimEnd().split('\n');
  t.equal(lines.length, 5003);
  t.match(lines[5001], /^y+…$/);
  t.equal(lines.at(-1), '(5,001 rows)');
});

t.test('no rows', async (t) => {
  t.equal(await written(t, 'SELECT 1 AS a, 2 AS b WHERE false', table(80)), 'a  b\n(0 rows)\n');
});

t.test('what is fitted fits, and nothing grows', async (t) => {
  const cells = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 12 });
  const property = fc.property(cells, fc.integer({ min: 1, max: 200 }), (natural, width) => {
    const fitted = fit(natural, width);
    if (!fitted) return natural.length * 8 - 2 > width || Math.min(...natural) < 6;
    const total = fitted.reduce((sum, each) => sum + each, 0) + 2 * (natural.length - 1);
    return total <= width && fitted.every((each, index) => each <= natural[index]!);
  });
  await holds(t, property);
});
