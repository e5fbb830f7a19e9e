/** Every route, and every way in which a question can be wrong. */
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import t from 'tap';
import { LIMITS } from '../src/http/context.ts';
import { appOf, ask, recorded, rowsOf } from './recorded.ts';

interface Failure {
  readonly error: { readonly code: string; readonly message: string };
}

t.test('a directory that is not there yet, and one that is empty', async (t) => {
  const directory = join(t.testdir({}), 'later');
  const app = await appOf(t, [directory]);
  t.match((await ask(app, 'instance')).body, { state: 'waiting', recording: false, nodes: [] });
  t.match((await ask(app, 'metrics')).body, { metrics: [] });
  t.match((await ask(app, 'containers')).body, { containers: [], total: 0 });
  t.match((await ask(app, 'events')).body, { events: [], total: 0 });
  t.match(await ask(app, 'timeseries?metrics=memory_current_bytes'), {
    status: 404,
    body: { error: { code: 'unknown_metric' } },
  });
  mkdirSync(directory);
  t.match((await ask(app, 'instance')).body, { state: 'waiting' });
  t.equal((await app.inject('/readyz')).statusCode, 200);
  t.match((await app.inject('/readyz')).body, /no data yet/);
});

t.test('what is recorded comes while the viewer runs', async (t) => {
  t.testdir({});
  const directory = join(t.testdirName, 'data');
  const app = await appOf(t, [directory]);
  t.match((await ask(app, 'instance')).body, { state: 'waiting' });
  await recorded(t, 'v1');
  t.match((await ask(app, 'instance')).body, { state: 'ready', recording: false, nodes: [{ interval_ms: 1000 }] });
  t.ok((await ask<{ containers: unknown[] }>(app, 'containers')).body.containers.length > 0);
});

t.test('the lists: metrics, containers, events', async (t) => {
  t.testdir({});
  const directory = await recorded(t, 'v2');
  const app = await appOf(t, [directory]);
  const { body: names } = await ask<{
    metrics: { id: string; kind: string; unit: string; shown_unit: string; help: string }[];
  }>(app, 'metrics');
  t.match(
    names.metrics.find(({ id }) => id === 'containers.cpu_stat_usage_usec'),
    { kind: 'counter', unit: 'usec', shown_unit: 'ratio' },
  );
  t.ok(names.metrics.every(({ help }) => help.length > 0));
  t.notOk(names.metrics.some(({ id }) => id === 'containers.tick' || id === 'containers.container_id'));

  type List = {
    containers: { id: string; namespace: string | null; last_seen: number; value?: number }[];
    total: number;
  };
  const { body: all } = await ask<List>(app, 'containers');
  const rows = await rowsOf(directory, 'containers');
  const recordedIds = new Set(rows.map((row) => row['container_id']));
  t.same(new Set(all.containers.map(({ id }) => id)), recordedIds);
  t.same(
    all.containers.map(({ last_seen }) => last_seen),
    all.containers.map(({ last_seen }) => last_seen).toSorted((a, b) => b - a),
  );
  const namespace = all.containers.find((one) => one.namespace !== null)!.namespace!;
  const { body: some } = await ask<List>(app, `containers?namespace=${namespace}`);
  t.ok(some.total > 0 && some.total < all.total && some.containers.every((one) => one.namespace === namespace));
  const { body: found } = await ask<List>(app, `containers?search=${all.containers[0]!.id.slice(2, 9)}`);
  t.ok(found.containers.some(({ id }) => id === all.containers[0]!.id));
  t.equal((await ask<List>(app, 'containers?limit=2')).body.containers.length, 2);
  t.equal((await ask<List>(app, 'containers?qos=Nothing')).body.total, 0);
  t.equal((await ask<List>(app, 'containers?labels=no=label')).body.total, 0);
  const { body: top } = await ask<List>(app, 'containers?top=memory_current_bytes&by=max&from=-1h');
  const highest = Math.max(...rows.map((row) => Number(row['memory_current_bytes'] ?? 0)));
  t.equal(top.containers[0]!.value, highest);

  type Events = { events: { time: number; type: string; severity: string; container: string | null }[]; total: number };
  const { body: events } = await ask<Events>(app, 'events?from=-1h');
  const eventRows = await rowsOf(directory, 'events');
  t.ok(events.events.some(({ type, severity }) => type === 'oom_kill' && severity === 'critical'));
  t.notOk(
    events.events.some(({ type }) => type === 'process_start'),
    'what is common is left out',
  );
  t.equal(
    (await ask<Events>(app, 'events?from=-1h&types=process_start')).body.total,
    eventRows.filter((row) => row['type'] === 'process_start').length,
  );
  const few = (await ask<Events>(app, 'events?from=-1h&limit=1')).body;
  t.match(few, { events: [{ severity: 'critical' }], total: events.total });
});

