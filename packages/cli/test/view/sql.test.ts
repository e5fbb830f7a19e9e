/** SQL over HTTP: what it answers, and what nobody can do by it. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startViewer, type SqlOptions } from '@fgm/viewer';
import t from 'tap';
import type { Test } from 'tap';
import { startFgm } from '../fgm-process.ts';
import { recorded } from '../recorded.ts';

const MIB = 2 ** 20;
const program = fileURLToPath(import.meta.resolve('@fgm/cli/sql-process'));
/** Time enough on a machine that has too much to do. */
const SQL: SqlOptions = { program, ms: 120_000, memoryBytes: 384 * MIB };

interface Rows {
  readonly columns: string[];
  readonly rows: unknown[][];
  readonly row_count: number;
  readonly cut: string | null;
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

type Ask = (
  parameters: Readonly<Record<string, string>>,
  headers?: Readonly<Record<string, string>>,
) => Promise<Answer>;

async function viewerOf(
  t: Test,
  directories: readonly string[],
  sql: SqlOptions = SQL,
): Promise<{ url: string; ask: Ask }> {
  const viewer = await startViewer({ directories, host: '127.0.0.1', port: 0, token: null, version: 'test', sql });
  t.teardown(() => viewer.close());
  return {
    url: viewer.url,
    ask: async (parameters, headers = {}) => {
      const answer = await fetch(`${viewer.url}/api/v1/sql?${new URLSearchParams(parameters).toString()}`, { headers });
      return { status: answer.status, headers: answer.headers, text: await answer.text() };
    },
  };
}

/** Processes that this one has started, by /proc. */
function children(): number {
  const text = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim();
  return text.split(' ').filter((pid) => {
    if (pid === '') return false;
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('sql-process');
    } catch {
      return false;
    }
  }).length;
}

/** Of this test alone: others may have theirs elsewhere. */
process.env['TMPDIR'] = mkdtempSync(join(tmpdir(), 'fgm-sql-test-'));
t.teardown(() => rmSync(process.env['TMPDIR']!, { recursive: true, force: true }));

function scratch(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith('fgm-job-'));
}

