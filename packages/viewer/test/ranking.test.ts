/** Top lists have the figures that charts of the same range have. */
import t from 'tap';
import { appOf, ask, recorded, rowsOf } from './recorded.ts';

interface Answer {
  readonly charts: readonly {
    readonly lines: readonly { readonly container: string | null; readonly values: readonly (number | null)[] }[];
  }[];
}

t.test('the greatest are those whose rates are the greatest, with the row that a range begins with', async (t) => {
  t.testdir({});
  const directory = await recorded(t, 'hybrid', 15_000);
  const rows = await rowsOf(directory, 'containers');
  const app = await appOf(t, [directory]);
  const times = [...new Set(rows.map((row) => (row['time'] as Date).getTime()))].toSorted((a, b) => a - b);
  const [from, to] = [Math.floor(times[Math.floor(times.length / 2)]!), Math.ceil(times.at(-1)!) + 1];
  const range = `from=${from}&to=${to}`;
  const { body } = await ask<Answer>(app, `timeseries?metrics=cpu_stat_usage_usec&${range}&points=10000`);
  const rates = new Map(
    body.charts[0]!.lines.map(({ container, values }) => [container, values.filter((value) => value !== null)]),
  );
  for (const by of ['avg', 'max', 'last'] as const) {
    const { body: top } = await ask<{ containers: { id: string; value: number | null }[] }>(
      app,
      `containers?top=cpu_stat_usage_usec&by=${by}&${range}`,
    );
    let compared = 0;
    for (const { id, value } of top.containers) {
      const own = rates.get(id);
      if (own === undefined) continue;
      const figures = { avg: own.reduce((a, b) => a + b) / own.length, max: Math.max(...own), last: own.at(-1)! };
      if (Math.abs(figures[by] - value!) > 1e-9) t.fail(`${by} of ${id}: wanted ${figures[by]}, found ${value}`);
      compared++;
    }
    t.ok(compared > 5, `${by}: ${compared} compared`);
  }
});