t.test('the processes of an instant are those that have a row then', async (t) => {
  t.testdir({});
  const directory = await recorded(t, 'hybrid', 15_000);
  const rows = await rowsOf(directory, 'processes');
  const times = rows.map((row) => (row['time'] as Date).getTime());
  const at = times.toSorted((a, b) => a - b)[times.length >> 1]! + 400;
  const app = await appOf(t, [directory]);
  type List = {
    at: number;
    processes: { container: string; pid: number; comm: string; cpu_millicores: number | null; time: number }[];
    total: number;
  };
  const { body } = await ask<List>(app, `processes?at=${at}&limit=10000`);
  const { body: instance } = await ask<{ nodes: { interval_ms: number }[] }>(app, 'instance');
  const from = at - instance.nodes[0]!.interval_ms - 500;
  const wanted = new Map<string, (typeof rows)[number]>();
  for (const row of rows.toSorted((a, b) => (a['time'] as Date).getTime() - (b['time'] as Date).getTime())) {
    const time = (row['time'] as Date).getTime();
    if (time > from && time <= at)
      wanted.set(`${row['container_id'] as string} ${row['pid'] as bigint} ${row['comm'] as string}`, row);
  }
  t.ok(wanted.size > 5, `${wanted.size} processes`);
  t.same(
    new Set(body.processes.map(({ container, pid, comm }) => `${container} ${pid} ${comm}`)),
    new Set(wanted.keys()),
  );
  for (const one of body.processes) {
    const row = wanted.get(`${one.container} ${one.pid} ${one.comm}`)!;
    const millicores = row['cpu_millicores'] as number | null;
    t.ok(one.cpu_millicores === null ? millicores === null : Math.abs(one.cpu_millicores - millicores!) < 1e-6);
  }
  t.match(await ask(app, 'processes?order=nothing'), { status: 400 });
  t.match(await ask(app, 'processes?at=soon'), { status: 400, body: { error: { message: /^at: / } } });
});

