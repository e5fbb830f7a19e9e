/** What several things come to together, in fewer points than there are ticks. */
import t from 'tap';
import { appOf, ask, recorded } from './recorded.ts';

type Values = readonly (number | null)[];

interface Answer {
  readonly from: number;
  readonly step: number;
  readonly charts: readonly {
    readonly lines: readonly { readonly values: Values; readonly lowest?: Values; readonly highest?: Values }[];
  }[];
}

function isClose(found: number, wanted: number): boolean {
  return Math.abs(found - wanted) <= 1e-9 * Math.max(1, Math.abs(wanted));
}

t.test('sums keep their least and their greatest', async (t) => {
  t.testdir({});
  const app = await appOf(t, [await recorded(t, 'churn')]);
  const { earliest, latest } = (await ask<{ earliest: number; latest: number }>(app, 'instance')).body;
  let peaks = 0;
  for (const [metric, group] of [
    ['stat_rss_bytes', 'container'],
    ['stat_rss_bytes', 'all'],
    ['processes.cpu_millicores', 'all'],
  ] as const) {
    const query = `timeseries?metrics=${metric}&group=${group}&from=${earliest}&to=${latest + 1}`;
    const { body: fine } = await ask<Answer>(app, `${query}&points=10000`);
    const { body: few } = await ask<Answer>(app, `${query}&points=9`);
    t.notOk(
      fine.charts[0]!.lines.some(({ lowest }) => lowest),
      'where each bucket is a tick there are none',
    );
    const every = few.step / fine.step;
    for (const [index, { values, lowest, highest }] of few.charts[0]!.lines.entries()) {
      const own = fine.charts[0]!.lines[index]!.values;
      for (const [at, value] of values.entries()) {
        const start = (few.from + at * few.step - fine.from) / fine.step;
        const ticks = own.slice(Math.max(0, start), start + every).filter((one) => one !== null);
        t.equal(value === null, ticks.length === 0);
        if (value === null) continue;
        t.ok(isClose(lowest![at]!, Math.min(...ticks)), `the least of ${metric} by ${group}`);
        t.ok(isClose(highest![at]!, Math.max(...ticks)), `the greatest of ${metric} by ${group}`);
        if (highest![at]! > value) peaks++;
      }
    }
  }
  t.ok(peaks > 10, `${peaks} peaks that a mean would hide`);
  const { body: least } = await ask<Answer>(
    app,
    `timeseries?metrics=stat_rss_bytes&group=all&aggregate=min&from=${earliest}&to=${latest + 1}&points=9`,
  );
  t.equal(least.charts[0]!.lines[0]!.lowest, undefined, 'the least of several has no range of its own');
});
