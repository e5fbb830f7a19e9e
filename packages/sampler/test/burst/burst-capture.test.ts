import { rmSync } from 'node:fs';
import t from 'tap';
import { Bursts, Cgroup, steady, times } from '../harness/bursts.ts';

t.test('the time before a trigger and a while after it', async (t) => {
  const cgroup = new Cgroup(t.testdir(), 1);
  const bursts = new Bursts(t);
  bursts.add(cgroup);
  bursts.run(100, (step) => cgroup.set({ usage: step, memory: 1000 + step }));
  t.same(bursts.rows, [], 'nothing is published while all is well');
  const begin = bursts.harness.clock.now * 1000;
  bursts.run(40, (step) => cgroup.set({ usage: 100 + step, memory: step < 5 ? 950_000 : 20_000 }));
  steady(t, bursts.rows);
  const all = times(bursts.rows);
  const trigger = begin + 100_000;
  t.equal(all[0], trigger - 3_000_000, 'a window before it');
  t.equal(all.at(-1), trigger + 1_000_000, 'and the time after it');
  t.match(bursts.events, [{ trigger: 'memory', at: trigger, from: all[0]!, to: all.at(-1)!, rows: all.length }]);
  t.equal(bursts.counter('burst_rows_published'), all.length);
  t.equal(bursts.counter('bursts'), 1);
  const hot = bursts.rows.find((row) => Number(row['time']) === trigger)!;
  t.match(hot, { entity: 1, memory_current_bytes: 950_000, memory_percent: 95, cpu_stat_usage_usec: 100 });
  const after = bursts.rows.find((row) => Number(row['time']) === trigger + 200_000)!;
  t.match(after, { pids_current: 1, io_pressure_some_total_usec: 7, memory_events_oom_kill: 0 }, 'in full');
});

t.test('a container that is well costs three reads and says no more than they tell', async (t) => {
  const cgroup = new Cgroup(t.testdir(), 1);
  const bursts = new Bursts(t);
  bursts.add(cgroup);
  bursts.run(20, (step) => cgroup.set({ usage: step }));
  const reads = bursts.counter('burst_reads');
  bursts.run(20, (step) => cgroup.set({ usage: 100 + step }));
  t.equal(bursts.counter('burst_reads') - reads, 18 * 3);
  const still = bursts.counter('burst_reads');
  bursts.run(20);
  t.equal(bursts.counter('burst_reads') - still, 18, 'and one while it is still');
  const moving = bursts.counter('burst_rows_kept');
  cgroup.set({ kills: 1, usage: 9999 });
  bursts.run(20);
  t.equal(bursts.counter('burst_rows_kept') - moving, 20);
  steady(t, bursts.rows);
  const light = bursts.rows.find((row) => row['pids_current'] === undefined);
  t.ok(light, 'what was not read is absent');
  t.match(light, { memory_current_bytes: 1000 });
});

t.test('a trigger during a burst lets it go on, and no row comes twice', async (t) => {
  const cgroup = new Cgroup(t.testdir(), 1);
  const bursts = new Bursts(t);
  bursts.add(cgroup);
  bursts.run(50, (step) => cgroup.set({ usage: step }));
  for (const [kills, steps] of [
    [1, 10],
    [2, 10],
    [3, 40],
  ] as const) {
    cgroup.set({ kills, usage: 1000 + kills });
    bursts.run(steps, (step) => cgroup.set({ usage: 1000 + kills * 100 + step }));
  }
  t.equal(bursts.events.length, 1, JSON.stringify(bursts.events));
  steady(t, bursts.rows);
  t.match(bursts.events[0], { trigger: 'oom_kill', rows: bursts.rows.length });
  t.ok(bursts.events[0]!.triggers >= 3);
  cgroup.set({ kills: 4, usage: 5000 });
  bursts.run(60);
  t.equal(bursts.events.length, 2, 'a later one is another');
  const all = times(bursts.rows);
  t.equal(new Set(all).size, all.length, 'which takes only rows that were not published');
});

