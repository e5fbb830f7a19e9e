/** A data directory without index.json: what there is is told from the newest file on, and all of it in the end. */
import { readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { IndexDocument } from '@fgm/store';
import t from 'tap';
import { openViewer } from '../src/open-viewer.ts';
import { appOf, ask, recorded, type Row, rowsOf } from './recorded.ts';

interface Instance {
  readonly latest: number;
  readonly indexing: { readonly read: number; readonly files: number } | null;
}

interface Listed {
  readonly containers: readonly Record<string, unknown>[];
  readonly total: number;
  readonly complete: boolean;
}

let directory: string;
let index: IndexDocument;
let rows: readonly Row[];
t.before(async () => {
  t.testdir({});
  directory = await recorded(t, 'churn', 1_000);
  index = JSON.parse(readFileSync(join(directory, 'index.json'), 'utf8')) as IndexDocument;
  renameSync(join(directory, 'index.json'), join(directory, '..', 'index.json'));
  rows = await rowsOf(directory, 'containers');
});

/** Milliseconds since the Unix epoch. */
function timeOf(row: Row): number {
  return (row['time'] as Date).getTime();
}

t.test('what is known so far is answered, and then all', async (t) => {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.includes('/containers-'),
  );
  const app = await appOf(t, [directory]);
  const first = await ask<Instance>(app, 'instance');
  t.equal(first.status, 200);
  t.equal(first.body.latest, Math.max(...rows.map(timeOf)), 'the newest file is read first');
  t.equal(first.body.indexing?.files, files.length);
  const some = await ask<Listed>(app, 'containers?limit=10000');
  t.equal(some.body.complete, false);
  t.ok(some.body.total > 0);
  const known = new Set(some.body.containers.map(({ id }) => id));
  const unknown = Object.values(index.containers).find(({ full_id: id }) => !known.has(id))!;
  const early = await app.inject(`/api/v1/timeseries?metrics=pids_current&from=-1h&containers=${unknown.full_id}`);
  t.equal(early.statusCode, 503);
  t.equal(early.headers['retry-after'], '2');
  t.match(early.json(), {
    error: { code: 'indexing', message: /nothing is known of .* yet: .* files have been read/ },
  });

  const deadline = Date.now() + 60_000;
  while ((await ask<Instance>(app, 'instance')).body.indexing !== null && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { body } = await ask<Listed>(app, 'containers?limit=10000');
  t.equal(body.complete, true);
  const told = (names: readonly string[]): unknown =>
    Object.fromEntries(body.containers.map((one) => [one['id'], names.map((name) => one[name])]));
  t.strictSame(
    told(['namespace', 'container', 'runtime', 'labels']),
    Object.fromEntries(
      Object.values(index.containers).map(({ full_id: id, namespace, container_name: name, runtime, labels }) => [
        id,
        [namespace ?? null, name ?? null, runtime ?? null, labels],
      ]),
    ),
    'those that the recorder has written into index.json',
  );
  t.strictSame(
    told(['first_seen', 'last_seen']),
    Object.fromEntries(
      Array.from(
        Map.groupBy(rows, (row) => row['container_id']),
        ([id, own]) => [id, [Math.min(...own.map(timeOf)), Math.max(...own.map(timeOf))]],
      ),
    ),
    'from the first row to the last',
  );
  t.equal((await ask(app, `timeseries?metrics=pids_current&from=-1h&containers=${unknown.full_id}`)).status, 200);
  t.equal((await ask(app, 'timeseries?metrics=pids_current&from=-1h&containers=nobody')).status, 404);
});

t.test('who does not look at it meanwhile gets all at once', async (t) => {
  const viewer = await openViewer({ directories: [directory], version: 'test' });
  t.teardown(() => viewer.close());
  const { status, body } = await viewer.ask('containers?limit=10000');
  t.equal(status, 200);
  t.match(body, { complete: true, total: Object.keys(index.containers).length });
});

t.test('an index that comes is taken instead', async (t) => {
  const app = await appOf(t, [directory]);
  t.not((await ask<Instance>(app, 'instance')).body.indexing, null);
  renameSync(join(directory, '..', 'index.json'), join(directory, 'index.json'));
  t.teardown(() => renameSync(join(directory, 'index.json'), join(directory, '..', 'index.json')));
  t.equal((await ask<Instance>(app, 'instance')).body.indexing, null);
  t.match((await ask<Listed>(app, 'containers?limit=10000')).body, {
    complete: true,
    total: Object.keys(index.containers).length,
  });
});
