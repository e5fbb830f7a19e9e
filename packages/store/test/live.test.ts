import { blockColumns, Columns, makeLayout, mustIndexOf } from '@fgm/catalog';
import t from 'tap';
import { LiveProcesses } from '../src/live-processes.ts';
import { LiveValues } from '../src/live.ts';
import type { FromWriter } from '../src/messages.ts';

const LAYOUT = makeLayout('containers', blockColumns('containers'), 64);
const PROCESSES = makeLayout('processes', blockColumns('processes'), 64);

/** Rows of these entities, each with a memory of ten times its number. */
function block(entities: readonly number[]): [Columns, number] {
  const columns = new Columns(LAYOUT);
  for (const [row, entity] of entities.entries()) {
    columns.setInt(mustIndexOf(LAYOUT, 'entity'), row, entity);
    columns.setInt(mustIndexOf(LAYOUT, 'memory_current_bytes'), row, entity * 10);
  }
  return [columns, entities.length];
}

function liveValues(): { live: LiveValues; reports: Extract<FromWriter, { type: 'live' }>[] } {
  const reports: Extract<FromWriter, { type: 'live' }>[] = [];
  const live = new LiveValues(LAYOUT, new LiveProcesses(PROCESSES, () => null), (message) => {
    if (message.type === 'live') reports.push(message);
  });
  return { live, reports };
}

t.test('a tick is reported once, with the rows of all samplers', (t) => {
  const { live, reports } = liveValues();
  live.add(...block([9]), 4);
  live.request(['memory_current_bytes', 'no_such_column']);
  live.add(...block([1, 2]), 5);
  live.add(...block([3]), 5);
  live.report();
  t.same(reports, [
    {
      type: 'live',
      tick: 5,
      entities: [1, 2, 3],
      values: [
        [10, 20, 30],
        [null, null, null],
      ],
      processes: [],
    },
  ]);
  live.report();
  t.equal(reports.length, 1);
  t.end();
});

t.test('who is read between two ticks does not push the others out', (t) => {
  const { live, reports } = liveValues();
  live.request(['memory_current_bytes']);
  live.add(...block([1, 2]), 5);
  live.report();
  live.add(...block([3]), 5);
  live.report();
  live.add(...block([1, 2, 3]), 6);
  live.report();
  t.same(
    reports.map(({ tick, entities }) => [tick, entities]),
    [
      [5, [1, 2]],
      [6, [1, 2, 3]],
    ],
  );
  t.end();
});

t.test('a clock that was set back is followed', (t) => {
  const { live, reports } = liveValues();
  live.request(['memory_current_bytes']);
  for (const tick of [100, 101, 7, 8]) live.add(...block([1]), tick);
  live.report();
  t.same(
    reports.map(({ tick }) => tick),
    [100, 101, 7, 8],
  );
  t.end();
});
