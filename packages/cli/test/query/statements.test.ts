import { join } from 'node:path';
import { existsSync } from 'node:fs';
import t from 'tap';
import { Database } from '../../src/duckdb/database.ts';
import { literal } from '../../src/duckdb/sql-text.ts';
import { lastStatement } from '../../src/query/statements.ts';

async function first(database: Database, sql: string): Promise<unknown> {
  const reader = await (await lastStatement(database.connection, sql)).runAndReadAll();
  return reader.getRows()[0]?.[0];
}

t.test('statements that read', async (t) => {
  const database = await Database.open();
  t.teardown(() => database.close());
  await database.connection.run("CREATE VIEW v AS SELECT 1 AS a, 'x' AS b UNION ALL SELECT 2, 'y'");
  t.equal(await first(database, 'SELECT max(a) FROM v;'), 2);
  t.equal(await first(database, 'FROM v SELECT a LIMIT 1'), 1);
  t.equal(await first(database, '-- why\nWITH w AS (FROM v) SELECT count(*) FROM w'), 2n);
  t.equal(await first(database, 'DESCRIBE v'), 'a');
  t.equal(await first(database, 'SUMMARIZE v'), 'a');
  t.equal(await first(database, 'SHOW TABLES'), 'v');
  t.equal(await first(database, 'VALUES (7)'), 7);
  t.equal(await first(database, 'PIVOT v ON b USING sum(a)'), 1n);
  t.equal(await first(database, 'CREATE TEMP TABLE u AS FROM v; SELECT count(*) FROM u'), 2n);
  t.equal(await first(database, 'CREATE MACRO twice(x) AS 2 * x; SELECT twice(a) FROM v'), 2);
  t.equal(await first(database, 'EXPLAIN SELECT * FROM v'), 'physical_plan');
  t.equal(await first(database, 'EXPLAIN ANALYZE SELECT * FROM v'), 'analyzed_plan');
});

t.test('statements that do more', async (t) => {
  const database = await Database.open();
  t.teardown(() => database.close());
  const target = join(t.testdir({}), 'out.csv');
  // As a query runs: DuckDB makes the directory of an EXPORT when it only prepares it.
  await database.confineTo([]);
  const copy = `COPY (SELECT 1) TO ${literal(target)}`;
  for (const sql of [
    copy,
    `EXPLAIN ANALYZE ${copy}`,
    `/* */ EXPLAIN ANALYZE ${copy}`,
    `EXPLAIN (ANALYZE) ${copy}`,
    `CREATE TEMP TABLE one AS SELECT 1; ${copy}`,
    `${copy}; SELECT 1`,
    `EXPLAIN SELECT 1; EXPLAIN ANALYZE ${copy}`,
    `ATTACH ${literal(target)}`,
    `EXPORT DATABASE ${literal(target)}`,
    'INSTALL httpfs',
    "SET TimeZone = 'Asia/Tokyo'",
    'CHECKPOINT',
  ]) {
    await t.rejects(
      lastStatement(database.connection, sql),
      { message: /only statements that read|disabled by configuration/ },
      sql,
    );
  }
  t.notOk(existsSync(target));
  for (const [sql, which] of [
    ['SELECT 1; SELECT 2', /the first of 2/],
    ['CREATE TEMP TABLE u AS SELECT 1; FROM u; SELECT 2;', /the second of 3/],
  ] as const) {
    await t.rejects(lastStatement(database.connection, sql), { message: which }, sql);
  }
  await t.rejects(lastStatement(database.connection, ' ; -- SELECT\n/* 1\n2 */'), { message: 'the query is empty' });
});
