/** A page in a file answers as the viewer does. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { run } from '@fgm/cli';
import type { FastifyInstance } from 'fastify';
import t from 'tap';
import type { Test } from 'tap';
import { answersOf } from '../src/offline/answers.ts';
import { type Manifest, MANIFEST_ID, TABLE_ID } from '../src/offline/manifest.ts';
import { inertJson } from '../src/offline/page-file.ts';
import { appOf, recorded } from './recorded.ts';

/** The text of an element of a page. */
function textOf(page: string, id: string): string {
  const start = page.indexOf('>', page.indexOf(`id="${id}"`)) + 1;
  return page.slice(start, page.indexOf('</script>', start));
}

/** Exports a page, and opens what stands in it. */
async function exportedPage(t: Test, directories: readonly string[], ...args: readonly string[]) {
  const path = join(t.testdirName, 'page.html');
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const terminal = { stdout, stderr } as unknown as Parameters<typeof run>[1];
  const code = await run(['export', ...directories, ...args, '-o', path, '--force', '--json'], terminal);
  const complaint = String(stderr.read() ?? '');
  t.equal(code, 0, complaint);
  const page = readFileSync(path, 'utf8');
  const manifest = JSON.parse(textOf(page, MANIFEST_ID)) as Manifest;
  const bytesOf = (table: string): ArrayBuffer =>
    Uint8Array.from(Buffer.from(textOf(page, TABLE_ID + table), 'base64')).buffer;
  return { page, manifest, complaint, host: answersOf(manifest, bytesOf) };
}

interface Body {
  readonly charts?: readonly { readonly lines: readonly unknown[] }[];
  readonly events?: readonly object[];
}

/** An answer to be compared: what is of one instant, or as great, has no order. */
function answered(status: number, text: string): { readonly status: number; readonly body: object } {
  const body = JSON.parse(text) as Body;
  if (body.events !== undefined)
    return {
      status,
      body: body.events
        .map((event) => JSON.stringify(Object.entries(event).toSorted(([a], [b]) => (a < b ? -1 : 1))))
        .toSorted(),
    };
  const charts = body.charts?.map((chart) => ({
    ...chart,
    lines: chart.lines.map((line) => JSON.stringify(line)).toSorted(),
  }));
  return { status, body: charts === undefined ? body : { ...body, charts } };
}

async function live(app: FastifyInstance, question: string) {
  const { statusCode, body } = await app.inject(`/api/v1/${question}`);
  return answered(statusCode, body);
}

const METRICS =
  'cpu_usage_millicores,memory_current_bytes,cpu_stat_usage_usec,processes.stat_rss_bytes,devices.io_stat_rbytes,interfaces.rx_bytes';

