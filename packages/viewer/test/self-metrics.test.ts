/** What the viewer tells of itself. */
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import t from 'tap';
import { appOf, ask, recorded } from './recorded.ts';

const DOCUMENT = new URL('../../../docs/viewer.md', import.meta.url);

/** Values by name and labels, as they stand in the text. */
async function scrape(app: FastifyInstance): Promise<Map<string, number>> {
  const { statusCode, body, headers } = await app.inject('/metrics');
  if (statusCode !== 200) throw new Error(`${statusCode} ${body}`);
  if (!String(headers['content-type']).startsWith('text/plain; version=0.0.4')) throw new Error('not Prometheus');
  const lines = body.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  );
}

t.test('what is asked is counted', async (t) => {
  t.testdir({});
  const app = await appOf(t, [await recorded(t, 'v2'), join(t.testdirName, 'later')]);
  const before = await scrape(app);
  t.equal(before.get('fgm_viewer_query_rows_total'), 0);
  t.equal(before.get('fgm_viewer_problems_total{code="too_many_series"}'), 0, 'it is there before it happens');
  t.equal((await ask(app, 'timeseries?metrics=memory_current_bytes&from=-1h')).status, 200);
  t.equal((await ask(app, 'timeseries?metrics=nothing')).status, 404);
  t.equal((await ask(app, 'nothing')).status, 404);
  const after = await scrape(app);
  const { body: rows } = await ask<{ charts: { lines: { values: (number | null)[] }[] }[] }>(
    app,
    'timeseries?metrics=memory_current_bytes&from=-1h&points=10000',
  );
  const values = rows.charts[0]!.lines.flatMap((line) => line.values.filter((value) => value !== null));
  const route = 'fgm_viewer_requests_total{route="/api/v1/timeseries"';
  t.equal(after.get(`${route},status="2xx"}`), 1);
  t.equal(after.get(`${route},status="4xx"}`), 1);
  t.equal(after.get('fgm_viewer_requests_total{route="none",status="4xx"}'), 1);
  t.equal(after.get('fgm_viewer_problems_total{code="unknown_metric"}'), 1);
  t.equal(after.get('fgm_viewer_problems_total{code="not_found"}'), 1);
  t.equal(after.get('fgm_viewer_request_duration_seconds_count'), 2, 'questions, but not what is no path');
  t.equal(after.get('fgm_viewer_request_duration_seconds_bucket{le="+Inf"}'), 2);
  t.ok(after.get('fgm_viewer_request_duration_seconds_sum')! > 0);
  t.equal(after.get('fgm_viewer_queries_total'), 1);
  t.equal(after.get('fgm_viewer_queries{state="running"}'), 0);
  t.equal(after.get('fgm_viewer_queries{state="waiting"}'), 0);
  t.ok(after.get('fgm_viewer_query_seconds_total')! > 0);
  t.ok(after.get('fgm_viewer_query_rows_total')! >= values.length, 'a row for each value at least');
  t.equal(after.get('fgm_viewer_directories{state="closed"}'), 1);
  t.equal(after.get('fgm_viewer_directories{state="empty"}'), 1);
  t.ok(after.get('fgm_viewer_open_files')! > 0);
  const { body } = await ask<{ latest: number; nodes: { node: string }[] }>(app, 'instance');
  t.equal(after.get(`fgm_viewer_newest_row_timestamp_seconds{node="${body.nodes[0]!.node}"}`), body.latest / 1000);
  t.ok(after.get('process_resident_memory_bytes')! > 1e7);
});

t.test('what goes over connections is counted, and who listens', async (t) => {
  const app = await appOf(t, [t.testdir({})]);
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  // Not fetch: when it is aborted it opens another connection, for what may be asked next.
  const listener = get(`${url}/api/v1/live`);
  const [live] = (await once(listener, 'response')) as [IncomingMessage];
  t.ok(((await once(live, 'data')) as [Buffer])[0].length > 0);
  const during = await scrape(app);
  t.equal(during.get('fgm_viewer_live_streams'), 1);
  t.equal(during.get('fgm_viewer_connections'), 1);
  t.ok(during.get('fgm_viewer_sent_bytes_total')! > 100);
  live.on('error', () => undefined);
  listener.destroy();
  for (;;) {
    await setTimeout(20);
    const later = await scrape(app);
    if (later.get('fgm_viewer_live_streams') === 0 && later.get('fgm_viewer_connections') === 0) {
      t.ok(later.get('fgm_viewer_sent_bytes_total')! >= during.get('fgm_viewer_sent_bytes_total')!, 'nothing is lost');
      break;
    }
  }
});

t.test('what is told is what the document says, and little of it', async (t) => {
  t.testdir({});
  const app = await appOf(t, [await recorded(t, 'v1')]);
  for (const path of [
    'instance',
    'metrics',
    'containers',
    'events',
    'processes',
    'studies',
    'dashboards',
    'timeseries',
  ])
    await ask(app, path);
  const { body } = await app.inject('/metrics');
  const types = [...body.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [name!, type!] as const);
  const documented = readFileSync(DOCUMENT, 'utf8').matchAll(
    /^\| `((?:fgm_viewer|process|nodejs)_[a-z_]+)(?:\{[a-z_,]+\})?` /gm,
  );
  t.same(new Set([...documented].map(([, name]) => name)), new Set(types.map(([name]) => name)));
  for (const [name, type] of types) t.equal(name.endsWith('_total'), type === 'counter', name);
  for (const [, help] of body.matchAll(/^# HELP \S+ (.*)$/gm)) t.match(help, /\.$/);
  t.ok((await scrape(app)).size < 100, `${(await scrape(app)).size} series`);
});

t.test('health says why', async (t) => {
  const directory = t.testdir({ file: 'no directory' });
  const app = await appOf(t, [join(directory, 'later')]);
  t.match((await app.inject('/healthz')).json(), { status: 'ok' });
  t.match((await app.inject('/readyz')).json(), { status: 'ok', reason: /no data yet/ });
  writeFileSync(join(directory, 'later'), '');
  const red = await app.inject('/readyz');
  t.equal(red.statusCode, 503);
  t.match(red.json(), { status: 'failing', reason: /ENOTDIR.*later/ });
  t.equal((await app.inject('/healthz')).statusCode, 200);
  t.equal((await scrape(app)).get('fgm_viewer_directories{state="unreadable"}'), 1);
  const both = await appOf(t, [join(directory, 'later'), join(directory, 'other')]);
  t.match((await both.inject('/readyz')).json(), { status: 'ok', reason: /no data yet; .*ENOTDIR/ });
});
