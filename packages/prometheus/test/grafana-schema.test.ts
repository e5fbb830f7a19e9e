/** The dashboards against the types that Grafana publishes of its own JSON: no field that it does not know, none missing, no value of another kind. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Panel } from '@grafana/schema';
import t, { type Test } from 'tap';
import { dashboardFiles } from '../scripts/dashboards.ts';

const TSC = fileURLToPath(new URL('../../../node_modules/.bin/tsc', import.meta.url));
const PANELS: Readonly<Record<string, string>> = {
  stat: 'StatPanelCfg',
  table: 'TablePanelCfg',
  timeseries: 'TimeSeriesPanelCfg',
};

/** In JSON a member of an enumeration is its text. What only some kinds of variables have is not in the type of them all. */
const TYPES = `import type { Dashboard, VariableModel } from '@grafana/schema';
${Object.entries(PANELS)
  .map(
    ([type, file]) =>
      `import type * as ${type} from '@grafana/schema/dist/esm/raw/composable/${type}/panelcfg/x/${file}_types.gen';`,
  )
  .join('\n')}
type Plain<T> = unknown extends T ? T : T extends string ? \`\${T}\` : T extends object ? { [K in keyof T]: Plain<T[K]> } : T;
type Templating = { list?: Plain<VariableModel & { definition?: string }>[] };
type Whole = Omit<Plain<Dashboard>, 'templating'> & { templating?: Templating };
`;

/** What the compiler says of these as Grafana's. */
function complaints(t: Test, dashboards: readonly object[]): string {
  const directory = t.testdir({ 'package.json': '{"type":"module"}' });
  const lines = dashboards.flatMap((dashboard) => {
    const { panels } = dashboard as { readonly panels: readonly Panel[] };
    const drawn = panels.filter(({ type }) => type !== 'row');
    return [
      `(${JSON.stringify(dashboard)}) satisfies Whole;`,
      ...drawn.map(({ type, options }) => `(${JSON.stringify(options)}) satisfies Partial<Plain<${type}.Options>>;`),
      ...drawn.map(
        ({ type, fieldConfig }) =>
          `(${JSON.stringify(fieldConfig?.defaults.custom ?? {})}) satisfies Partial<Plain<${type === 'stat' ? 'object' : `${type}.FieldConfig`}>>;`,
      ),
    ];
  });
  const file = join(directory, 'dashboards.ts');
  writeFileSync(file, `${TYPES}${lines.join('\n')}\n`);
  const flags = ['--ignoreConfig', '--noEmit', '--strict', '--skipLibCheck', '--target', 'es2024'];
  // tap hands its loaders on to all that is started here.
  const command = ['-c', 'NODE_OPTIONS= exec "$0" "$@"', TSC, ...flags, '--module', 'nodenext', file];
  const { stdout, stderr } = spawnSync('sh', command, { encoding: 'utf8' });
  return stdout + stderr;
}

const dashboards = [...dashboardFiles().values()].map((text) => JSON.parse(text) as object);

t.test('Grafana knows each field of the dashboards', (t) => {
  t.ok(dashboards.length > 2);
  t.equal(complaints(t, dashboards), '');
  t.end();
});

for (const [field, wrong] of [
  ['"graphTooltip":1', '"graphTooltip":"1"'],
  ['"mode":"thresholds"', '"mode":"treshold"'],
  ['"gridPos"', '"gridpos"'],
  ['"fillOpacity"', '"fillOpacities"'],
  ['"reduceOptions"', '"reduceOption"'],
] as const) {
  t.test(`and would not know ${wrong}`, (t) => {
    const text = JSON.stringify(dashboards);
    t.ok(text.includes(field));
    t.match(complaints(t, JSON.parse(text.replace(field, wrong)) as object[]), /error TS/);
    t.end();
  });
}
