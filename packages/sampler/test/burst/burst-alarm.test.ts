import { blockColumns, Columns, ENTITY_COLUMN, makeLayout, mustIndexOf } from '@fgm/catalog';
import t from 'tap';
import { BurstAlarm } from '../../src/burst/burst-alarm.ts';
import { TickColumns } from '../../src/burst/burst-columns.ts';
import { BurstLevel } from '../../src/burst/burst-level.ts';
import type { BurstTriggers } from '../../src/burst/burst-settings.ts';

const CONTAINERS = makeLayout('containers', blockColumns('containers'), 64);
const AT = new TickColumns(CONTAINERS, makeLayout('bursts', blockColumns('bursts'), 64), ENTITY_COLUMN + 1);
const ALL: BurstTriggers = { events: ['oom_kill', 'memory_max'], memory: 90, throttled: 25, pressure: 40 };
const SECOND = 1_000_000;

type Values = Readonly<Record<string, number>>;

/** The alarms of these rows, one a second; what a row does not name is absent. */
function alarms(rows: readonly Values[], triggers: BurstTriggers = ALL): (string | null)[] {
  const alarm = new BurstAlarm(triggers);
  return rows.map((values, index) => alarm.checkTick(rowOf(values), 0, AT, 1e15 + index * SECOND));
}

function rowOf(values: Values): Columns {
  const columns = new Columns(CONTAINERS);
  for (const [name, value] of Object.entries(values)) {
    const column = mustIndexOf(CONTAINERS, name);
    if (CONTAINERS.columns[column]!.type === 'double') columns.setDouble(column, 0, value);
    else columns.setInt(column, 0, value);
  }
  return columns;
}

const memory = (...percents: number[]): Values[] => percents.map((memory_percent) => ({ memory_percent }));
const kills = (...counts: number[]): Values[] => counts.map((count) => ({ memory_events_oom_kill: count }));
const waits = (...shares: number[]): Values[] => shares.map((share) => ({ io_pressure_some_avg10: share }));
const throttled = (...pairs: [periods: number, throttled: number][]): Values[] =>
  pairs.map(([periods, count]) => ({ cpu_stat_nr_periods: periods, cpu_stat_nr_throttled: count }));

const CASES: readonly (readonly [name: string, rows: Values[], wanted: (string | null)[]])[] = [
  ['memory that rises to the share', memory(10, 89.9, 90), [null, null, 'memory']],
  ['memory that was there from the start has not risen', memory(95, 96, 97), [null, null, null]],
  ['memory that stays there is one trigger', memory(10, 95, 95, 99), [null, 'memory', null, null]],
  [
    'memory around the edge is one trigger',
    memory(10, 90.1, 89, 90.1, 80, 91),
    [null, 'memory', null, null, null, null],
  ],
  ['no limit, no share', [{}, { memory_current_bytes: 2 ** 40 }], [null, null]],
  ['an OOM kill', kills(0, 0, 1, 1, 3), [null, null, 'oom_kill', null, 'oom_kill']],
  ['kills from before are no news', kills(7, 7), [null, null]],
  ['a counter that starts anew', kills(7, 0, 1), [null, null, 'oom_kill']],
  ['the limit reached', [{ memory_events_max: 0 }, { memory_events_max: 5 }], [null, 'memory_max']],
  ['memory_high was not asked for', [{ memory_events_high: 0 }, { memory_events_high: 5 }], [null, null]],
  ['waiting for a disk', waits(0, 39, 41), [null, null, 'pressure']],
  ['throttled in a quarter of the periods', throttled([0, 0], [10, 0], [20, 3]), [null, null, 'throttled']],
  ['throttled less', throttled([0, 0], [10, 2], [20, 4]), [null, null, null]],
  ['few periods say nothing yet', throttled([0, 0], [5, 5], [9, 9], [10, 10]), [null, null, null, 'throttled']],
  ['throttled all the time is one trigger', throttled([0, 0], [10, 10], [20, 20]), [null, 'throttled', null]],
];
for (const [name, rows, wanted] of CASES) t.test(name, async (t) => t.same(alarms(rows), wanted));

t.test('what is not asked for is no trigger', async (t) => {
  const none: BurstTriggers = { events: [], memory: null, throttled: null, pressure: null };
  for (const [name, rows] of CASES)
    t.same(
      alarms(rows, none),
      rows.map(() => null),
      name,
    );
});

t.test('near trouble', async (t) => {
  const near = (rows: readonly Values[]): boolean => {
    const alarm = new BurstAlarm(ALL);
    for (const values of rows) alarm.checkTick(rowOf(values), 0, AT, 1e15);
    return alarm.near;
  };
  t.notOk(near(memory(10)));
  t.ok(near(memory(10, 80)), 'memory');
  t.notOk(near(memory(80, 10)), 'and back');
  t.ok(near(throttled([0, 0], [1, 1])), 'any throttling');
  t.ok(near(waits(35)), 'waiting');
  t.notOk(near([...waits(35), ...waits(1)]), 'no more');
});

t.test('a level is news once a minute', async (t) => {
  const level = new BurstLevel(50);
  const found: number[] = [];
  for (let second = 0; second < 150; second++) {
    if (level.crosses(second % 2 === 0 ? 10 : 60, second * SECOND)) found.push(second);
  }
  t.same(found, [1, 61, 121]);
});
