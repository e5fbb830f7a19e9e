import { CgroupSandbox, cgroupMounts, containerId, FakeTree, Victim, whyNoCgroups } from '@fgm/testkit';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import type { RecorderConfig } from '../src/config/recorder-config.ts';
import type { Recorder } from '../src/recorder.ts';
import { configFor, detailOf, metric, rowsOf, start, ticks, until, type Row } from './harness/recording.ts';

const skip = whyNoCgroups();
const MEBIBYTE = 1 << 20;

interface Recorded {
  readonly recorder: Recorder;
  /** Stops it and gives the events of this container, by time. */
  readonly events: (id: string) => Promise<Row[]>;
  readonly rows: (table: string, id: string) => Promise<Row[]>;
}

async function record(t: Test, change: Partial<RecorderConfig> = {}): Promise<Recorded> {
  const directory = join(t.testdirName, 'data');
  mkdirSync(directory, { recursive: true });
  t.teardown(() => rmSync(t.testdirName, { recursive: true, force: true }));
  const recorder = await start(configFor(directory, { scope: 'containers', intervalMs: 200, ...change }));
  t.teardown(() => recorder.stop('teardown'));
  await until('discovery has looked', async () => (await metric(recorder, 'fgm_discovery_scans_total')) >= 1);
  const of = async (table: string, id: string): Promise<Row[]> => {
    const mine = (await rowsOf(directory, table)).filter((row) => row['container_id'] === id);
    return mine.toSorted((left, right) => Number(left['time']) - Number(right['time']));
  };
  const events = async (id: string): Promise<Row[]> => {
    await recorder.stop('test');
    return of('events', id);
  };
  return { recorder, events, rows: of };
}

/** A container with one process inside, in every hierarchy of this machine. */
async function container(t: Test): Promise<{ id: string; below: string; sandbox: CgroupSandbox; victim: Victim }> {
  const sandbox = new CgroupSandbox('fgm-events');
  t.teardown(() => sandbox.close());
  const id = containerId();
  const below = `docker/${id}`;
  sandbox.make(below);
  const victim = await Victim.start();
  t.teardown(() => victim.kill());
  sandbox.move(victim.pid, below);
  return { id, below, sandbox, victim };
}

function only(events: readonly Row[], type: string): Row[] {
  return events.filter((event) => event['type'] === type);
}

const { memory, cpu } = cgroupMounts();

t.test(
  'the OOM killer: who it was, with its last figures',
  { skip: skip || (memory === undefined && 'no v1 memory controller: see cgroup2.test.ts') },
  async (t) => {
    const { recorder, events, rows } = await record(t);
    const { id, below, sandbox, victim } = await container(t);
    writeFileSync(join(memory!, sandbox.path, below, 'memory.limit_in_bytes'), `${64 * MEBIBYTE}`);
    const swap = join(memory!, sandbox.path, below, 'memory.memsw.limit_in_bytes');
    try {
      writeFileSync(swap, `${64 * MEBIBYTE}`);
    } catch {
      t.comment('swap is not accounted here');
    }
    await victim.order('touch', 40 * MEBIBYTE);
    await ticks(recorder, 3);
    const comm = readFileSync(`/proc/${victim.pid}/comm`, 'utf8').trim();
    await t.rejects(victim.order('touch', 64 * MEBIBYTE), { message: /ended at/ });
    await ticks(recorder, 2);
    sandbox.remove(below);
    await ticks(recorder, 1);
    const told = await events(id);
    const [kill, ...more] = only(told, 'oom_kill');
    t.same(more, [], 'one kill, one event');
    t.match(kill, { severity: 'critical', pid: BigInt(victim.pid) });
    const detail = detailOf(kill) as { count: number; memory_max_bytes: number; victims: Record<string, number>[] };
    t.match(detail, { count: 1, memory_max_bytes: 64 * MEBIBYTE, victims: [{ pid: victim.pid, comm }] });
    t.ok(detail.victims[0]!['stat_rss_bytes']! >= 40 * MEBIBYTE, 'with its memory');
    // However late the ticks were: no row of it before the kill is newer than that which the event tells.
    const readAt = Number(kill!['time']) - detail.victims[0]!['age_usec']! / 1000;
    const before = (await rows('processes', id)).filter(
      (row) =>
        Number(row['pid']) === victim.pid &&
        Number(row['stat_rss_bytes']) >= 40 * MEBIBYTE &&
        Number(row['time']) <= Number(kill!['time']),
    );
    t.ok(Math.abs(Number(before.at(-1)!['time']) - readAt) <= 1, 'its last row');
    t.match(detailOf(only(told, 'process_exit')[0]), { comm });
    t.ok(Number(only(told, 'process_exit')[0]!['pid']) === victim.pid);
  },
);

