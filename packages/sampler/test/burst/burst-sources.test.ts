import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { Bursts, Cgroup, steady } from '../harness/bursts.ts';
import { entityOf } from '../harness/shard-harness.ts';

t.test('a container that comes by its directories one by one has no rows of two ways to count', async (t) => {
  const directory = t.testdir();
  const cgroup = new Cgroup(directory, 1);
  const cpuacct = join(directory, 'cpuacct');
  mkdirSync(cpuacct);
  // Another way to share out among the modes: nearly all of it to the kernel.
  const count = (usec: number): void => {
    writeFileSync(join(cpuacct, 'cpuacct.usage'), `${usec * 1000}\n`);
    writeFileSync(join(cpuacct, 'cpuacct.usage_user'), '4000000\n');
    writeFileSync(join(cpuacct, 'cpuacct.usage_sys'), `${(usec - 4000) * 1000}\n`);
  };
  const bursts = new Bursts(t);
  bursts.add(cgroup);
  bursts.run(12, (step) => cgroup.set({ usage: 1000 + step * 1000 }));
  count(20_000);
  bursts.harness.send({ type: 'change', entities: [entityOf(1, { v2: cgroup.directory, cpuacct })] });
  bursts.run(12, (step) => count(20_000 + step * 1000));
  cgroup.set({ kills: 1 });
  bursts.run(20, (step) => count(40_000 + step * 1000));
  t.ok(bursts.rows.length > 20, `${bursts.rows.length} rows, some from before the kill`);
  t.ok(
    bursts.rows.filter((row) => row['cpu_stat_user_usec'] !== undefined).length > 5,
    'with what the controller says',
  );
  for (const { cpu_stat_usage_usec: usage, cpu_stat_user_usec: user } of bursts.rows) {
    // Until the next tick has opened the new files there is nothing to read.
    t.ok(usage === undefined || Number(usage) >= 20_000, `usage ${usage}`);
    t.ok(user === undefined || Number(user) === 4000, `user ${user}`);
  }
  steady(t, bursts.rows);
});

t.test('what was read of one container is in no row of another', async (t) => {
  const directory = t.testdir();
  // At rest, and asked first: all modes of its CPU time stand in the file that says so.
  const still = new Cgroup(directory, 1);
  still.write('cpu.stat', 'usage_usec 62832\nuser_usec 31416\nsystem_usec 31416');
  const cpuacct = join(directory, 'cpuacct');
  mkdirSync(cpuacct);
  // Between ticks only the first of the three is read as long as it is well.
  const count = (usec: number): void => {
    writeFileSync(join(cpuacct, 'cpuacct.usage'), `${usec * 1000}\n`);
    writeFileSync(join(cpuacct, 'cpuacct.usage_user'), '4000000\n');
    writeFileSync(join(cpuacct, 'cpuacct.usage_sys'), '5000000\n');
  };
  count(20_000);
  const bursts = new Bursts(t);
  bursts.add(still);
  bursts.harness.send({ type: 'add', entities: [entityOf(2, { cpuacct })] });
  bursts.run(40, (step) => count(20_000 + step * 1000));
  const time = bursts.harness.clock.now * 1000;
  bursts.harness.shard.context.event({ type: 'oom_kill', severity: 'critical', time, entity: 2, pid: 1, detail: {} });
  bursts.run(10, (step) => count(60_000 + step * 1000));
  const rows = bursts.rows.filter(({ entity }) => entity === 2);
  t.ok(rows.length > 20, `${rows.length} rows`);
  for (const { cpu_stat_user_usec: user, cpu_stat_system_usec: system, memory_current_bytes: memory } of rows) {
    t.ok(user === undefined || Number(user) === 4000, `user ${user}`);
    t.ok(system === undefined || Number(system) === 5000, `system ${system}`);
    t.equal(memory, undefined);
  }
});
