import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { run, whyNot } from '@fgm/testkit';
import t from 'tap';
import { parse } from 'yaml';
import { CHART, rendered } from '../scripts/chart.ts';
import { objectsIn } from './goldens.ts';

const skip = whyNot('helm');

interface RuleFile {
  readonly groups: readonly { readonly name: string; readonly rules: readonly Rule[] }[];
}

interface Rule {
  readonly alert?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** What the PrometheusRule holds. */
function ruled(args: readonly string[]): RuleFile {
  const [object, ...others] = objectsIn(rendered([...args, '--show-only', 'templates/prometheusrule.yaml']));
  if (object === undefined || others.length > 0) throw new Error(`${others.length + 1} objects`);
  return (object as unknown as { spec: RuleFile }).spec;
}

void t.test('alerts are those of files/rules.yaml', { skip }, (t) => {
  const file = parse(readFileSync(`${CHART}/files/rules.yaml`, 'utf8')) as RuleFile;
  const on = ['--set', 'prometheusRule.enabled=true'];
  t.strictSame(ruled(on), { groups: file.groups });

  const options = {
    enabled: true,
    disabledAlerts: ['FgmDown'],
    additionalRuleLabels: { team: 'nodes' },
    runbookBaseUrl: 'https://x/',
  };
  const json = ['--set-json', `prometheusRule=${JSON.stringify(options)}`];
  const rules = ruled(json).groups.flatMap((group) => group.rules);
  const before = file.groups.flatMap((group) => group.rules).filter(({ alert }) => alert !== 'FgmDown');
  t.strictSame(
    rules.map(({ alert }) => alert),
    before.map(({ alert }) => alert),
  );
  for (const [index, { labels, annotations }] of rules.entries()) {
    t.equal(labels?.['team'], 'nodes');
    t.equal(annotations?.['runbook_url'], `https://x/${before[index]?.annotations?.['runbook_url']}`);
  }
  t.end();
});

void t.test('each file of files/dashboards is a ConfigMap that the sidecar finds', { skip }, (t) => {
  const copy = `${t.testdir()}/chart`;
  cpSync(CHART, copy, { recursive: true });
  const text = '{\n  "title": "{{ braces }} stay",\n  "uid": "x"\n}';
  mkdirSync(`${copy}/files/dashboards`, { recursive: true });
  writeFileSync(`${copy}/files/dashboards/added.json`, `${text}\n`);
  const files = readdirSync(`${copy}/files/dashboards`);
  const args = ['--set', 'grafana.dashboards.enabled=true,grafana.dashboards.namespace=grafana'];
  const maps = objectsIn(run('helm', ['template', 'fgm', copy, '--kube-version', '1.34.0', ...args])).filter(
    ({ kind }) => kind === 'ConfigMap',
  ) as unknown as readonly {
    metadata: { labels: object; namespace: string };
    data: Readonly<Record<string, string>>;
  }[];
  t.strictSame(maps.flatMap(({ data }) => Object.keys(data)).toSorted(), files.toSorted());
  for (const { metadata, data } of maps) {
    t.match(metadata, { namespace: 'grafana', labels: { grafana_dashboard: '1' } });
    for (const [file, found] of Object.entries(data)) {
      t.equal(found.trim(), readFileSync(`${copy}/files/dashboards/${file}`, 'utf8').trim(), file);
    }
  }
  t.end();
});
