import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { Database } from '../../src/duckdb/database.ts';
import { literal } from '../../src/duckdb/sql-text.ts';

t.test('times are in UTC, whatever the machine says', async (t) => {
  const database = await Database.open();
  t.teardown(() => database.close());
  t.same(await database.rows("SELECT date_trunc('hour', TIMESTAMPTZ '2026-11-21 05:59:00+05:30')::VARCHAR AS t"), [
    { t: '2026-11-21 00:00:00+00' },
  ]);
});

t.test('a confined database reads the files that it was given and no others', async (t) => {
  const directory = t.testdir({ 'a.csv': 'x\n1\n', 'b.csv': 'x\n2\n' });
  const [a, b] = [join(directory, 'a.csv'), join(directory, "b'.csv")];
  writeFileSync(b, 'x\n3\n');
  const database = await Database.open();
  t.teardown(() => database.close());
  await database.confineTo([a, b]);
  t.same(await database.rows(`SELECT x FROM read_csv([${literal(a)}, ${literal(b)}]) ORDER BY x`), [
    { x: 1n },
    { x: 3n },
  ]);
  for (const sql of [
    `SELECT * FROM read_csv(${literal(join(directory, 'b.csv'))})`,
    `SELECT * FROM read_text('/proc/self/environ')`,
    `SELECT * FROM glob('/etc/*')`,
    `COPY (SELECT 1) TO ${literal(join(directory, 'c.csv'))}`,
    `ATTACH ${literal(join(directory, 'd.db'))}`,
    'INSTALL httpfs',
    'LOAD httpfs',
    'SET enable_external_access = true',
    "SET allowed_paths = ['/etc/passwd']",
  ]) {
    await t.rejects(database.connection.run(sql), /disabled|locked/, sql);
  }
});
