import { readdirSync, readFileSync } from 'node:fs';
import { settingsOf, variableOf } from '@fgm/agent/config';
import { run, whyNot } from '@fgm/testkit';
import t from 'tap';
import { CHART, GOLDEN, MANIFESTS, goldenOf, plainManifests, rendered, scenarios, valuesOf } from '../scripts/chart.ts';
import { objectsIn, podOf } from './goldens.ts';

const skip = whyNot('helm');

void t.test('goldens are what helm makes of the chart', { skip }, (t) => {
  t.strictSame(
    readdirSync(GOLDEN).toSorted(),
    scenarios()
      .map((scenario) => `${scenario}.yaml`)
      .toSorted(),
  );
  for (const scenario of scenarios()) {
    const golden = readFileSync(`${GOLDEN}/${scenario}.yaml`, 'utf8');
    t.equal(goldenOf(scenario), golden, `${scenario}: npm run chart writes it`);
  }
  t.end();
});

void t.test('deploy/manifests are the chart with its defaults', { skip }, (t) => {
  const found = readdirSync(MANIFESTS).map((file): [string, string] => [
    file,
    readFileSync(`${MANIFESTS}/${file}`, 'utf8'),
  ]);
  t.strictSame(Object.fromEntries(found), Object.fromEntries(plainManifests()), 'npm run chart writes them');
  t.end();
});

void t.test('helm lint finds nothing', { skip }, (t) => {
  for (const scenario of scenarios()) {
    const said = run('helm', ['lint', '--strict', '--kube-version', '1.34.0', ...valuesOf(scenario), CHART]);
    t.match(said, '0 chart(s) failed', scenario);
  }
  t.end();
});

void t.test('AppArmor is an annotation before Kubernetes 1.30, a field since then', { skip }, (t) => {
  const old = rendered(valuesOf('cgroup-v1'), '1.29.5');
  t.match(old, 'container.apparmor.security.beta.kubernetes.io/recorder: unconfined');
  t.notMatch(old, 'appArmorProfile');
  const now = podOf(objectsIn(rendered(valuesOf('cgroup-v1'), '1.30.0')));
  t.strictSame(now.containers[0]!.securityContext['appArmorProfile'], { type: 'Unconfined' });
  t.end();
});

void t.test('a setting becomes its variable', { skip }, (t) => {
  const settings: Record<string, unknown> = { 'retention-bytes': 4294967296, redact: ['a,b', 'c'], cmdline: false };
  const wanted = new Map([
    ['FGM_RETENTION_BYTES', '4294967296'],
    ['FGM_REDACT', 'a,b\nc'],
    ['FGM_CMDLINE', 'off'],
  ]);
  const { properties } = schemaOfSettings();
  for (const { flag, default: text } of settingsOf('monitor')) {
    if (typeof text !== 'string' || !(flag in properties) || flag in settings) continue;
    settings[flag] = /^\d+$/.test(text) ? Number(text) : text;
    wanted.set(variableOf(flag), text);
  }
  const json = ['--set-json', `recorder.settings=${JSON.stringify(settings)}`];
  const [recorder] = podOf(objectsIn(rendered(json))).containers;
  const found = new Map(recorder!.env.map(({ name, value }) => [name, value]));
  for (const [name, value] of wanted) t.equal(found.get(name), value, name);
  t.equal(wanted.size, Object.keys(properties).length);
  t.end();
});

function schemaOfSettings(): { readonly properties: object } {
  const schema = JSON.parse(readFileSync(`${CHART}/values.schema.json`, 'utf8')) as {
    properties: { recorder: { properties: { settings: { properties: object } } } };
  };
  return schema.properties.recorder.properties.settings;
}
