import { readFileSync } from 'node:fs';
import t from 'tap';
import { SCENARIO_NAMES, dashboardOf, scenario } from '../src/index.ts';

/** Made of the catalog: each metric is a line that begins with its name. */
const METRICS = readFileSync(new URL('../../../docs/metrics.md', import.meta.url), 'utf8');

for (const name of SCENARIO_NAMES) {
  t.test(`${name} is shown by metrics that there are`, (t) => {
    const metrics = Object.keys(scenario(name).panels);
    t.not(metrics.length, 0);
    for (const metric of metrics) t.match(METRICS, `\n- \`${metric.split('.').at(-1)}\` (`);
    t.end();
  });
}

t.test('a dashboard of several has each chart once', (t) => {
  const { panels, ...rest } = dashboardOf(SCENARIO_NAMES, { name: 'Run 1', namespace: 'shop', pattern: 'fgm-1-*' }) as {
    panels: readonly { metric: string; title: string }[];
  };
  t.match(rest, { schema_version: 1, name: 'Run 1', containers: { namespace: 'shop', name_pattern: 'fgm-1-*' } });
  t.equal(new Set(panels.map(({ metric }) => metric)).size, panels.length);
  t.same(panels[0], { metric: 'memory_current_bytes', title: 'Memory' });
  t.same((dashboardOf(['idle'], { name: 'idle' }) as { containers: object }).containers, {});
  t.end();
});