t.test('what is asked wrongly is answered with what is wrong', async (t) => {
  t.testdir({});
  const directory = await recorded(t, 'v1');
  const app = await appOf(t, [directory], { limits: { ...LIMITS, rangeMs: 86_400_000, values: 100 } });
  const cases: readonly (readonly [path: string, status: number, code: string, message: RegExp])[] = [
    ['timeseries', 400, 'bad_request', /metrics/],
    ['timeseries?metrics=', 400, 'bad_request', /metrics/],
    ['timeseries?metrics=nothing', 404, 'unknown_metric', /no nothing.*GET metrics/],
    ['timeseries?metrics=comm', 404, 'unknown_metric', /no comm/],
    ["timeseries?metrics=x'%20OR%201=1--", 404, 'unknown_metric', /no x/],
    ['timeseries?metrics=pids_current&containers=feedfacecafe', 404, 'unknown_container', /feedfacecafe/],
    ['timeseries?metrics=pids_current&containers=../../etc/passwd', 404, 'unknown_container', /passwd/],
    ['timeseries?metrics=pids_current&from=yesterday', 400, 'bad_request', /^from: .*yesterday/],
    ['timeseries?metrics=pids_current&from=-1h&to=-2h', 400, 'bad_request', /before/],
    ['timeseries?metrics=pids_current&from=-9d', 422, 'range_too_long', /1 days/],
    ['timeseries?metrics=pids_current&points=0', 400, 'bad_request', /points/],
    ['timeseries?metrics=pids_current&points=1e9', 400, 'bad_request', /points/],
    ['timeseries?metrics=pids_current&group=nobody', 400, 'bad_request', /group/],
    ['timeseries?metrics=a,b,c,d,e,f,g,h,i', 400, 'bad_request', /9 are more than 8/],
    ['timeseries?metrics=pids_current&from=-10m&points=100', 422, 'too_many_series', /fewer points/],
    [`timeseries?metrics=${'m'.repeat(2000)}`, 400, 'bad_request', /metrics/],
    ['timeseries?metrics=pids_current&container=x', 400, 'bad_request', /no parameter container; .*containers/],
    ['containers?__proto__=x', 400, 'bad_request', /no parameter __proto__/],
    ['containers?search=%00', 400, 'bad_request', /^search: .*NUL/],
    ['export?from=-1h&namespace=a%00b', 400, 'bad_request', /^namespace: .*NUL/],
    ['containers?limit=0', 400, 'bad_request', /limit/],
    ['containers?labels=app', 400, 'bad_request', /labels: .*app/],
    ['containers?top=nothing', 404, 'unknown_metric', /top/],
    ['events?types=explosion', 400, 'bad_request', /explosion.*oom_kill/],
    ['nowhere', 404, 'not_found', /openapi/],
    ['%ff', 400, 'bad_request', /url/],
    ['containers?limit=Infinity', 400, 'bad_request', /^limit: /],
    ['timeseries?metrics=pids_current&points=1e999', 400, 'bad_request', /^points: /],
    ['%00', 404, 'not_found', /openapi/],
  ];
  for (const [path, status, code, message] of cases) {
    const answer = await ask<Failure>(app, path);
    t.match(answer, { status, body: { error: { code, message } } }, path);
  }
  t.equal((await app.inject({ method: 'POST', url: '/api/v1/metrics' })).statusCode, 404);
  t.equal((await app.inject(`/api/v1/metrics?${'x'.repeat(40_000)}`)).statusCode < 500, true);
});

t.test('what is closed for good is not sent twice', async (t) => {
  t.testdir({});
  const directory = await recorded(t, 'v1');
  const app = await appOf(t, [directory]);
  const { body } = await ask<{ earliest: number; latest: number }>(app, 'instance');
  const url = `/api/v1/timeseries?metrics=pids_current&from=${body.earliest}&to=${body.latest}`;
  const first = await app.inject(url);
  const tag = first.headers['etag'] as string;
  t.match(tag, /^"/);
  t.equal((await app.inject({ url, headers: { 'if-none-match': tag } })).statusCode, 304);
  t.equal((await app.inject({ url: `${url}&points=7`, headers: { 'if-none-match': tag } })).statusCode, 200);
  t.equal(
    (await app.inject('/api/v1/timeseries?metrics=pids_current')).headers['etag'],
    undefined,
    'what may still change',
  );
  const compressed = await app.inject({ url, headers: { 'accept-encoding': 'gzip' } });
  t.equal(compressed.headers['content-encoding'], 'gzip');
  t.ok(compressed.rawPayload.length < first.rawPayload.length / 2);
});

t.test('files that cannot be read are left out, and said', async (t) => {
  t.testdir({});
  const directory = await recorded(t, 'v1', 5_000);
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.includes('/containers-'))
    .toSorted();
  t.ok(files.length > 5, `${files.length} files`);
  const [cut, foreign, , future, torn] = files as [string, string, string, string, string];
  truncateSync(join(directory, cut), 1000);
  writeFileSync(join(directory, foreign), 'PAR1 nothing of ours PAR1');
  writeFileSync(join(directory, 'index.json'), '{"schema_version": 1, "contain');
  const bytes = readFileSync(join(directory, future), 'latin1');
  const key = 'fgm.schema_version\x18\x01';
  writeFileSync(join(directory, future), bytes.replace(`${key}1`, `${key}2`), 'latin1');
  const pages = readFileSync(join(directory, torn));
  // The footer of this one is whole.
  writeFileSync(join(directory, torn), pages.fill(0x5a, 4, 400));
  const segment = join(directory, 'spool', 'later-1');
  mkdirSync(segment, { recursive: true });
  const window = { schemaVersion: 2, runId: 'later', number: 1, identifier: 'box', intervalMs: 1000, columns: {} };
  writeFileSync(join(segment, 'segment.json'), JSON.stringify(window));
  const app = await appOf(t, [directory]);
  const { status, body } = await ask<{ charts: { lines: { values: (number | null)[] }[] }[] }>(
    app,
    'timeseries?metrics=pids_current&from=-1h&points=10000',
  );
  t.equal(status, 200);
  t.ok(
    body.charts[0]!.lines.some(({ values }) => values.some((value) => value !== null)),
    'the others are shown',
  );
  t.ok((await ask<{ total: number }>(app, 'containers')).body.total > 0, 'the index is made of the files');
  const { body: instance } = await ask<{ skipped: { path: string; reason: string }[] }>(app, 'instance');
  t.same(
    new Set(instance.skipped.map(({ path }) => path)),
    new Set([join(directory, cut), join(directory, foreign), join(directory, torn), join(directory, future), segment]),
  );
  t.ok(instance.skipped.every(({ reason }) => reason.length > 0));
  for (const path of [join(directory, future), segment]) {
    t.match(
      instance.skipped.find((one) => one.path === path),
      { reason: /schema version 2; this program reads 1/ },
    );
  }
  // A file that goes between two questions is no fault.
  rmSync(join(directory, files[2]!));
  t.equal((await ask(app, 'timeseries?metrics=pids_current&from=-1h')).status, 200);
});

