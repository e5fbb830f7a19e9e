import { canCompile, CgroupSandbox, shortLives, whyNoCgroups, type ShortLife } from '@fgm/testkit';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { FgmProcess } from './harness/fgm-process.ts';
import { detailOf, rowsOf, until, type Row } from './harness/recording.ts';

const skip = whyNoCgroups() || (!canCompile() && 'no C compiler');
const COUNT = 60;
const INTERVAL_MS = 500;

interface Short {
  readonly lives: readonly ShortLife[];
  readonly rows: readonly Row[];
  readonly events: readonly Row[];
  readonly group: string;
}

/** Lets containers come and go below a directory of their own, while the recorder runs as users run it. */
async function record(t: Test): Promise<Short> {
  const sandbox = new CgroupSandbox('fgm-short');
  t.teardown(() => sandbox.close());
  const directory = sandbox.make('docker', ['v2']).v2!;
  const flags = ['--interval', `${INTERVAL_MS}ms`, '--scope', 'containers', '--memory', 'off'];
  const fgm = await FgmProcess.start(t, join(t.testdir(), 'data'), flags);
  const options = { directory, perSecond: 20, shortestMs: 20, longestMs: 200, gapMs: 100 };
  // The group is known from its first container on.
  await shortLives({ ...options, count: 1, seed: 7 });
  await until('the group is known', async () => (await fgm.metric('fgm_entities{kind="group"}')) >= 1);
  await fgm.ticks(2);
  const lives = await shortLives({ ...options, count: COUNT, seed: 8 });
  await fgm.ticks(3);
  t.ok((await fgm.metric('fgm_container_stops_total')) >= COUNT);
  t.equal((await fgm.stop()).code, 0);
  const [rows, events] = [await rowsOf(fgm.directory, 'containers'), await rowsOf(fgm.directory, 'events')];
  return { lives, rows, events, group: sandbox.path };
}

function usageOf(row: Row): number {
  return Number(row['cpu_stat_usage_usec']);
}

t.test('containers that live shorter than an interval', { skip }, async (t) => {
  const { lives, rows, events, group } = await record(t);
  const told = (type: string, id: string): Row[] =>
    events.filter((event) => event['type'] === type && event['container_id'] === id);
  const exact = lives.filter(({ id, usageUsec }) => {
    t.equal(told('container_start', id).length, 1, 'it has one start');
    t.equal(told('container_stop', id).length, 1, 'and one end');
    const { final } = detailOf(told('container_stop', id)[0]) as { final?: Record<string, number> };
    const own = rows.filter((row) => row['container_id'] === id && row['cpu_stat_usage_usec'] !== null);
    const last = Math.max(...own.map(usageOf));
    return final?.['cpu_stat_usage_usec'] === usageUsec && last === usageUsec;
  });
  // Not every one: on a machine that has ten times more to do than it can, a thread may wait for its turn for 100 ms.
  t.ok(exact.length >= 0.9 * COUNT, `${exact.length} of ${COUNT} have exactly their last CPU figure, in event and row`);

  await t.test('no entity has two rows of a tick', async (t) => {
    const keys = rows.map((row) => `${String(row['container_id'])} ${String(row['tick'])}`);
    t.equal(new Set(keys).size, keys.length);
  });

  await t.test('what the group used is what its rows and the residual tell', async (t) => {
    const own = rows.filter((row) => row['cgroup'] === group && row['cpu_residual_usec'] !== null);
    const inside = rows.filter(
      (row) => String(row['cgroup']).startsWith(`${group}/`) && row['cpu_stat_usage_usec'] !== null,
    );
    t.ok(own.length >= 4, `${own.length} rows of the group`);
    t.match(own[0], { scope: 'group', container: group.slice(1), process_count: null });
    const known = ({ tick, time }: Row): number => {
      const last = new Map<unknown, number>();
      for (const row of inside)
        if (Number(row['tick']) <= Number(tick) && Number(row['time']) <= Number(time))
          last.set(row['container_id'], Math.max(usageOf(row), last.get(row['container_id']) ?? 0));
      return [...last.values()].reduce((sum, usage) => sum + usage, 0);
    };
    const off = own.map((row) => usageOf(row) - known(row) - Number(row['cpu_residual_usec']));
    t.ok(Math.max(...off.map(Math.abs)) <= 1000, `within a millisecond: ${off.join(' ')}`);
  });
});
