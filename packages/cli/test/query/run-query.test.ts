import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TABLES } from '@fgm/catalog';
import t from 'tap';
import type { DuckDBValue } from '@duckdb/node-api';
import { runQuery } from '../../src/query/run-query.ts';
import { fgm, startFgm } from '../fgm-process.ts';
import { fileOf, recorded } from '../recorded.ts';

async function rows(
  directories: readonly string[],
  sql: string,
  openWindows = true,
): Promise<(readonly DuckDBValue[])[]> {
  const all: (readonly DuckDBValue[])[] = [];
  await runQuery({ directories, sql, openWindows }, async ({ batches }) => {
    for await (const batch of batches) all.push(...batch);
  });
  return all;
}

t.test('a recording', async (t) => {
  const data = await recorded(t);
  const [[count, ids]] = (await rows([data], 'SELECT count(*), count(DISTINCT tick) FROM containers')) as [
    [bigint, bigint],
  ];
  t.ok(count > 5n && ids > 5n, `${count} rows of ${ids} ticks`);
  t.same(await rows([data], 'SELECT type FROM events ORDER BY time LIMIT 1'), [['recorder_start']]);
  t.same(await rows([data], 'SELECT * FROM mappings'), [], 'a table without rows');
  t.same(
    await rows([data], 'SELECT name FROM (SHOW TABLES) ORDER BY name'),
    [...TABLES].sort().map((name) => [name]),
  );
  t.same(await rows([data, data], 'SELECT count(*) FROM containers'), [[count * 2n]], 'two directories');
  t.same(await rows([data], 'SELECT typeof(time), typeof(tick), typeof(cpu_usage_percent) FROM CONTAINERS LIMIT 1'), [
    ['TIMESTAMP WITH TIME ZONE', 'BIGINT', 'DOUBLE'],
  ]);
  await t.rejects(
    rows([data], `SELECT * FROM read_parquet('${fileOf(data, 'events').replace('events', 'nothing')}')`),
    {
      name: 'CommandFailure',
      message: /file system operations are disabled/,
    },
  );
  await t.rejects(
    rows([data], `COPY containers TO '${fileOf(data, 'containers')}' (FORMAT parquet, USE_TMP_FILE false)`),
    /only statements that read/,
  );
  await t.rejects(rows([data], `SELECT * FROM read_text('/etc/passwd')`), /disabled/);
  await t.rejects(rows([data], 'SELEC 1'), {
    name: 'CommandFailure',
    message: /Parser Error: syntax error at or near "SELEC"/,
  });
  await t.rejects(rows([data], 'SELECT nonsense FROM containers'), {
    name: 'CommandFailure',
    message: /Binder Error: .*nonsense/,
  });
  t.equal((await fgm(t, ['validate', data])).code, 0, 'nothing was changed');
});

t.test('directories that hold nothing', async (t) => {
  const directory = t.testdir({ empty: {}, file: 'x', other: { 'notes.txt': '' } });
  await t.rejects(rows([join(directory, 'none')], 'SELECT 1'), { message: /none: cannot be opened \(ENOENT\)/ });
  await t.rejects(rows([join(directory, 'file')], 'SELECT 1'), { message: /file: is not a directory/ });
  for (const name of ['empty', 'other']) {
    await t.rejects(rows([join(directory, name)], 'SELECT 1'), { message: /nothing is recorded here/ }, name);
  }
});

t.test('the window that is being recorded', async (t) => {
  const data = join(t.testdir({}), 'data');
  const recorder = startFgm(t, [
    'monitor',
    '--output-dir',
    data,
    '--interval',
    '100ms',
    '--listen',
    'off',
    '--scope',
    'all',
  ]);
  await recorder.said(/"msg":"recording"/);
  let seen = 0n;
  // The recorder keeps writing: each look sees more, and never fails.
  while (seen < 5n) {
    try {
      seen = (await rows([data], 'SELECT count(DISTINCT tick) FROM containers'))[0]![0] as bigint;
    } catch (error) {
      t.match(error, { message: /nothing is recorded here/ }, 'before the first row');
    }
  }
  t.same(await rows([data], 'SELECT count(*) FROM containers GROUP BY container_id, tick HAVING count(*) > 1'), []);
  await t.rejects(
    rows([data], 'SELECT 1 FROM containers', false),
    { message: /nothing is recorded/ },
    'closed files only',
  );
  recorder.process.kill('SIGKILL');
  await recorder.ended;
  const [[left]] = (await rows([data], 'SELECT count(DISTINCT tick) FROM containers')) as [[bigint]];
  t.ok(left >= seen, 'what a killed recorder left is there');
  const scratch = readdirSync(tmpdir()).filter((name) => name.startsWith('fgm-window-'));
  t.same(scratch, [], 'nothing stays behind');
});
