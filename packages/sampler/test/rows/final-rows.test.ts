import { join } from 'node:path';
import t from 'tap';
import { entityOf, ShardHarness } from '../harness/shard-harness.ts';

const CGROUP = {
  'cpu.stat': 'usage_usec 1000000\nuser_usec 600000\nsystem_usec 400000\n',
  'memory.current': '8192\n',
  'pids.current': '0\n',
  'cgroup.procs': '',
};

t.test('what was read at its end is its last row, of the tick after it', async (t) => {
  const directory = join(t.testdir({ short: CGROUP }), 'short');
  const harness = new ShardHarness();
  t.teardown(() => harness.close());
  harness.send({
    type: 'add',
    entities: [entityOf(0, { v2: directory }, '/short'), entityOf(1, { v2: `${directory}-never` }, '/n')],
  });
  const first = harness.published().containers;
  t.same(
    first.map(({ entity }) => entity),
    [0],
    'the other one was gone before anybody could read it',
  );
  const time = (harness.clock.now + 100) * 1000;
  const values = { cpu_stat_usage_usec: 1_000_077, memory_peak_bytes: 4096, no_such_column: 1 };
  harness.send({
    type: 'remove',
    entities: [0, 1],
    figures: [0, 1].map((entity) => ({ entity, time, values })),
  });
  t.same(harness.published().containers, [], 'not before the next tick');
  harness.tick();
  const tick = Number(first[0]!['tick']) + 1;
  t.same(
    harness.published().containers,
    [0, 1].map((entity) => ({ time, tick, entity, cpu_stat_usage_usec: 1_000_077, memory_peak_bytes: 4096 })),
    'what was read and nothing else, once',
  );
  harness.tick();
  t.same(harness.published().containers, []);
});

t.test('ticks that are missed meanwhile do not make a last row later than it is', async (t) => {
  const directory = join(t.testdir({ short: CGROUP }), 'short');
  const harness = new ShardHarness();
  t.teardown(() => harness.close());
  harness.send({ type: 'add', entities: [entityOf(0, { v2: directory }, '/short')] });
  const tick = Number(harness.published().containers[0]!['tick']);
  const figures = [{ entity: 0, time: (harness.clock.now + 100) * 1000, values: { cpu_stat_usage_usec: 7 } }];
  harness.send({ type: 'remove', entities: [0], figures });
  harness.tick(30);
  t.match(harness.published().containers, [{ entity: 0, tick: tick + 1 }]);
});

t.test('who had rows after its end needs no other', async (t) => {
  const directory = join(t.testdir({ empty: CGROUP }), 'empty');
  const harness = new ShardHarness();
  t.teardown(() => harness.close());
  harness.send({ type: 'add', entities: [entityOf(0, { v2: directory }, '/empty')] });
  const time = harness.clock.now * 1000 + 1;
  harness.tick();
  harness.published();
  harness.send({
    type: 'remove',
    entities: [0],
    figures: [{ entity: 0, time, values: { cpu_stat_usage_usec: 1_000_000 } }],
  });
  harness.tick();
  t.same(harness.published().containers, []);
});

t.test('figures that say more than a later row come after it', async (t) => {
  const directory = join(t.testdir({ late: CGROUP }), 'late');
  const harness = new ShardHarness();
  t.teardown(() => harness.close());
  harness.send({ type: 'add', entities: [entityOf(0, { v2: directory }, '/late')] });
  const time = harness.clock.now * 1000 + 1;
  harness.tick();
  const before = harness.published().containers.at(-1)!;
  const figures = [{ entity: 0, time, values: { cpu_stat_usage_usec: 1_000_007 } }];
  harness.send({ type: 'remove', entities: [0], figures });
  harness.tick();
  t.match(harness.published().containers, [{ time: Number(before['time']) + 1, cpu_stat_usage_usec: 1_000_007 }]);
});