t.test('several nodes in one view', async (t) => {
  t.testdir({});
  const directories = [await recorded(t, 'v1', 90_000, 'a'), await recorded(t, 'v2', 90_000, 'b')];
  const app = await appOf(t, directories);
  const { body } = await ask<{ nodes: { node: string }[] }>(app, 'instance');
  t.equal(new Set(body.nodes.map(({ node }) => node)).size, 2);
  const { body: list } = await ask<{ containers: { node: string; id: string }[] }>(app, 'containers');
  t.equal(new Set(list.containers.map(({ node }) => node)).size, 2);
});

t.test('who listens keeps the viewer alive and is told again, whatever becomes of the directory', async (t) => {
  t.testdir({});
  const directory = await recorded(t, 'v1');
  const spool = join(directory, 'spool');
  const app = await appOf(t, [directory]);
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  t.equal(
    (await fetch(`${url}/api/v1/live`, { method: 'HEAD' })).status,
    404,
    'without a body there is nothing to tell',
  );
  const leaving = new AbortController();
  const answer = await fetch(`${url}/api/v1/live`, { signal: leaving.signal });
  const messages = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  t.match((await messages.read()).value, /^event: rows/);
  rmSync(spool, { recursive: true, force: true });
  symlinkSync('spool', spool);
  t.match(await ask(app, 'instance'), { status: 500, body: { error: { code: 'internal', message: /ELOOP/ } } });
  // Longer than it takes until the directory is looked at again.
  await setTimeout(600);
  rmSync(spool);
  t.equal((await ask(app, 'instance')).status, 200);
  let message: string | undefined;
  do message = (await messages.read()).value;
  while (message?.startsWith(':') === true);
  t.match(message, /^event: rows/);
  leaving.abort();
});

t.test('what the API is stands in a document of its own', async (t) => {
  const app = await appOf(t, [t.testdir({})]);
  const document = JSON.parse((await app.inject('/openapi.json')).body) as {
    openapi: string;
    paths: Record<string, unknown>;
  };
  t.match(document.openapi, /^3\./);
  t.same(
    Object.keys(document.paths).toSorted(),
    [
      'containers',
      'dashboards',
      'dashboards/{name}',
      'events',
      'export',
      'instance',
      'live',
      'metrics',
      'processes',
      'studies',
      'studies/correlation',
      'studies/{study}',
      'timeseries',
    ].map((name) => `/api/v1/${name}`),
  );
});

