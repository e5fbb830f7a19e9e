import { RuncContainer, containerId, whyNot } from '@fgm/testkit';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import t from 'tap';
import { FgmProcess } from './harness/fgm-process.ts';
import { detailOf, rowsOf, until, type Row } from './harness/recording.ts';

const LIMIT = 96 << 20;
/** Runs a little for 28 s; then takes 3 MB more ten times a second, until the kernel kills it. */
const CLIMB = `
  i=0
  while [ $i -lt 280 ]; do sleep 0.1; i=$((i+1)); done
  x=0123456789abcdef
  while [ \${#x} -lt 3000000 ]; do x=$x$x; done
  while :; do y=$y$x; sleep 0.1; done`;

function microseconds(row: Row): number {
  return (row['time'] as Date).getTime() * 1000;
}

t.test('an OOM kill leaves ten rows a second from before it', { skip: whyNot('runc'), timeout: 180_000 }, async (t) => {
  const directory = join(t.testdir(), 'data');
  const id = containerId();
  const cgroup = `/kubepods/burstable/pod${randomUUID()}/${id}`;
  const flags = ['--scope', 'containers', '--memory', 'off', '--rotation', '10s', '--burst-triggers', 'oom_kill'];
  const fgm = await FgmProcess.start(t, directory, flags);
  const container = new RuncContainer({ cgroup, id, args: ['sh', '-c', CLIMB], memoryLimitBytes: LIMIT });
  t.teardown(() => container.remove());
  await until('a burst has ended', async () => (await fgm.metric('fgm_bursts_total')) > 0, 120_000);
  t.equal((await fgm.stop()).code, 0);

  const rows = (await rowsOf(directory, 'bursts')).filter((row) => row['container_id'] === id);
  const kill = rows.find((row) => Number(row['memory_events_oom_kill']) > 0);
  if (kill === undefined) throw new Error('no row says that there was a kill');
  const before = rows.slice(0, rows.indexOf(kill));
  const after = rows.slice(rows.indexOf(kill));
  const seconds = (microseconds(kill) - microseconds(rows[0]!)) / 1e6;
  t.ok(seconds >= 25, `${seconds} s before the kill`);
  t.ok(before.length >= seconds * 8, `${before.length} rows in them`);
  t.ok(after.length >= 80, `${after.length} rows after it`);
  const times = rows.map(microseconds);
  t.ok(
    times.every((time, index) => index === 0 || time > times[index - 1]!),
    'in the order of time, none twice',
  );
  const climb = before.slice(-60).map((row) => Number(row['memory_current_bytes']));
  const high = climb.filter((bytes) => bytes > LIMIT / 4);
  t.ok(high.length >= 5, `${high.length} rows of the climb`);
  t.ok(Math.max(...high) > LIMIT / 2, `up to ${Math.max(...high) / LIMIT} of the limit`);
  t.ok(
    before.some((row) => row['pids_current'] !== null && row['memory_stat_anon_bytes'] !== null),
    'in full where the limit is near',
  );
  const ticks = (await rowsOf(directory, 'containers')).filter((row) => row['container_id'] === id);
  t.equal(new Set(ticks.map((row) => row['tick'])).size, ticks.length, 'and containers has one row a tick as ever');
  const events = (await rowsOf(directory, 'events')).filter((row) => row['container_id'] === id);
  const burst = detailOf(events.find(({ type }) => type === 'burst'));
  t.match(burst, { trigger: 'oom_kill', rows: rows.length });
  t.ok(Math.abs(Number(burst['from']) - times[0]!) < 1000 && Math.abs(Number(burst['to']) - times.at(-1)!) < 1000);
});