t.test('queries and their limits', async (t) => {
  const data = await recorded(t);
  const { url, ask } = await viewerOf(t, [data, join(data, 'later')]);
  const rows = async (query: string, more: Readonly<Record<string, string>> = {}): Promise<Rows> => {
    const { status, text } = await ask({ query, ...more });
    if (status !== 200) throw new Error(text);
    return JSON.parse(text) as Rows;
  };
  t.match(await rows("SELECT 1 AS a, 'x' AS b, NULL AS c"), {
    columns: ['a', 'b', 'c'],
    rows: [[1, 'x', null]],
    cut: null,
  });
  const { rows: counted } = await rows('SELECT count(*), count(DISTINCT tick) FROM containers');
  t.ok((counted[0]![0] as number) > 0 && (counted[0]![1] as number) >= 1);
  t.match(await rows('FROM range(50)', { limit: '7' }), { row_count: 7, cut: /more than these 7 rows/ });
  t.match(await rows('FROM range(7)', { limit: '7' }), { row_count: 7, cut: null });
  const long = await rows("SELECT repeat('x', 100000) FROM range(150)");
  t.ok(long.row_count === 83 && /8388608 bytes/.test(long.cut!), long.cut!);
  t.match((await ask({ query: 'SELECT 9007199254740993 AS big' })).text, '[9007199254740993]');

  const csv = await ask({ query: "SELECT 1 AS a, 'x,y' AS b FROM range(3)", format: 'csv', limit: '2' });
  t.equal(csv.text, 'a,b\n1,"x,y"\n1,"x,y"\n');
  t.equal(csv.headers.get('content-type'), 'text/csv; charset=utf-8');
  t.equal(csv.headers.get('fgm-cut'), 'there are more than these 2 rows');
  const post = (query: string): Promise<Response> =>
    fetch(`${url}/api/v1/sql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
  t.match(await (await post('SELECT 2 AS two')).json(), { rows: [[2]] });
  const cut = await post('SELECT 2\0 AS two');
  t.match(
    [cut.status, await cut.json()],
    [400, { error: { code: 'bad_request', message: /^query: must be without NUL/ } }],
  );
  t.same(scratch(), [], 'nothing stays behind');
  const metrics = await (await fetch(`${url}/metrics`)).text();
  t.match(metrics, /fgm_viewer_sql_queries_total [1-9]/);
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as { paths: Record<string, object> };
  t.same(Object.keys(document.paths['/api/v1/sql'] ?? {}).toSorted(), ['get', 'post']);
});

t.test('what is wrong is said, with a code', async (t) => {
  const data = await recorded(t);
  const { ask } = await viewerOf(t, [data]);
  const cases: readonly [Readonly<Record<string, string>>, number, string, RegExp][] = [
    [{}, 400, 'bad_request', /query/],
    [{ query: '' }, 400, 'bad_request', /query/],
    [{ query: 'SELECT 1', limit: '0' }, 400, 'bad_request', /limit/],
    [{ query: 'SELECT 1', limit: '1e9' }, 400, 'bad_request', /limit/],
    [{ query: 'SELECT 1', format: 'parquet' }, 400, 'bad_request', /format/],
    [{ query: 'x'.repeat(20_001) }, 400, 'bad_request', /query/],
    [{ query: ' -- nothing' }, 400, 'bad_sql', /empty/],
    [{ query: 'SELEC 1' }, 400, 'bad_sql', /syntax error at or near "SELEC"/],
    [{ query: 'SELECT nonsense FROM containers' }, 400, 'bad_sql', /nonsense/],
    [{ query: 'SELECT 1; SELECT 2' }, 400, 'bad_sql', /only the last statement/],
    [{ query: 'SELECT "x""; DROP TABLE containers --" FROM containers' }, 400, 'bad_sql', /not found/],
    [{ query: "SELECT repeat('x', 9000000)" }, 400, 'bad_sql', /first row is longer/],
  ];
  for (const [parameters, status, code, message] of cases) {
    const answer = await ask(parameters);
    t.match(
      { status: answer.status, ...(JSON.parse(answer.text) as object) },
      { status, error: { code, message } },
      JSON.stringify(parameters).slice(0, 80),
    );
  }
  const foreign = await ask({ query: 'SELECT 1' }, { 'sec-fetch-site': 'cross-site' });
  t.match({ status: foreign.status, text: foreign.text }, { status: 403, text: /foreign_host/ });
  const waiting = await viewerOf(t, [join(data, 'later')]);
  t.match(await waiting.ask({ query: 'SELECT 1' }), { status: 503, text: /no_data/ });
});

t.test('nothing else of this machine is in reach, and nothing can be changed', async (t) => {
  const data = await recorded(t);
  process.env['FGM_SECRET_OF_TEST'] = 'not to be seen';
  const { ask } = await viewerOf(t, [data]);
  const before = readdirSync(data, { recursive: true, encoding: 'utf8' });
  const target = join(t.testdirName, 'written');
  for (const query of [
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM read_text('/proc/self/environ')",
    "SELECT * FROM sniff_csv('/etc/passwd')",
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM 'http://127.0.0.1:1/x.parquet'",
    "SELECT getenv('FGM_SECRET_OF_TEST')",
    'SELECT * FROM duckdb_secrets()',
    `COPY containers TO '${target}'`,
    `COPY (SELECT 1) TO '${target}'`,
    `EXPORT DATABASE '${target}'`,
    `ATTACH '${target}'`,
    `EXPLAIN ANALYZE COPY (SELECT 1) TO '${target}'`,
    "CREATE PERSISTENT SECRET s (TYPE s3, KEY_ID 'a', SECRET 'b')",
    'INSTALL httpfs',
    'LOAD httpfs',
    "SET memory_limit = '10GB'",
    'SET enable_external_access = true',
    "PRAGMA memory_limit = '10GB'",
    'RESET lock_configuration',
    'DROP VIEW containers',
    'CHECKPOINT',
  ]) {
    const { status, text } = await ask({ query });
    t.match({ status, text }, { status: 400, text: /"bad_sql"/ }, query);
  }
  t.notOk(existsSync(target));
  t.same(readdirSync(data, { recursive: true, encoding: 'utf8' }), before);
});

t.test('who wants too much is stopped, and others are served', async (t) => {
  const data = await recorded(t);
  const { ask } = await viewerOf(t, [data]);
  for (const query of [
    'SELECT list(i) FROM range(10000000000) t(i)',
    "SELECT sum(length(repeat('x', 100000000) || i)) FROM range(1000) t(i)",
    "SELECT repeat('x', 1000000) FROM range(200)",
    'CREATE TABLE t AS SELECT * FROM range(100000000000); SELECT 1',
  ]) {
    const { status, text } = await ask({ query });
    t.match({ status, text }, { status: 422, text: /sql_memory.*384 MiB/ }, query);
  }
  const hasty = await viewerOf(t, [data], { ...SQL, ms: 3_000 });
  for (const query of [
    'SELECT count(*) FROM range(10000000) a, range(10000000) b, range(10000000) c WHERE a.range + b.range = c.range + 0.5',
    'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r',
  ]) {
    const { status, text } = await hasty.ask({ query });
    t.match({ status, text }, { status: 422, text: /sql_(time|memory)/ }, query);
  }
  t.equal(children(), 0, 'they are gone');
  t.match(await ask({ query: 'SELECT 42' }), { status: 200, text: /42/ });
});

t.test('one at a time, and none for somebody who has gone', async (t) => {
  const data = await recorded(t);
  const { url, ask } = await viewerOf(t, [data]);
  const leaving = new AbortController();
  const endless = 'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r';
  const left = fetch(`${url}/api/v1/sql?${new URLSearchParams({ query: endless }).toString()}`, {
    signal: leaving.signal,
  });
  while (children() === 0) await pause(20);
  t.match(await ask({ query: 'SELECT 1' }), { status: 503, text: /busy/ });
  leaving.abort();
  await t.rejects(left);
  while (children() > 0) await pause(20);
  let after = await ask({ query: 'SELECT 1' });
  while (after.status === 503) after = await ask({ query: 'SELECT 1' });
  t.equal(after.status, 200);
  const metrics = await (await fetch(`${url}/metrics`)).text();
  t.match(metrics, /fgm_viewer_problems_total\{code="internal"\} 0\n/, 'that nobody waits is no fault');
  t.same(scratch(), []);
});

t.test('fgm view runs it, and never loads the database itself', async (t) => {
  const data = await recorded(t);
  const viewer = startFgm(t, ['view', data, '--listen', '127.0.0.1:0']);
  let said = '';
  viewer.process.stdout.on('data', (bytes: Buffer) => (said += bytes.toString()));
  while (!said.includes('\n')) await pause(20);
  const answer = await fetch(
    `${said.trim()}/api/v1/sql?query=${encodeURIComponent('SELECT count(*) FROM containers')}`,
  );
  t.equal(answer.status, 200);
  t.ok(((await answer.json()) as Rows).rows[0]![0]);
  t.notMatch(readFileSync(`/proc/${viewer.process.pid}/maps`, 'utf8'), /duckdb/);
  t.match(readFileSync(`/proc/${viewer.process.pid}/maps`, 'utf8'), /node/);
});
