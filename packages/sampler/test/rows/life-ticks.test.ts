import { join } from 'node:path';
import t from 'tap';
import type { Entity } from '@fgm/catalog';
import { LifeTicks } from '../../src/rows/life-ticks.ts';
import { entityOf, ShardHarness } from '../harness/shard-harness.ts';

const CGROUP = {
  'cpu.stat': 'usage_usec 1000000\nuser_usec 600000\nsystem_usec 400000\n',
  'memory.current': '8192\n',
  'pids.current': '0\n',
  'cgroup.procs': '',
};

t.test('the first tick that no earlier life has', async (t) => {
  const lives = new LifeTicks();
  t.equal(lives.firstFree('a', 7), 7);
  lives.use('a', 7);
  lives.use('a', 5);
  t.equal(lives.firstFree('a', 7), 8);
  t.equal(lives.firstFree('b', 7), 7);
  lives.forget(7);
  t.equal(lives.firstFree('a', 7), 8);
  lives.forget(8);
  t.equal(lives.firstFree('a', 7), 7);
});

/** A container of one id whose lives are told by their numbers. */
function container(directory: string) {
  return (number: number): Entity => {
    const entity = entityOf(number, { v2: directory }, '/same');
    return { ...entity, identity: { ...entity.identity, containerId: 'c'.repeat(64) } };
  };
}

const values = { cpu_stat_usage_usec: 2_000_000 };

for (const order of ['remove first', 'add first'] as const) {
  t.test(`lives that follow each other within a tick have one row each, in ticks of their own: ${order}`, async (t) => {
    const life = container(join(t.testdir({ same: CGROUP }), 'same'));
    const harness = new ShardHarness();
    t.teardown(() => harness.close());
    const turn = (from: number): void => {
      const time = ++harness.clock.now * 1000;
      const add = { type: 'add', entities: [life(from + 1)] } as const;
      const remove = { type: 'remove', entities: [from], figures: [{ entity: from, time, values }] } as const;
      for (const message of order === 'add first' ? [add, remove] : [remove, add]) harness.send(message);
    };
    harness.send({ type: 'add', entities: [life(0)] });
    const rows = [...harness.published().containers];
    const begin = Number(rows[0]!['tick']);
    for (const from of [0, 1, 2]) turn(from);
    t.same(harness.published().containers, [], 'the tick of the first life is its own');
    for (let tick = 0; tick < 6; tick++) {
      harness.tick();
      rows.push(...harness.published().containers);
    }
    t.same(
      rows.map(({ entity, tick }) => [entity, Number(tick) - begin]),
      [
        [0, 0],
        [0, 1],
        [1, 2],
        [2, 3],
        [3, 4],
        [3, 5],
        [3, 6],
      ],
    );
    const times = rows.map(({ time }) => Number(time));
    t.same(
      times,
      times.toSorted((left, right) => left - right),
      'by time they stand in the same order',
    );
  });
}

t.test('who comes a tick after the last row need not wait', async (t) => {
  const life = container(join(t.testdir({ same: CGROUP }), 'same'));
  const harness = new ShardHarness();
  t.teardown(() => harness.close());
  harness.send({ type: 'add', entities: [life(0)] });
  harness.send({ type: 'remove', entities: [0] });
  harness.published();
  harness.tick();
  harness.send({ type: 'add', entities: [life(1)] });
  t.match(harness.published().containers, [{ entity: 1 }]);
});
