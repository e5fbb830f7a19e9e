import { blockColumns, Columns, makeLayout, mustIndexOf } from '@fgm/catalog';
import t from 'tap';
import { countersOf, isNews, notBelow } from '../../src/process/leaving.ts';

const LAYOUT = makeLayout('containers', blockColumns('containers'), 64);

t.test('the counters of a row, without what it does not tell and what is no counter', async (t) => {
  const columns = new Columns(LAYOUT);
  const set = (name: string, value: number) => columns.setInt(mustIndexOf(LAYOUT, name), 1, value);
  set('cpu_stat_usage_usec', 7);
  set('memory_events_oom_kill', 0);
  set('memory_current_bytes', 4096);
  t.strictSame(countersOf({ columns, row: 1 }), { cpu_stat_usage_usec: 7, memory_events_oom_kill: 0 });
  t.strictSame(countersOf({ columns, row: 0 }), {});
});

t.test('last figures are never less than what a row has told', async (t) => {
  const figures = {
    entity: 3,
    time: 9,
    values: { cpu_stat_usage_usec: 5, cpu_stat_user_usec: 4, memory_peak_bytes: 1 },
  };
  t.strictSame(notBelow(figures, { cpu_stat_usage_usec: 7, cpu_stat_user_usec: 2, pids_events_max: 1 }), {
    ...figures,
    values: { cpu_stat_usage_usec: 7, cpu_stat_user_usec: 4, memory_peak_bytes: 1 },
  });
});

t.test('figures are news when they are later, or tell of more', async (t) => {
  const figures = { entity: 3, time: 9, values: { cpu_stat_usage_usec: 5 } };
  const known = (lastTime: number, lastUsage: number) => isNews(figures, { lastTime, lastUsage });
  t.strictSame([isNews(figures, undefined), known(8, 9), known(9, 4), known(9, 5)], [true, true, true, false]);
});
