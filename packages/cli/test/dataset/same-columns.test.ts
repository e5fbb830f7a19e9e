import { join } from 'node:path';
import t from 'tap';
import { groupByColumns } from '../../src/dataset/same-columns.ts';
import { Database } from '../../src/duckdb/database.ts';
import { literal } from '../../src/duckdb/sql-text.ts';
import { createView } from '../../src/duckdb/views.ts';

t.test('files of different columns are one table', async (t) => {
  const directory = t.testdir({ 'broken.parquet': 'x' });
  const path = (name: string): string => join(directory, `${name}.parquet`);
  const database = await Database.open();
  t.teardown(() => database.close());
  for (const [name, sql] of [
    ['a', 'SELECT 1 AS n, 10 AS old'],
    ['b', 'SELECT 2 AS n, 20 AS old'],
    ['c', 'SELECT 300 AS new, 3 AS n'],
  ] as const) {
    await database.connection.run(`COPY (${sql}) TO ${literal(path(name))} (FORMAT parquet)`);
  }
  const groups = groupByColumns(['a', 'c', 'b', 'broken'].map(path));
  t.same(groups, [[path('a'), path('b')], [path('c')]], 'one that is no Parquet file is left out');
  await database.connection.run(createView('containers', groups));
  t.same(await database.rows('SELECT n, old, new FROM containers ORDER BY n'), [
    { n: 1, old: 10, new: null },
    { n: 2, old: 20, new: null },
    { n: 3, old: null, new: 300 },
  ]);
});