t.test('studies find what is there, and say how sure they are', async (t) => {
  t.testdir({});
  const directory = await recorded(t, 'churn');
  const app = await appOf(t, [directory]);
  type List = { containers: { id: string }[] };
  const { body: top } = await ask<List>(app, 'containers?top=memory_current_bytes&by=max&from=-1h&limit=3');
  const ids = top.containers.map(({ id }) => encodeURIComponent(id)).join(',');
  type Studied = {
    unit: string;
    lines: {
      container: string;
      findings: { text: string; confidence: number; facts: Record<string, number | null> }[];
    }[];
  };
  const { status, body } = await ask<Studied>(
    app,
    `studies/trend?metric=memory_current_bytes&containers=${ids}&from=-1h`,
  );
  t.equal(status, 200);
  t.equal(body.unit, 'bytes');
  const leaks = body.lines.filter(({ findings }) =>
    findings.some(({ text, facts }) => text === 'rises' && facts['per_second']! > 1e5),
  );
  t.ok(leaks.length > 0, 'a leak is found');
  t.ok(body.lines.every(({ findings }) => findings.every(({ confidence }) => confidence > 0.9 && confidence <= 1)));
  for (const name of ['periodicity', 'change-points', 'anomalies']) {
    t.equal(
      (await ask(app, `studies/${name}?metric=cpu_usage_millicores&containers=${ids}&from=-1h`)).status,
      200,
      name,
    );
  }
  type Correlated = { candidates: number; correlations: { metric: string; correlation: number }[] };
  const one = leaks[0]!.container;
  const { body: goes } = await ask<Correlated>(
    app,
    `studies/correlation?metric=memory_current_bytes&container=${encodeURIComponent(one)}&from=-1h`,
  );
  t.ok(goes.candidates > 20);
  t.ok(goes.correlations.every(({ correlation }) => Math.abs(correlation) <= 1.000001));
  const { body: studies } = await ask<{ studies: { name: string }[] }>(app, 'studies');
  t.equal(studies.studies.length, 5);
  t.match(await ask(app, 'studies/astrology?metric=pids_current&containers=/'), { status: 400 });
  t.match(await ask(app, 'studies/trend?metric=pids_current'), {
    status: 400,
    body: { error: { message: /containers/ } },
  });
  t.match(await ask(app, `studies/correlation?metric=stat_rss_bytes&container=${encodeURIComponent(one)}`), {
    status: 400,
  });
});

t.test('what it does is told to Prometheus', async (t) => {
  const app = await appOf(t, [t.testdir({})], { token: 'a-long-secret' });
  await app.inject('/healthz');
  await app.inject('/api/v1/metrics');
  await app.inject(`/nowhere/${'x'.repeat(50)}`);
  const first = await app.inject('/metrics');
  t.match(first.headers['content-type'], /^text\/plain/);
  t.match(first.body, /fgm_viewer_requests_total\{route="\/healthz",status="2xx"\} 1\n/);
  t.match(first.body, /fgm_viewer_requests_total\{route="\/api\/v1\/metrics",status="4xx"\} 1\n/);
  t.match(first.body, /fgm_viewer_requests_total\{route="none",status="4xx"\} 1\n/, 'no address is a label');
  t.match(first.body, /fgm_viewer_skipped_files 0\n/);
  await app.inject('/healthz');
  t.match((await app.inject('/metrics')).body, /route="\/healthz",status="2xx"\} 2\n/);
});

t.test('the page comes from here alone', async (t) => {
  const app = await appOf(t, [t.testdir({})]);
  for (const path of ['/', '/app.js', '/style.css']) {
    const { statusCode, headers, body } = await app.inject(path);
    t.equal(statusCode, 200, path);
    const policy = String(headers['content-security-policy']);
    t.match(policy, /default-src 'none'/);
    t.notMatch(policy, /unsafe|https?:|\*/);
    t.notMatch(body, /(src|href|@import|url\()\s*=?\s*["']?https?:/, `${path} asks nobody else`);
  }
});