t.test(
  'throttling is told at its start and at its end',
  { skip: skip || (cpu === undefined && 'no v1 cpu controller: see cgroup2.test.ts') },
  async (t) => {
    const { recorder, events } = await record(t);
    const { id, below, sandbox, victim } = await container(t);
    const directory = join(cpu!, sandbox.path, below);
    writeFileSync(join(directory, 'cpu.cfs_quota_us'), '10000');
    const throttled = (): number =>
      Number(/nr_throttled (\d+)/.exec(readFileSync(join(directory, 'cpu.stat'), 'utf8'))![1]);
    await victim.order('cpu', 100);
    const total = throttled();
    t.ok(total > 0, `${total} periods`);
    await ticks(recorder, 8);
    const told = await events(id);
    const [begun, ended] = [only(told, 'cpu_throttled_start'), only(told, 'cpu_throttled_stop')];
    t.equal(begun.length, 1);
    t.equal(ended.length, 1);
    t.equal(detailOf(ended[0])['nr_throttled'], total, 'every throttled period of the episode');
    t.ok(Number(detailOf(ended[0])['throttled_usec']) > 0);
    t.ok(Number(ended[0]!['time']) >= Number(begun[0]!['time']));
  },
);

t.test(
  'a limit that is changed is told with what it was',
  { skip: skip || (memory === undefined && 'no v1 memory controller: see cgroup2.test.ts') },
  async (t) => {
    const { recorder, events } = await record(t);
    const { id, below, sandbox } = await container(t);
    const limit = join(memory!, sandbox.path, below, 'memory.limit_in_bytes');
    writeFileSync(limit, `${100 * MEBIBYTE}`);
    await ticks(recorder, 8);
    writeFileSync(limit, `${200 * MEBIBYTE}`);
    await ticks(recorder, 3);
    writeFileSync(limit, '-1');
    await ticks(recorder, 3);
    const changes = only(await events(id), 'limit_change').map((event) => detailOf(event)['changes']);
    t.same(changes, [
      { memory_max_bytes: { from: 100 * MEBIBYTE, to: 200 * MEBIBYTE } },
      { memory_max_bytes: { from: 200 * MEBIBYTE, to: null } },
    ]);
  },
);

/** Milliseconds that the threads of this process, in which the recorder runs, have waited for a CPU. */
function waitedForCpu(): number {
  const threads = readdirSync('/proc/self/task').map((thread) => {
    try {
      return Number(readFileSync(`/proc/self/task/${thread}/schedstat`, 'utf8').split(' ')[1]);
    } catch {
      return 0; // it has ended
    }
  });
  return threads.reduce((sum, nanoseconds) => sum + nanoseconds, 0) / 1e6;
}

t.test('what the kernel tells of is told within 50 ms, however long the interval', async (t) => {
  const tree = new FakeTree(t.testdir({}), { containers: 2, processes: 3 });
  const { recorder, events } = await record(t, {
    cgroupRoot: tree.cgroupRoot,
    procRoot: tree.procRoot,
    intervalMs: 2000,
  });
  const [one, other] = tree.containers;
  await ticks(recorder, 1);
  const changed: { readonly at: number; readonly waited: number }[] = [];
  const killed: { readonly at: number; readonly waited: number }[] = [];
  for (let round = 1; round <= 3; round++) {
    const largest = one!.processes[0]!;
    one!.oomKills++;
    rmSync(largest.directory, { recursive: true });
    let [at, before] = [Date.now(), waitedForCpu()];
    writeFileSync(join(one!.directory, 'memory.events'), one!.files()['memory.events']!);
    await ticks(recorder, 1);
    killed.push({ at, waited: waitedForCpu() - before });
    one!.processes.shift();
    one!.write();
    [at, before] = [Date.now(), waitedForCpu()];
    writeFileSync(join(other!.directory, 'memory.max'), `${(300 + round) * MEBIBYTE}\n`);
    await ticks(recorder, 1);
    changed.push({ at, waited: waitedForCpu() - before });
  }
  await recorder.stop('test');
  const kills = only(await events(one!.id), 'oom_kill');
  t.equal(kills.length, 3);
  for (const kill of kills) t.match(detailOf(kill), { count: 1, vanished: 1 });
  const changes = only(await events(other!.id), 'limit_change');
  t.equal(changes.length, 3);
  for (const [name, told, done] of [
    ['a kill', kills, killed],
    ['a change', changes, changed],
  ] as const) {
    const after = told.map((event, index) => Number(event['time']) - done[index]!.at);
    const waited = done.map((each) => Math.round(each.waited));
    t.comment(`${name} was known after ${after.join(', ')} ms, of which at most ${waited.join(', ')} without a CPU`);
    // Waiting for a CPU, of which there is none on a busy machine, is no waiting for a tick.
    const own = after.map((milliseconds, index) => milliseconds - waited[index]!).toSorted((a, b) => a - b);
    t.ok(Math.min(...after) >= -1 && own[0]! < 50, `${name} is known at once`);
    t.ok(own.at(-1)! < 1000, 'and never waits for a tick');
  }
});