t.test('an event that is told by another part of the recorder is a trigger', async (t) => {
  const directory = t.testdir();
  const [cgroup, other] = [new Cgroup(directory, 1), new Cgroup(directory, 2)];
  const bursts = new Bursts(t);
  bursts.add(cgroup);
  bursts.add(other);
  const work = (step: number): void => [cgroup, other].forEach((one) => one.set({ usage: step }));
  bursts.run(50, work);
  const event = { severity: 'warning', time: bursts.harness.clock.now * 1000, pid: null, detail: {} } as const;
  const { context } = bursts.harness.shard;
  context.event({ ...event, type: 'oom_kill', entity: null });
  context.event({ ...event, type: 'limit_change', entity: 1 });
  context.event({ ...event, type: 'oom_kill', entity: 77 });
  bursts.run(20, (step) => work(50 + step));
  t.same(bursts.rows, [], 'of no entity, of another type, of nobody');
  context.event({ ...event, time: bursts.harness.clock.now * 1000, type: 'oom_kill', entity: 2 });
  bursts.run(30, (step) => work(70 + step));
  t.same([...new Set(bursts.rows.map(({ entity }) => entity))], [2]);
  steady(t, bursts.rows);
});

t.test('a container that rests has a row now and then, and every one again when it runs', async (t) => {
  const cgroup = new Cgroup(t.testdir(), 1);
  const bursts = new Bursts(t);
  bursts.add(cgroup);
  bursts.run(100);
  bursts.run(10, (step) => cgroup.set({ usage: 1000 + step }));
  cgroup.set({ kills: 1, usage: 5000 });
  bursts.run(20, (step) => cgroup.set({ usage: 6000 + step }));
  const all = times(bursts.rows);
  const gaps = all.slice(1).map((time, index) => time - all[index]!);
  t.ok(
    gaps.every((gap) => gap > 0 && gap <= 500_000),
    'none twice, and none longer than half a second apart',
  );
  t.same([...new Set(gaps.slice(-20))], [100_000], 'a row every tenth of a second while it runs');
  const long = gaps.filter((gap) => gap > 100_000);
  t.same([...new Set(long)], [500_000], 'one every fifth of these before');
  t.ok(long.length >= 3, `for the seconds before: ${long.length} times`);
});

t.test('a container that dies in trouble', async (t) => {
  const cgroup = new Cgroup(t.testdir(), 1);
  const bursts = new Bursts(t);
  bursts.add(cgroup);
  bursts.run(52, (step) => cgroup.set({ usage: step }));
  cgroup.set({ kills: 1, usage: 1000 });
  bursts.run(2);
  const last = bursts.harness.clock.now * 1000;
  rmSync(cgroup.directory, { recursive: true });
  bursts.harness.send({ type: 'remove', entities: [1] });
  bursts.run(12);
  steady(t, bursts.rows);
  t.equal(times(bursts.rows).at(-1), last, 'up to its end');
  t.match(bursts.events, [{ trigger: 'oom_kill', to: last, rows: bursts.rows.length }]);
  bursts.run(30);
  t.equal(bursts.counter('burst_bytes'), 0, 'and its memory is given back');
});

t.test('a kill that is told after the container has gone', async (t) => {
  const cgroup = new Cgroup(t.testdir(), 1);
  const bursts = new Bursts(t);
  bursts.add(cgroup);
  bursts.run(40, (step) => cgroup.set({ usage: step }));
  bursts.harness.send({ type: 'remove', entities: [1] });
  bursts.run(3);
  const time = bursts.harness.clock.now * 1000;
  bursts.harness.shard.context.event({ type: 'oom_kill', severity: 'critical', time, entity: 1, pid: 1, detail: {} });
  bursts.run(20);
  steady(t, bursts.rows);
  t.match(bursts.events, [{ trigger: 'oom_kill', rows: bursts.rows.length }]);
});

t.test('where memory is scarce, who is still makes room for who moves', async (t) => {
  const directory = t.testdir();
  const cgroups = Array.from({ length: 6 }, (_, entity) => new Cgroup(directory, entity));
  // 28 rows of 30 values: room for two.
  const bursts = new Bursts(t, { memoryBytes: 15_000, windowMs: 2000 });
  for (const cgroup of cgroups) bursts.add(cgroup);
  bursts.run(20);
  t.equal(bursts.counter('burst_entities'), 2);
  bursts.run(40, (step) => cgroups[5]!.set({ usage: step }));
  t.equal(bursts.counter('burst_entities'), 2);
  cgroups[5]!.set({ kills: 1, usage: 999 });
  bursts.run(20);
  t.ok(bursts.rows.length > 10 && bursts.rows.every(({ entity }) => entity === 5));
  const refused = bursts.counter('burst_rows_refused');
  bursts.run(40, (step) => cgroups.forEach((cgroup) => cgroup.set({ usage: 2000 + step })));
  t.ok(bursts.counter('burst_rows_refused') >= refused + 4, 'those that found none are counted');
});

