/** The rules as they are, against series made for each: by promtool, which evaluates hours in a moment. */
import { hasProgram, run } from '@fgm/testkit';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { stringify } from 'yaml';
import { CASES, HEALTHY, type Series } from './harness/rule-cases.ts';
import { readAlerts, RULES } from './harness/rules.ts';

const ROOT = new URL('../../../', import.meta.url);
const NO_PROMTOOL = !hasProgram('promtool') && 'promtool of Debian\'s package "prometheus" is not installed';
/** What a scrape adds on a cluster, which no rule may stumble over. */
const TARGET = 'job="monitoring/fgm",instance="10.0.0.7:9464",cluster="east",node="n1",pod="fgm-x"';
const OFTEN = Array.from({ length: 35 }, (_, index) => `${index * 10}m`);

function withTarget(name: string): string {
  return name.includes('{') ? name.replace('}', `,${TARGET}}`) : `${name}{${TARGET}}`;
}

/** One of promtool's tests: which alerts fire at which times. */
function unitTest(name: string, changes: Series, firing: ReadonlyMap<string, readonly string[]>): object {
  const series = Object.entries({ ...HEALTHY, ...changes }).filter(([, values]) => values !== '');
  return {
    name,
    interval: '1m',
    input_series: series.map(([each, values]) => ({ series: withTarget(each), values })),
    promql_expr_test: [...firing].map(([at, alerts]) => ({
      expr: 'count by (alertname) (ALERTS{alertstate="firing"})',
      eval_time: at,
      exp_samples: alerts.map((alert) => ({ labels: `{alertname="${alert}"}`, value: 1 })),
    })),
  };
}

t.test('promtool finds nothing wrong with the rules', { skip: NO_PROMTOOL }, async (t) => {
  t.match(run('promtool', ['check', 'rules', '--lint-fatal', RULES]), /SUCCESS: 11 rules found/);
});

t.test('each alert fires on its fault, alone, and resolves', { skip: NO_PROMTOOL }, async (t) => {
  const tests = [
    unitTest('nothing is wrong', {}, new Map(OFTEN.map((at) => [at, []]))),
    ...CASES.map(({ name, alert, series, fires, silent }) =>
      unitTest(
        `${alert}: ${name}`,
        series,
        new Map<string, readonly string[]>([
          ...fires.map((at) => [at, [alert]] as const),
          ...silent.map((at) => [at, []] as const),
        ]),
      ),
    ),
  ];
  const file = join(t.testdir(), 'tests.yaml');
  writeFileSync(file, stringify({ rule_files: [RULES], evaluation_interval: '1m', tests }));
  t.match(run('promtool', ['test', 'rules', file]), 'SUCCESS');
});

t.test('no alert without a test, words and a page that says what to do', async (t) => {
  const alerts = readAlerts();
  const [commandLine, settings] = ['command-line', 'configuration'].map((name) =>
    readFileSync(new URL(`docs/${name}.md`, ROOT), 'utf8'),
  );
  const isFlag = (flag: string): boolean =>
    commandLine!.includes(flag) || settings!.includes(`| \`${flag.slice(2)}\` `);
  t.ok(alerts.length > 0);
  t.same([...new Set(CASES.map(({ alert }) => alert))].toSorted(), alerts.map(({ alert }) => alert).toSorted());
  const overview = readFileSync(new URL('docs/prometheus.md', ROOT), 'utf8').replace(/ +/g, ' ');
  for (const { alert, expr, for: time, labels, annotations } of alerts) {
    t.match(alert, /^Fgm[A-Z]/);
    t.match(labels['severity'], /^(info|warning|critical)$/, alert);
    t.match(time, /^\d+m$/, alert);
    t.equal(annotations['runbook_url'], `docs/runbooks/${alert}.md`);
    for (const text of [annotations['summary'], annotations['description']]) t.match(text, '{{ $labels.instance }}');
    const line = `| [${alert}](runbooks/${alert}.md) | ${labels['severity']} | ${time} |`;
    t.ok(overview.includes(line), `docs/prometheus.md has the line ${line}`);
    const page = new URL(annotations['runbook_url']!, ROOT);
    t.ok(existsSync(page), `${alert} has a page`);
    const text = readFileSync(page, 'utf8');
    const headings = [...text.matchAll(/^#+ .*$/gm)].map(([heading]) => heading);
    t.same(
      headings,
      [
        `# ${alert}`,
        ...['What it means', 'What is lost', 'How to see it', 'What to do', 'When to silence it'].map(
          (title) => `## ${title}`,
        ),
      ],
      alert,
    );
    for (const [, flag] of text.matchAll(/`(--[a-z-]+)/g)) t.ok(isFlag(flag!), `${alert}: ${flag} exists`);
    for (const metric of expr.match(/\b(fgm|process)_\w+/g) ?? [])
      t.ok(text.includes(metric), `${alert}'s page names ${metric}`);
  }
});
