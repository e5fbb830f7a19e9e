import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import {
  SCENARIO_NAMES,
  defaultSizes,
  makePlan,
  possibleScenarios,
  scenario,
  type PlanOptions,
  type Planned,
} from '../src/index.ts';

const OPTIONS: PlanOptions = { containers: 30, seed: 1, minutes: 5, scenarios: SCENARIO_NAMES, sizes: defaultSizes() };

/** Everything of a plan, its ids too, as text. */
function written(plan: readonly Planned[]): string {
  return JSON.stringify(plan.map(({ id, ...rest }) => [rest, id(0), id(1)]));
}

t.test('the same seed makes the same plan, another one another', async (t) => {
  await holds(
    t,
    fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 1, max: 60 }), (seed, containers) => {
      const plan = written(makePlan({ ...OPTIONS, seed, containers }));
      return (
        plan === written(makePlan({ ...OPTIONS, seed, containers })) &&
        plan !== written(makePlan({ ...OPTIONS, seed: (seed + 1) % 2 ** 32, containers }))
      );
    }),
  );
});

t.test('whatever the seed, ids and names are such as a node has, and nobody has those of another', async (t) => {
  await holds(
    t,
    fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 1, max: 200 }), (seed, containers) => {
      const plan = makePlan({ ...OPTIONS, seed, containers });
      const ids = plan.flatMap(({ id }) => [id(0), id(1), id(7)]);
      const all = (pattern: RegExp, texts: readonly string[]): boolean => texts.every((text) => pattern.test(text));
      return (
        plan.length === containers &&
        new Set(ids).size === ids.length &&
        new Set(plan.map(({ podUid }) => podUid)).size === containers &&
        all(/^[0-9a-f]{64}$/, ids) &&
        all(
          /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/,
          plan.map(({ podUid }) => podUid),
        ) &&
        all(
          /^[a-z0-9][-a-z0-9]{0,61}[a-z0-9]$/,
          plan.map(({ pod }) => pod),
        ) &&
        plan.every(({ startMs }) => startMs >= 0 && startMs <= 20_000)
      );
    }),
  );
});

t.test('one of each scenario comes first, then mostly those that are well', (t) => {
  const plan = makePlan({ ...OPTIONS, containers: 200 }).map((planned) => planned.scenario);
  t.same(plan.slice(0, SCENARIO_NAMES.length), SCENARIO_NAMES);
  const well = plan.filter((name) => name === 'idle' || name === 'steady').length;
  t.ok(well > 140 && well < 190, `${well} of 200`);
  t.same(
    new Set(makePlan({ ...OPTIONS, containers: 20, scenarios: ['chatty'] }).map((planned) => planned.scenario)),
    new Set(['chatty']),
  );
  t.end();
});

t.test('limits make the class of service', (t) => {
  const byScenario = new Map(makePlan({ ...OPTIONS, containers: 10 }).map((planned) => [planned.scenario, planned]));
  t.match(byScenario.get('idle'), { qos: 'besteffort', memoryLimitBytes: null, cpuLimitMillicores: null });
  t.match(byScenario.get('oom-kill'), {
    qos: 'burstable',
    memoryLimitBytes: 2 ** 26,
    load: ['oom-kill', 'balloon', '3', `${2 ** 27}`],
  });
  t.match(byScenario.get('steady'), { qos: 'guaranteed' });
  t.end();
});

t.test('what a machine cannot do is left out', (t) => {
  const all = possibleScenarios(SCENARIO_NAMES, { limits: true, compiler: true });
  t.same(all, { possible: SCENARIO_NAMES, leftOut: [] });
  const { possible, leftOut } = possibleScenarios(['idle', 'oom-kill', 'many-mappings', 'cpu-throttling'], {
    limits: false,
    compiler: false,
  });
  t.same(possible, ['idle']);
  t.same(leftOut, ['oom-kill', 'cpu-throttling', 'many-mappings']);
  t.end();
});

t.test('names of scenarios are names of processes', (t) => {
  for (const name of SCENARIO_NAMES) {
    t.ok(name.length <= 15, name);
    t.match(scenario(name).sql, `'${name}'`);
  }
  t.end();
});