t.test('the same questions have the same answers', { timeout: 120_000 }, async (t) => {
  t.testdir({});
  const directories = [await recorded(t, 'churn', 30_000, 'a'), await recorded(t, 'hybrid', 30_000, 'b')];
  const app = await appOf(t, directories);
  const known = (await live(app, 'metrics')) as unknown as { body: { metrics: { id: string }[] } };
  const wanted = METRICS.split(',').filter((name) => known.body.metrics.some(({ id }) => id.endsWith(name)));
  t.ok(wanted.length > 3, wanted.join(', '));
  const { host, manifest } = await exportedPage(t, directories, '--metrics', wanted.join(','));
  t.equal(manifest.nodes.length, 2, 'two nodes');
  const range = `from=${manifest.earliest}&to=${manifest.latest}`;
  const [first] = manifest.containers.filter(({ node }) => node === manifest.nodes[0]!.node);
  const questions = [
    ...wanted.flatMap((metric) => [
      `timeseries?metrics=${metric}&${range}&points=100&top=1000`,
      `timeseries?metrics=${metric}&${range}&points=5000&group=each`,
      `timeseries?metrics=${metric}&${range}&points=40&group=all&aggregate=max`,
      `studies/trend?metric=${metric}&${range}&containers=${encodeURIComponent(first!.full_id)}`,
    ]),
    `timeseries?metrics=processes.stat_rss_bytes&${range}&points=300&group=process`,
    `timeseries?metrics=containers.memory_current_bytes,containers.memory_max_bytes&${range}&containers=${encodeURIComponent(first!.full_id)}`,
    `events?${range}&limit=500`,
    `processes?at=${manifest.latest - 30_000}&limit=50`,
    `timeseries?metrics=nope&${range}`,
    `timeseries?metrics=memory_current_bytes&group=device&${range}`,
    `timeseries?metrics=memory_current_bytes&${range}&containers=ffffffff`,
  ];
  for (const question of questions) {
    const { status, text } = await host.ask(question);
    t.same(answered(status, text), await live(app, question), question);
  }
  // Which column comes first depends on which container was found first.
  const csv = `timeseries?metrics=memory_current_bytes&${range}&format=csv&group=all`;
  t.equal((await host.ask(csv)).text, (await app.inject(`/api/v1/${csv}`)).body, 'CSV');
  const instance = JSON.parse((await host.ask('instance')).text) as Record<string, unknown>;
  t.match(instance, { state: 'ready', recording: false, earliest: manifest.earliest, latest: manifest.latest });
  const list = JSON.parse((await host.ask('containers?limit=5000')).text) as { containers: { id: string }[] };
  const listed = (await live(app, 'containers?limit=5000')) as unknown as { body: { containers: { id: string }[] } };
  t.same(
    list.containers.map(({ id }) => id).toSorted(),
    listed.body.containers.map(({ id }) => id).toSorted(),
    'the same containers',
  );
});

t.test('what is asked wrongly of a page is told', async (t) => {
  t.testdir({});
  const { host } = await exportedPage(t, [await recorded(t, 'v2')]);
  for (const [question, status, message] of [
    ['nothing', 404, /there is no nothing in an exported page/],
    ['timeseries', 400, /required property 'metrics'/],
    ['timeseries?metrics=memory_current_bytes&points=many', 400, /points: must be a number from 1 to 10000/],
    ['timeseries?metrics=memory_current_bytes&group=cat', 400, /group: must be one of container, /],
    ['timeseries?metrics=memory_current_bytes&format=arrow', 400, /arrow is made by a viewer only/],
    ['timeseries?metrics=pids_current', 404, /there is no pids_current/],
    ['studies/magic?metric=memory_current_bytes&containers=x', 400, /study: must be one of/],
  ] as const) {
    const answer = await host.ask(question);
    t.equal(answer.status, status, question);
    t.match(answer.text, message);
  }
  const gone = new AbortController();
  gone.abort();
  await t.rejects(host.ask('timeseries?metrics=memory_current_bytes', gone.signal), { name: 'AbortError' });
});

t.test('limits are told in the page and by the command', { timeout: 60_000 }, async (t) => {
  t.testdir({});
  const directory = await recorded(t, 'churn', 30_000);
  const all = await exportedPage(t, [directory]);
  t.same(all.manifest.notes, []);
  const byRows = await exportedPage(t, [directory], '--max-rows', '500');
  t.match(byRows.manifest.notes, [/This file is cut after 500 of [\d,]+ rows, at \S+Z: what came later is not in it/]);
  t.match(byRows.complaint, /cut after 500 of [\d,]+ rows.*--max-rows allows more/);
  t.ok(byRows.manifest.latest < all.manifest.latest);
  const most = 30_000;
  const byBytes = await exportedPage(t, [directory], '--max-bytes', String(most));
  t.match(byBytes.complaint, /cut after [\d,]+ of [\d,]+ rows.*--max-bytes allows more/);
  t.match(byBytes.manifest.notes, [/cut after/]);
  const bytes = Object.keys(byBytes.manifest.tables).map((table) => textOf(byBytes.page, TABLE_ID + table).length);
  t.ok(Math.max(...bytes) > 0 && bytes.reduce((sum, each) => sum + each, 0) <= most + 16, bytes.join(', '));
});

t.test('no name in the data is markup', async (t) => {
  const hostile = '</script><script>alert(1)</script><!-- <b onload=x>';
  const text = inertJson({ name: hostile });
  t.notMatch(text, /</);
  t.same(JSON.parse(text), { name: hostile });
});
