/** Every answer is just what openapi.json says of it: nothing is left out, and nothing is sent that it does not name. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import t from 'tap';
import { appOf, ask, recorded } from './recorded.ts';

interface Document {
  readonly components: { readonly schemas?: object };
  readonly paths: Readonly<
    Record<string, { readonly get?: { readonly responses: Readonly<Record<string, Response>> } }>
  >;
}

interface Response {
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
}

/** A file, a stream. */
const NOT_JSON = new Set(['/api/v1/export', '/api/v1/live']);

/** The schema, with nothing allowed in an object that it does not name. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const parts = Object.fromEntries(Object.entries(schema).map(([key, part]) => [key, closed(part)]));
  return 'properties' in parts ? { additionalProperties: false, ...parts } : parts;
}

t.test('answers are of their schemas', async (t) => {
  t.testdir({});
  const dashboards = join(t.testdirName, 'dashboards');
  mkdirSync(dashboards);
  writeFileSync(join(dashboards, 'leak.json'), '{"schema_version": 1, "name": "Leak", "panels": []}');
  const directories = [await recorded(t, 'churn', 90_000, 'a'), await recorded(t, 'v2', 90_000, 'b')];
  const app = await appOf(t, directories, { dashboards });
  const document = (await app.inject('/openapi.json')).json<Document>();
  const ajv = new Ajv({ strict: false, allErrors: true });
  const { body: most } = await ask<{ containers: { id: string }[] }>(
    app,
    'containers?top=memory_current_bytes&from=-1h&limit=2',
  );
  const ids = most.containers.map(({ id }) => encodeURIComponent(id)).join(',');
  const [id] = ids.split(',');
  const groups = Object.keys(METRICS);
  const asked: Readonly<Record<string, readonly string[]>> = {
    '/api/v1/instance': [''],
    '/api/v1/metrics': [''],
    '/api/v1/containers': ['', '?top=cpu_usage_millicores&from=-1h', '?search=nobody'],
    '/api/v1/timeseries': [
      ...groups.map((group) => `?metrics=${METRICS[group]}&group=${group}&from=-1h`),
      '?metrics=cpu_stat_usage_usec,memory_current_bytes&from=-1h&top=3&points=20',
      '?metrics=cpu_stat_usage_usec&from=-1h&raw=true',
      '?metrics=memory_current_bytes&from=-1h&aggregate=sum',
    ],
    '/api/v1/processes': ['', `?containers=${ids}`],
    '/api/v1/events': ['?from=-1h', `?from=-1h&containers=${ids}`],
    '/api/v1/studies': [''],
    '/api/v1/studies/correlation': [`?metric=memory_current_bytes&container=${id}&from=-1h`],
    '/api/v1/studies/{study}': ['periodicity', 'change-points', 'trend', 'anomalies'].map(
      (study) => `/${study}?metric=memory_current_bytes&containers=${ids}&from=-1h`,
    ),
    '/api/v1/dashboards': [''],
    '/api/v1/dashboards/{name}': ['/leak'],
  };
  t.same(
    Object.keys(asked).toSorted(),
    Object.keys(document.paths)
      .filter((path) => !NOT_JSON.has(path))
      .toSorted(),
    'all of them are asked',
  );
  for (const [path, questions] of Object.entries(asked)) {
    const schema = document.paths[path]!.get!.responses['200']!.content!['application/json']!.schema;
    const validate = ajv.compile({ ...(closed(schema) as object), components: closed(document.components) });
    for (const question of questions) {
      const answer = await app.inject(`${path.replace(/\/\{.*$/, '')}${question}`);
      t.equal(answer.statusCode, 200, `${path}${question}`);
      validate(answer.json());
      t.same(validate.errors ?? [], [], `${path}${question}`);
    }
  }
});

/** A metric that has lines of each kind. */
const METRICS: Readonly<Record<string, string>> = {
  container: 'memory_current_bytes',
  process: 'stat_rss_bytes',
  device: 'devices.io_stat_rbytes',
};
