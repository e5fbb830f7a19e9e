/** The dashboards that the chart brings: by themselves, and with a real Prometheus that scrapes a recorder and a viewer. */
import { whyNot } from '@fgm/testkit';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { until } from '../../agent/test/harness/recording.ts';
import { DASHBOARD_DIRECTORY, dashboardFiles } from '../scripts/dashboards.ts';
import { DASHBOARDS, metricsIn, queriesOf } from '../src/index.ts';
import { Prometheus } from './harness/prometheus.ts';
import { fakeMachine, startRecorder, stopRecorders } from './harness/recorder.ts';
import { readAlerts, readRules } from './harness/rules.ts';
import { documentedNames, SELF_METRICS_DOC } from './harness/self-metrics-doc.ts';
import { askViewer, startViewer } from './harness/viewer.ts';

const RUNBOOKS = new URL('../../../docs/runbooks/', import.meta.url);
const DOCUMENTED = documentedNames(readFileSync(SELF_METRICS_DOC, 'utf8'));
const PATIENCE_MS = 120_000;

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string; readonly datasource: { readonly uid: string } }[];
  readonly fieldConfig?: { readonly defaults: { readonly unit: string; readonly thresholds: object } };
}

interface DashboardJson {
  readonly uid: string;
  readonly schemaVersion: number;
  readonly templating: { readonly list: readonly { readonly name: string; readonly type: string }[] };
  readonly panels: readonly Panel[];
}

/** Metrics of ours that do not exist; the parts of a histogram do. */
function unknownIn(text: string): readonly string[] {
  const known = (name: string): boolean =>
    DOCUMENTED.includes(name.replace(/_(bucket|sum|count)$/, '')) || DOCUMENTED.includes(name);
  return metricsIn(text).filter((name) => !known(name));
}

t.test('what alerts, their pages and dashboards name exists', async (t) => {
  t.ok(DOCUMENTED.length > 80);
  for (const { alert, expr } of readAlerts()) t.same(unknownIn(expr), [], alert);
  for (const page of readdirSync(RUNBOOKS)) {
    const text = readFileSync(new URL(page, RUNBOOKS), 'utf8').replace(/fgm_viewer_\.\.\./g, '');
    t.same(unknownIn(text), [], page);
  }
  for (const dashboard of DASHBOARDS) for (const { expr } of queriesOf(dashboard)) t.same(unknownIn(expr), [], expr);
});

t.test('the files are what the script writes', async (t) => {
  const files = dashboardFiles();
  t.same(readdirSync(DASHBOARD_DIRECTORY).toSorted(), [...files.keys()].toSorted());
  for (const [name, text] of files) t.equal(readFileSync(new URL(name, DASHBOARD_DIRECTORY), 'utf8'), text, name);
});

for (const [name, text] of dashboardFiles()) {
  t.test(`${name} is a dashboard that Grafana can show`, async (t) => {
    const { uid, schemaVersion, templating, panels } = JSON.parse(text) as DashboardJson;
    t.equal(`${uid}.json`, name);
    t.equal(schemaVersion, 41);
    t.same(
      templating.list.map((variable) => `${variable.name} ${variable.type}`),
      ['datasource datasource', 'cluster query', 'node query'],
    );
    t.equal(new Set(panels.map(({ id }) => id)).size, panels.length, 'ids differ');
    const taken = new Set<string>();
    for (const { title, type, description, gridPos, targets, fieldConfig } of panels) {
      const { x, y, w, h } = gridPos;
      t.ok(x >= 0 && x + w <= 24, `${title} is not wider than the page`);
      const cells = Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`);
      t.notOk(
        cells.some((cell) => taken.has(cell)),
        `${title} lies on no other`,
      );
      for (const cell of cells) taken.add(cell);
      if (type === 'row') continue;
      t.ok(description !== undefined && description.length > 10, `${title} says what it is`);
      t.match(fieldConfig, { defaults: { unit: /^[a-zA-Z]+$/, thresholds: { mode: 'absolute' } } });
      t.ok(targets!.length > 0 && targets!.every(({ datasource }) => datasource.uid === '${datasource}'));
    }
  });
}

/** As Grafana fills it in, with everything chosen. */
function filledIn(expression: string): string {
  return expression.replaceAll('$cluster', '.*').replaceAll('$node', '.*').replaceAll('$__rate_interval', '10s');
}

t.test('every query has an answer', { skip: whyNot('prometheus') }, async (t) => {
  const directory = t.testdir();
  const fgm = await startRecorder(t, { flags: fakeMachine(t) });
  const viewer = await startViewer(t, join(t.testdirName, 'data'));
  const prometheus = await Prometheus.start(directory, readRules(), null);
  prometheus.add({ job: 'fgm-recorder', url: fgm.url });
  prometheus.add({ job: 'fgm-viewer', url: viewer });
  const unanswered = async (): Promise<string[]> => {
    await askViewer(viewer);
    const empty: string[] = [];
    for (const { expr, mayBeEmpty = false } of DASHBOARDS.flatMap((one) => queriesOf(one))) {
      const points = await prometheus.query(filledIn(expr));
      const numbers = points.filter(({ value }) => Number.isFinite(Number(value[1])));
      if (numbers.length === 0 && !mayBeEmpty) empty.push(expr);
    }
    return empty;
  };
  let empty: string[] = [];
  try {
    await until('every query has an answer', async () => (empty = await unanswered()).length === 0, PATIENCE_MS);
    const sizes = await prometheus.query('max by (job) (scrape_samples_scraped)');
    t.same(sizes.map(({ metric }) => metric['job'] ?? '').toSorted(), ['fgm-recorder', 'fgm-viewer']);
    for (const { metric, value } of sizes)
      t.ok(Number(value[1]) < 300, `${metric['job']}: ${value[1]} series a scrape`);
  } finally {
    await prometheus.stop();
    await stopRecorders(t);
    t.same(empty, [], 'queries without an answer');
  }
});
