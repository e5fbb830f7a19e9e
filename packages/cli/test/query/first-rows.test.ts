import t from 'tap';
import { firstRows } from '../../src/query/first-rows.ts';
import { recorded } from '../recorded.ts';

const LIMITS = { rows: 2, characters: 1000, ms: 30_000 };

t.test('the first rows of a query, and why there are no more', async (t) => {
  const data = await recorded(t);
  const rows = (sql: string, limits: Partial<typeof LIMITS> = {}) => firstRows([data], sql, { ...LIMITS, ...limits });
  t.same(await rows('SELECT * FROM range(2) AS numbers(n)'), { columns: ['n'], rows: [[0], [1]], cut: null });
  t.same(await rows('SELECT * FROM range(3) AS numbers(n)'), {
    columns: ['n'],
    rows: [[0], [1]],
    cut: 'there are more than these 2 rows',
  });
  t.match(await rows("SELECT repeat('x', 700) FROM range(2)"), { rows: [{}], cut: /which are 1000 characters/ });
  await t.rejects(rows("SELECT repeat('x', 2000)"), { name: 'CommandFailure', message: /the first row is longer/ });
  t.same((await rows("SELECT 9007199254740993, 'NaN'::DOUBLE, NULL, [1, 2], {a: 1}")).rows, [
    ['9007199254740993', null, null, [1, 2], { a: 1 }],
  ]);
  await t.rejects(rows('SELECT nonsense'), { name: 'CommandFailure', message: /nonsense/ });
  const endless = 'SELECT count(*) FROM range(1000000000) AS a, range(1000000000) AS b WHERE a.range * b.range = 7';
  await t.rejects(rows(endless, { ms: 300 }), {
    name: 'CommandFailure',
    message: 'the query took longer than 0.3 s: ask for less',
  });
});
