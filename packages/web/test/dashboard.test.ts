/** What a dashboard may say, and what is said when it says something else. */
import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import { DashboardError, fits, parseDashboard } from '../src/dashboard.ts';

const WHOLE = {
  schema_version: 1,
  name: 'Memory leak of {{RUN_ID}}',
  description: 'one',
  containers: {
    namespace: 'run-{{ RUN_ID }}',
    label_selector: { 'fgm-scenario': '{{RUN_ID}}' },
    name_pattern: 'leak-*',
  },
  time_range: { mode: 'from_containers', padding_seconds: 30 },
  panels: [{ metric: 'memory_current_bytes', title: 'Memory', study: 'trend' }, { metric: 'containers.pids_current' }],
};
const variables = new Map([['RUN_ID', 'a1']]);

t.test('all that it may say, with its variables', (t) => {
  t.same(parseDashboard(JSON.stringify(WHOLE), variables), {
    name: 'Memory leak of a1',
    description: 'one',
    containers: { namespace: 'run-a1', labels: { 'fgm-scenario': 'a1' }, pattern: 'leak-*' },
    padding: 30,
    panels: [
      { metric: 'memory_current_bytes', title: 'Memory', study: 'trend' },
      { metric: 'containers.pids_current', title: null, study: null },
    ],
  });
  t.same(parseDashboard('{"schema_version":1,"panels":[{"metric":"x"}]}', new Map()).padding, null);
  t.end();
});

t.test('what is wrong, and where', (t) => {
  const cases: readonly (readonly [change: object | string, message: RegExp])[] = [
    ['{', /not JSON/],
    ['[]', /wanted an object/],
    [{ schema_version: 2 }, /schema_version: wanted 1, found 2/],
    [{ panels: [] }, /panels: wanted a list/],
    [{ panels: [{ title: 'x' }] }, /panels\[0\]\.metric is missing/],
    [{ panels: [{ metric: 7 }] }, /panels\[0\]\.metric: wanted a text, found 7/],
    [{ containers: 'all' }, /containers: wanted an object, found "all"/],
    [{ containers: { label_selector: { app: 1 } } }, /label_selector\.app: wanted a text/],
    [{ time_range: { mode: 'yesterday' } }, /time_range\.mode/],
    [{ time_range: { mode: 'from_containers', padding_seconds: -1 } }, /padding_seconds: wanted 0 to 86400/],
    [{ name: '{{WHO}}' }, /\{\{WHO\}\} has no value: add &WHO=/],
  ];
  for (const [change, message] of cases) {
    const text = typeof change === 'string' ? change : JSON.stringify({ ...WHOLE, ...change });
    t.throws(() => parseDashboard(text, variables), { name: 'DashboardError', message });
  }
  t.end();
});

t.test('patterns of names', (t) => {
  t.ok(fits('leak-*', 'leak-7d9f') && fits('*', '') && fits('a?c', 'abc') && fits('a.b', 'a.b'));
  t.ok(fits('*a*b*', 'xxaxxbxx') && fits('a*', 'a') && fits('**', 'x') && fits('*a', 'aba') && fits('?*', 'x'));
  t.notOk(fits('*a*b', 'xxaxxbxx') || fits('?*', '') || fits('', 'x'));
  t.notOk(fits('*a'.repeat(40), 'a'.repeat(250) + 'b'), 'and at once');
  t.notOk(fits('leak-*', 'no-leak-1') || fits('a?c', 'ac') || fits('a.b', 'axb') || fits('(', 'x'));
  t.end();
});

t.test('whatever is given for one, it is read or said to be wrong', async (t) => {
  const part = fc.oneof(fc.jsonValue(), fc.constantFrom(...Object.values(WHOLE)));
  const document = fc.dictionary(fc.constantFrom(...Object.keys(WHOLE)), part, { noNullPrototype: true });
  await holds(
    t,
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        document.map((one) => JSON.stringify(one)),
      ),
      (text) => {
        try {
          return parseDashboard(text, variables).panels.length > 0;
        } catch (error) {
          return error instanceof DashboardError;
        }
      },
    ),
  );
});
