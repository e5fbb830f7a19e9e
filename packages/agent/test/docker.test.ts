import { DockerRig, whyNot } from '@fgm/testkit';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { FgmProcess } from './harness/fgm-process.ts';
import { detailOf, errorsIn, rowsOf, until, type Row } from './harness/recording.ts';

const PACE = ['--interval', '200ms', '--rotation', '1s', '--scope', 'containers'];
/** Fills some memory, then burns CPU on two cores. */
const WORK = 'dd if=/dev/zero of=/dev/shm/fill bs=1M count=24 2>/dev/null; (while :; do :; done) & while :; do :; done';

function increases(rows: readonly Row[], column: string): boolean {
  const values = rows.map((row) => row[column]).filter((value) => value !== null);
  return values.length > 1 && Number(values.at(-1)) > Number(values[0]);
}

t.test('Docker', { skip: whyNot('docker') }, async (t) => {
  const rig = new DockerRig('--exec-opt', 'native.cgroupdriver=cgroupfs');
  t.teardown(() => existsSync(rig.directory) && rig.stop());

  const of = async (directory: string, table: string, id: string): Promise<Row[]> =>
    (await rowsOf(directory, table)).filter((row) => row['container_id'] === id);

  await t.test('a limited container that works, restarts and exits', async (t) => {
    const directory = join(t.testdir(), 'data');
    const fgm = await FgmProcess.start(t, directory, PACE);
    // So little that it gets it on a busy machine too: who does not get what it may use is not throttled.
    const id = rig.start(['--memory', '64m', '--cpus', '0.05'], 'sh', '-c', WORK);
    const throttled = async (from: number): Promise<boolean> => {
      const rows = (await of(directory, 'containers', id)).filter(({ time }) => (time as Date).getTime() >= from);
      return increases(rows, 'cpu_stat_nr_throttled') && Number(rows.at(-1)!['memory_current_bytes']) > 16 << 20;
    };
    await until('it is throttled', () => throttled(0), 60_000);
    const firstPid = rig.pid(id);
    const restarted = Date.now();
    rig.docker('restart', '--time', '0', id);
    await until('it is throttled again', () => throttled(restarted + 1000), 60_000);
    const secondPid = rig.pid(id);
    rig.docker('rm', '--force', id);
    const end = Date.now();
    await fgm.ticks(3);
    t.equal((await fgm.stop()).code, 0);

    const rows = await of(directory, 'containers', id);
    t.match(rows.at(-1), {
      container_id: id,
      cgroup: `/docker/${id}`,
      runtime: 'docker',
      scope: 'container',
      qos: null,
    });
    t.ok(rows.every((row) => row['pod_uid'] === null && row['pod'] === null && row['namespace'] === null));
    // The directory is there before the runtime writes the limits into it, and a first row may be of that moment.
    const limits = rows.map((row) => `${row['memory_max_bytes'] as bigint} ${row['cpu_limit_millicores'] as number}`);
    const unlimited = limits.filter((limit) => limit !== `${64 << 20} 50`);
    t.ok(unlimited.length <= 2 * 2, `rows with other limits: ${unlimited.join(', ')}`);
    const rates = rows.map((row) => row['cpu_usage_millicores']).filter((rate) => rate !== null) as number[];
    t.ok(Math.max(...rates) > 25, `it used its CPU: ${Math.max(...rates)}`);
    t.ok(Math.max(...rates) < 2200, 'and never more than there is');
    const percents = rows.map((row) => row['memory_percent'] as number);
    t.ok(Math.max(...percents) > 25 && Math.max(...percents) <= 100);
    // Not memory.stat: the kernel flushes its counters every two seconds, which can be the whole of this run.
    for (const column of ['cpu_stat_throttled_usec', 'cpu_stat_nr_periods', 'cpu_stat_usage_usec']) {
      t.ok(
        increases(
          rows.filter(({ time }) => (time as Date).getTime() < restarted),
          column,
        ),
        `${column} grows`,
      );
    }
    t.ok(rows.every(({ time }) => (time as Date).getTime() <= end));

    const processes = await of(directory, 'processes', id);
    t.ok(processes.some((row) => row['comm'] === 'sh' && Number(row['pid']) === firstPid));
    t.ok(processes.some((row) => row['comm'] === 'sh' && Number(row['pid']) === secondPid));
    t.ok(processes.every((row) => typeof row['comm'] === 'string' && Number(row['start_time']) > 0));
    const first = processes.filter((row) => Number(row['pid']) === firstPid);
    t.match(String(first.at(-1)!['cmdline']), /^sh -c dd if=/);
    t.ok(first.some((row) => Number(row['smaps_rollup_pss_bytes']) > 0 && row['memory_method'] === 'rollup'));

    // A stop waits for what the runtime writes of it, and may be told after the next start.
    const events = (await of(directory, 'events', id)).toSorted((a, b) => Number(a['time']) - Number(b['time']));
    t.same(
      events.map(({ type }) => type as string).filter((type) => type.startsWith('container_st')),
      ['container_start', 'container_stop', 'container_start', 'container_stop'],
      'a restart is an end and a new start',
    );
    t.match(detailOf(events[0]), { cgroup: `/docker/${id}`, existed_before: false });
    const stops = events.filter(({ type }) => type === 'container_stop').map(({ time }) => (time as Date).getTime());
    t.ok(stops.every((time) => time <= end + 1000));
    t.same(errorsIn(directory), []);
  });

  for (const interval of ['200ms', '1s']) {
    await t.test(`one that is restarted again and again has one row a tick: ${interval}`, async (t) => {
      const directory = join(t.testdir(), 'data');
      const flags = ['--interval', interval, '--rotation', '2s', '--scope', 'containers'];
      const fgm = await FgmProcess.start(t, directory, flags);
      const id = rig.start([], 'sh', '-c', 'while :; do :; done');
      for (let turn = 0; turn < 3; turn++) {
        await fgm.ticks(2);
        rig.docker('restart', '--time', '0', id);
      }
      await fgm.ticks(2);
      rig.docker('rm', '--force', id);
      await fgm.ticks(3);
      t.equal((await fgm.stop()).code, 0);
      const ticks = (await of(directory, 'containers', id)).map(({ tick }) => Number(tick));
      t.ok(ticks.length >= 8, `${ticks.length} rows`);
      t.equal(new Set(ticks).size, ticks.length);
      t.same(errorsIn(directory), []);
      const starts = (await of(directory, 'events', id)).filter(({ type }) => type === 'container_start');
      t.equal(starts.length, 4);
    });
  }

  await t.test('the path of a pod', async (t) => {
    const directory = join(t.testdir(), 'data');
    const uid = randomUUID();
    const parent = `/kubepods/burstable/pod${uid}`;
    const id = rig.start(['--cgroup-parent', parent, '--cpus', '0.25'], 'sleep', '1000');
    const fgm = await FgmProcess.start(t, directory, PACE);
    await until('it is recorded', async () => (await of(directory, 'containers', id)).length > 2);
    t.equal((await fgm.stop()).code, 0);
    rig.docker('rm', '--force', id);
    const rows = await of(directory, 'containers', id);
    const labels = { container_id: id, cgroup: `${parent}/${id}`, pod_uid: uid, qos: 'Burstable', scope: 'container' };
    t.match(rows.at(-1), { ...labels, runtime: 'docker', cpu_limit_millicores: 250, process_count: 1n });
    t.equal(rows.at(-1)!['memory_max_bytes'], null, 'no limit is null');
    const events = await of(directory, 'events', id);
    t.match(events[0], { type: 'container_start', pod_uid: uid });
    t.match(detailOf(events[0]), { existed_before: true });
  });
});
