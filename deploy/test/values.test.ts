import { readFileSync } from 'node:fs';
import { settingsOf } from '@fgm/agent/config';
import t from 'tap';
import { parse } from 'yaml';
import { CHART } from '../scripts/chart.ts';
import { chartValues } from '../scripts/chart-readme.ts';

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: unknown;
}

const schema = JSON.parse(readFileSync(`${CHART}/values.schema.json`, 'utf8')) as Schema;
const values = chartValues(readFileSync(`${CHART}/values.yaml`, 'utf8'));

function at(key: string): Schema | undefined {
  return key.split('.').reduce<Schema | undefined>((of, name) => of?.properties?.[name], schema);
}

/** Keys below a value that is one in values.yaml are its own affair. */
function* keysOf(of: Schema, prefix = ''): Generator<string> {
  for (const [name, inner] of Object.entries(of.properties ?? {})) {
    const key = `${prefix}${name}`;
    if (inner.properties === undefined || values.some((value) => value.key === key)) yield key;
    else yield* keysOf(inner, `${key}.`);
  }
}

void t.test('the schema has the keys of values.yaml and no others', (t) => {
  t.strictSame([...keysOf(schema)].toSorted(), values.map(({ key }) => key).toSorted());
  t.end();
});

void t.test('keys that nobody knows are refused everywhere but in global, which other charts share', (t) => {
  const groups = new Set([
    '',
    ...values.flatMap(({ key }) => (key.includes('.') ? [key.slice(0, key.lastIndexOf('.'))] : [])),
  ]);
  for (const group of groups) {
    const of = group === '' ? schema : at(group);
    t.equal(of?.additionalProperties, group === 'global' ? undefined : false, group);
  }
  t.end();
});

void t.test('recorder.settings takes each setting of the recorder that the chart does not set itself', (t) => {
  const own = ['output-dir', 'listen', 'proc-root', 'cgroup-root', 'host-root', 'node-name', 'identifier'];
  const elsewhere = ['cluster-name', 'kubernetes-api', 'kubernetes-server', 'kubernetes-service-account'];
  const ends = ['duration'];
  const flags = settingsOf('monitor').map(({ flag }) => flag);
  const wanted = flags.filter((flag) => ![...own, ...elsewhere, ...ends].includes(flag));
  t.strictSame(Object.keys(at('recorder.settings')?.properties ?? {}).toSorted(), wanted.toSorted());
  t.end();
});

void t.test('the chart has the version of the product', (t) => {
  const chart = parse(readFileSync(`${CHART}/Chart.yaml`, 'utf8')) as { version: string; appVersion: string };
  const root = new URL('../../package.json', import.meta.url);
  const { version } = JSON.parse(readFileSync(root, 'utf8')) as { version: string };
  t.strictSame([chart.version, chart.appVersion], [version, version]);
  t.end();
});
