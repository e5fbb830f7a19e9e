/** Files over HTTP, made by the program that makes them in earnest. */
import { readdirSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exporterOf } from '@fgm/cli';
import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import t from 'tap';
import { type Exporter, ExportFailure } from '../src/http/exporter.ts';
import { openFiles } from './open-files.ts';
import { appOf, recorded, rowsOf } from './recorded.ts';

// tap hands its loaders on to all that is started here.
process.env['NODE_OPTIONS'] = '';
const MAIN = fileURLToPath(new URL('../../cli/src/main.ts', import.meta.url));
const exporter = exporterOf(['--conditions=@fgm/source', '--disable-warning=ExperimentalWarning', MAIN]);
const SLOW = { timeout: 180_000 } as const;

t.test('rows as Parquet, CSV and a page, with what they are in the head of the answer', SLOW, async (t) => {
  t.testdir({});
  const directory = await recorded(t, 'v2', 30_000);
  const rows = await rowsOf(directory, 'containers');
  const app = await appOf(t, [directory], { exporter });
  const whole = await app.inject('/api/v1/export?metrics=memory_current_bytes&from=-1h');
  t.equal(whole.statusCode, 200, whole.body.slice(0, 500));
  t.match(whole.headers, {
    'content-type': 'application/vnd.apache.parquet',
    'content-disposition': /^attachment; filename="fgm-\d{8}T\d{6}Z\.parquet"$/,
    'x-fgm-rows': String(rows.length),
    'x-fgm-max-rows': '1000000',
    'cache-control': 'no-store',
  });
  t.equal(whole.headers['x-fgm-cut'], undefined);
  const { buffer, byteOffset, byteLength } = whole.rawPayload;
  const read = await parquetReadObjects({
    file: buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer,
    compressors,
  });
  t.equal(read.length, rows.length);
  const sum = (all: readonly object[]): number =>
    all.reduce((total, row) => total + Number((row as { memory_current_bytes: bigint }).memory_current_bytes), 0);
  t.equal(sum(read), sum(rows), 'the same values');

  const csv = await app.inject(
    '/api/v1/export?metrics=memory_current_bytes&from=-1h&format=csv&max_rows=10&layout=long',
  );
  t.equal(csv.statusCode, 200, csv.body.slice(0, 500));
  t.equal(csv.body.trim().split('\n').length, 11);
  t.match(csv.headers, {
    'content-type': /^text\/csv/,
    'x-fgm-rows': '10',
    'x-fgm-cut': /^cut after 10 of [\d,]+ rows, at \S+Z$/,
  });

  const page = await app.inject('/api/v1/export?format=html&metrics=memory_current_bytes&from=-1h&view=%3Flast%3D900');
  t.equal(page.statusCode, 200, page.body.slice(0, 500));
  t.match(page.headers, { 'content-type': /^text\/html/, 'content-disposition': /\.html"$/ });
  t.match(page.body, /^<!doctype html>/);
  t.match(page.body, '"view":"?last=900"');
});

t.test('what is asked wrongly', SLOW, async (t) => {
  t.testdir({});
  const directory = await recorded(t, 'v2', 30_000);
  const app = await appOf(t, [directory], { exporter });
  for (const [query, status, code, message] of [
    ['format=docx', 400, 'bad_request', /format: must be equal to one of/],
    ['max_rows=0', 400, 'bad_request', /max_rows: must be >= 1/],
    ['max_rows=1e999', 400, 'bad_request', /max_rows/],
    ['tables=nope', 400, 'bad_request', /tables: there is no nope; there are containers/],
    ['metrics=nope', 404, 'unknown_metric', /metrics: there is no nope/],
    ['containers=ffffff', 404, 'unknown_container', /nothing is known of ffffff/],
    ['from=-1s&to=-2s', 400, 'bad_request', /from must be before to/],
    ['from=2024-01-01T00:00:00Z&to=2026-01-01T00:00:00Z', 422, 'range_too_long', /more than 366 days/],
    ['from=-1h&labels=app', 400, 'bad_request', /labels .*wanted key=value/],
    ['from=-1h&layout=long&format=html', 400, 'bad_request', /^layout: a page is made of wide tables/],
    ['from=-1h&tables=containers,node', 400, 'bad_request', /^tables: a wide file has one table, not containers, node/],
    ['from=-1h&namespace=nowhere', 404, 'no_rows', /^no rows of what containers, namespace and labels ask for/],
    ["from=-1h&namespace=x'%20OR%20'1'='1", 404, 'no_rows', /^no rows/],
    ['from=-1h&metrics=*nothing*', 400, 'bad_request', /metrics: .*nothing.* is no metric/],
  ] as const) {
    const answer = await app.inject(`/api/v1/export?${query}`);
    t.equal(answer.statusCode, status, `${query}: ${answer.body.slice(0, 300)}`);
    t.match(answer.json(), { error: { code, message } }, query);
  }
  const none = await appOf(t, [directory]);
  t.match((await none.inject('/api/v1/export')).json(), { error: { code: 'not_found' } });
  const empty = await appOf(t, [join(t.testdirName, 'nothing')], { exporter });
  t.match((await empty.inject('/api/v1/export')).json(), { error: { code: 'no_data' } });
  t.match((await app.inject('/openapi.json')).json(), { paths: { '/api/v1/export': { get: {} } } });
});

/** Waits until something holds. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
}

t.test('who leaves takes the work along, and too many at once are told so', SLOW, async (t) => {
  t.testdir({});
  const directory = await recorded(t, 'v2', 30_000);
  const aborted: boolean[] = [];
  let started = 0;
  // Never done: it stands for an export that takes long.
  const endless: Exporter = (_request, signal) =>
    new Promise((_resolve, reject) => {
      const at = started++;
      aborted[at] = false;
      signal.addEventListener('abort', () => {
        aborted[at] = true;
        reject(new ExportFailure('failed', 'gone'));
      });
    });
  const app = await appOf(t, [directory], { exporter: endless });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const asked = [0, 1].map(() => {
    const request = get(`${url}/api/v1/export?from=-1h`);
    request.on('error', () => undefined);
    return request;
  });
  await until(() => started === 2);
  const third = await app.inject('/api/v1/export?from=-1h');
  t.match({ status: third.statusCode, body: third.json() }, { status: 503, body: { error: { code: 'busy' } } });
  for (const request of asked) request.destroy();
  await until(() => aborted.every((one) => one));
  const again = get(`${url}/api/v1/export?from=-1h`);
  again.on('error', () => undefined);
  await until(() => started === 3);
  again.destroy();
  await until(() => aborted[2] === true);
});

t.test('who takes nothing is held by the disk, not by memory or a process', SLOW, async (t) => {
  t.testdir({});
  const directory = await recorded(t, 'churn', 30_000);
  const app = await appOf(t, [directory], { exporter });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const request = get(`${url}/api/v1/export?from=-1h&layout=long&format=csv&tables=containers`);
  request.on('error', () => undefined);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.on('error', () => undefined);
  response.pause();
  t.ok(Number(response.headers['x-fgm-rows']) > 10_000);
  const instance = await app.inject('/api/v1/instance');
  t.equal(instance.statusCode, 200, 'others are answered meanwhile');
  request.destroy();
  await until(() => !openFiles().some((path) => path.includes('fgm-file-')));
});

t.test('a program that fails is said to have failed, and its files are gone', SLOW, async (t) => {
  const root = t.testdir({ 'fails.mjs': '' });
  writeFileSync(join(root, 'fails.mjs'), 'process.stderr.write("fgm: no such luck\\n"); process.exit(1);');
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = t.testdirName;
  t.teardown(() => (before === undefined ? delete process.env['TMPDIR'] : (process.env['TMPDIR'] = before)));
  const directory = await recorded(t, 'v2', 30_000);
  const app = await appOf(t, [directory], { exporter: exporterOf([join(root, 'fails.mjs')]) });
  const answer = await app.inject('/api/v1/export?from=-1h');
  t.equal(answer.statusCode, 500);
  t.match(answer.json(), { error: { code: 'internal', message: 'no such luck' } });
  t.notOk(readdirSync(t.testdirName).some((name) => name.startsWith('fgm-file-')));
});