t.test('a ring that is not drained loses no row as long as it is kept', async (t) => {
  const directory = t.testdir();
  const cgroups = Array.from({ length: 40 }, (_, entity) => new Cgroup(directory, entity));
  const bursts = new Bursts(t, {}, 8);
  for (const cgroup of cgroups) bursts.add(cgroup);
  bursts.run(50, (step) => cgroups.forEach((cgroup) => cgroup.set({ usage: step })));
  for (const cgroup of cgroups) cgroup.set({ kills: 1, usage: 777 });
  for (let step = 0; step < 9; step++) bursts.step();
  const before = bursts.counter('slots_dropped');
  bursts.step();
  bursts.collect();
  for (let tick = 0; tick < 4; tick++) bursts.run(10);
  t.equal(bursts.counter('slots_dropped'), before, 'ticks had their room');
  for (const { entity } of cgroups)
    steady(
      t,
      bursts.rows.filter((row) => row['entity'] === entity),
    );
  t.equal(bursts.events.length, cgroups.length);
  t.equal(bursts.counter('burst_rows_lost'), 0);
});

t.test('a sub-tick that takes too long passes some by, and all in turn', async (t) => {
  const directory = t.testdir();
  const cgroups = Array.from({ length: 40 }, (_, entity) => new Cgroup(directory, entity));
  const bursts = new Bursts(t);
  for (const cgroup of cgroups) bursts.add(cgroup);
  const { clock } = bursts.harness;
  bursts.run(10);
  const before = bursts.counter('burst_rows_kept');
  for (let tenth = 0; tenth < 300; tenth++) {
    for (const cgroup of cgroups) cgroup.set({ usage: 1000 + tenth });
    const start = clock.now;
    // Every look at the clock takes 0.25 ms: some twenty entities are sampled in a twentieth of the interval.
    clock.monotonic = () => (clock.now += tenth % 10 === 9 ? 0 : 0.25);
    bursts.step();
    clock.now = start + 100;
    clock.monotonic = () => clock.now;
  }
  for (const cgroup of cgroups) cgroup.set({ kills: 1, usage: 9999 });
  bursts.run(40);
  t.ok(bursts.counter('burst_rows_passed_by') > 1000, `${bursts.counter('burst_rows_passed_by')} were passed by`);
  t.ok(bursts.counter('burst_rows_kept') - before > 2000);
  const counts = cgroups.map(({ entity }) => bursts.rows.filter((row) => row['entity'] === entity).length);
  t.ok(Math.max(...counts) - Math.min(...counts) <= 6, `each has as many rows: ${counts.join(' ')}`);
});

t.test('a clock that is set back ends no burst late', async (t) => {
  const cgroup = new Cgroup(t.testdir(), 1);
  const bursts = new Bursts(t);
  bursts.add(cgroup);
  bursts.run(40, (step) => cgroup.set({ usage: step }));
  cgroup.set({ kills: 1, usage: 777 });
  bursts.run(5);
  bursts.harness.clock.now -= 3_600_000;
  bursts.run(45);
  t.equal(bursts.events.length, 1);
  cgroup.set({ memory: 950_000, usage: 999 });
  bursts.run(40);
  t.match(bursts.events[1], { trigger: 'memory' }, 'and the next one is seen');
});

t.test('without descriptors to spare there is nothing between ticks', async (t) => {
  const cgroup = new Cgroup(t.testdir(), 1);
  const bursts = new Bursts(t, {}, 64, { openFilesLimit: 0 });
  bursts.add(cgroup);
  bursts.run(40, (step) => cgroup.set({ usage: step }));
  cgroup.set({ kills: 1, usage: 777 });
  bursts.run(40);
  t.same([...new Set(times(bursts.rows).map((time) => time % 1_000_000))], [0], 'but the ticks');
  t.equal(bursts.events.length, 1);
});

t.test('the end of the recorder ends a burst', async (t) => {
  const cgroup = new Cgroup(t.testdir(), 1);
  const bursts = new Bursts(t);
  bursts.add(cgroup);
  bursts.run(40, (step) => cgroup.set({ usage: step }));
  cgroup.set({ kills: 1, usage: 777 });
  bursts.run(3);
  bursts.harness.shard.bursts!.close();
  bursts.collect();
  steady(t, bursts.rows);
  t.equal(times(bursts.rows).at(-1), bursts.harness.clock.now * 1000);
  t.match(bursts.events, [{ trigger: 'oom_kill', rows: bursts.rows.length }]);
});
