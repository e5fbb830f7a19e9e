import type { RecordedEvent } from '@fgm/catalog';
import t from 'tap';
import { StallEvents } from '../src/stall-events.ts';

function missed(from: number, to: number, shard: number): RecordedEvent {
  const detail = { from, to, count: to - from + 1, shard };
  return { type: 'ticks_missed', severity: 'warning', time: from * 1000, entity: null, pid: null, detail };
}

function stalls() {
  const told: RecordedEvent[] = [];
  return { told, events: new StallEvents(100, (event) => told.push(event)) };
}

t.test('one stall, one event, however many threads tell of it', async (t) => {
  const { told, events } = stalls();
  events.take(missed(5, 9, 1));
  events.take(missed(5, 10, 0));
  events.take(missed(6, 9, 2));
  t.same(told, [], 'others may follow');
  events.flush();
  t.match(told, [{ type: 'ticks_missed', time: 5000, detail: { from: 5, to: 10, count: 6, shards: [0, 1, 2] } }]);
  events.flush();
  t.equal(told.length, 1);
});

t.test('two stalls are two events', async (t) => {
  const { told, events } = stalls();
  events.take(missed(5, 9, 0));
  events.take(missed(20, 22, 0));
  events.flush();
  t.same(
    told.map(({ detail }) => [detail['from'], detail['to'], detail['shards']]),
    [
      [5, 9, [0]],
      [20, 22, [0]],
    ],
  );
});

t.test('it is told after a while though nothing else happens', async (t) => {
  const told = await new Promise<RecordedEvent>((resolve) => {
    const keepAlive = setInterval(() => {}, 10);
    const events = new StallEvents(1, (event) => {
      clearInterval(keepAlive);
      resolve(event);
    });
    events.take(missed(1, 2, 0));
  });
  t.match(told.detail, { from: 1, to: 2, shards: [0] });
});

t.test('what has nothing to do with ticks is passed on', async (t) => {
  const { told, events } = stalls();
  const other: RecordedEvent = { ...missed(1, 2, 0), type: 'clock_step', detail: { step_ms: 5 } };
  events.take(other);
  t.same(told, [other]);
});
