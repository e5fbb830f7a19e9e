import { spawnSync } from 'node:child_process';
import { readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import { Discovery } from '../src/index.ts';
import { CGROUP_ROOT, LiveCgroups } from './live-cgroups.ts';
import { Recording } from './recording.ts';
import { id } from './trees.ts';

const live = new LiveCgroups();
const skip = live.unusable('v2');

function discover(t: Test) {
  const recording = new Recording();
  const options = { cgroupRoot: CGROUP_ROOT, scope: 'containers', firstEntity: 0, rescanMs: 60_000 } as const;
  const discovery = new Discovery(options, recording);
  t.teardown(() => discovery.stop());
  t.teardown(() => live.tearDown());
  discovery.start();
  return recording;
}

function usage(directory: string): number {
  return Number(/^usage_usec (\d+)$/m.exec(readFileSync(join(directory, 'cpu.stat'), 'utf8'))![1]);
}

t.test('the last process goes, then the directory: the final figures are those of before', { skip }, async (t) => {
  const recording = discover(t);
  const directory = live.make('v2', 'docker', id(1));
  const { entity } = await recording.until(() => recording.find(id(1)));
  const child = await live.occupy(directory);
  await recording.until(() => recording.changes.find((change) => change.entity === entity));
  const before = Date.now();
  await live.end(child);
  const notice = await recording.until(() => recording.notices.find((one) => one.entity === entity));
  t.equal(notice.what, 'stopped');
  t.ok(notice.time >= before && notice.time <= Date.now());
  const final = usage(directory);
  rmdirSync(directory);
  await recording.until(() => (recording.figures.has(entity) ? true : undefined));
  t.equal(recording.figures.get(entity)?.values['cpu_stat_usage_usec'], final);
  t.ok(recording.figures.get(entity)!.time >= before * 1000);
});

t.test('a directory that is removed at once is no reason to lose the figures', { skip }, async (t) => {
  const recording = discover(t);
  const directory = live.make('v2', 'docker', id(2));
  const { entity } = await recording.until(() => recording.find(id(2)));
  const child = await live.occupy(directory);
  const told = () => [...recording.changes, ...recording.notices].filter((one) => one.entity === entity).length;
  await recording.until(() => (told() > 0 ? true : undefined));
  const seen = told();
  await live.end(child);
  // Its end must have been seen; how long a runtime takes until it removes the directory is its affair.
  await recording.until(() => (told() > seen ? true : undefined));
  const final = usage(directory);
  rmdirSync(directory);
  await recording.until(() => (recording.figures.has(entity) ? true : undefined));
  t.equal(recording.figures.get(entity)?.values['cpu_stat_usage_usec'], final);
  t.same(
    recording.notices.filter((one) => one.entity === entity).length <= 1,
    true,
    'who is gone is not told of as stopped as well',
  );
});

t.test('processes come again: stopped, restarted, stopped', { skip }, async (t) => {
  const recording = discover(t);
  const directory = live.make('v2', 'docker', id(3));
  const { entity } = await recording.until(() => recording.find(id(3)));
  const told = (count: number) => () => {
    const mine = recording.notices.filter((notice) => notice.entity === entity);
    return mine.length >= count ? mine : undefined;
  };
  for (const round of [1, 2]) {
    const child = await live.occupy(directory);
    if (round === 2) await recording.until(told(2));
    else await recording.until(() => recording.changes.find((change) => change.files.includes('cgroup.events')));
    await live.end(child);
    await recording.until(told(round === 1 ? 1 : 3));
  }
  const notices = told(3)()!;
  t.same(
    notices.map(({ what }) => what),
    ['stopped', 'restarted', 'stopped'],
  );
  t.ok(notices[0]!.figures !== null && notices[2]!.figures !== null);
});

t.test('what is written to its files is told, to whom it belongs', { skip }, async (t) => {
  const recording = discover(t);
  const directory = live.make('v2', 'docker', id(4));
  const { entity } = await recording.until(() => recording.find(id(4)));
  writeFileSync(join(directory, 'cgroup.max.depth'), '7');
  const change = await recording.until(() => recording.changes.find(({ files }) => files.includes('cgroup.max.depth')));
  t.equal(change.entity, entity);
  const child = await live.occupy(directory);
  await live.end(child);
  await recording.until(() => recording.changes.find(({ files }) => files.includes('cgroup.events')));
  t.notOk(recording.changes.some(({ files }) => files.includes('cgroup.procs')));
});

t.test(
  'cgroup v1 does not tell: what is left when the first directory goes is read',
  { skip: live.unusable('pids', 'cpuacct') },
  async (t) => {
    const recording = discover(t);
    const pids = live.make('pids', 'docker', id(5));
    const cpuacct = live.make('cpuacct', 'docker', id(5));
    const both = () => (Object.keys(recording.find(id(5))?.directories ?? {}).length > 1 ? true : undefined);
    await recording.until(both);
    const { entity } = recording.find(id(5))!;
    const child = await live.occupy(cpuacct);
    await live.end(child);
    const final = Number(readFileSync(join(cpuacct, 'cpuacct.usage'), 'utf8'));
    t.ok(final > 0);
    rmdirSync(pids);
    await recording.until(() => (recording.figures.has(entity) ? true : undefined));
    t.equal(recording.figures.get(entity)?.values['cpu_stat_usage_usec'], Math.floor(final / 1000));
  },
);

t.test('processes that come and go between two looks have ended it', { skip }, async (t) => {
  const recording = discover(t);
  const directory = live.make('v2', 'docker', id(8));
  const { entity } = await recording.until(() => recording.find(id(8)));
  // Nobody looks while this thread waits for it.
  t.equal(spawnSync('sh', ['-c', `echo $$ > ${join(directory, 'cgroup.procs')}; exec true`]).status, 0);
  const notice = await recording.until(() => recording.notices.find((one) => one.entity === entity));
  t.equal(notice.what, 'stopped');
  t.equal(notice.figures?.values['cpu_stat_usage_usec'], usage(directory));
});

t.test('one that is emptied and filled again right after it was made has stopped once', { skip }, async (t) => {
  const recording = discover(t);
  const made = Date.now();
  const directory = live.make('v2', 'docker', id(9));
  const { entity } = await recording.until(() => recording.find(id(9)));
  const first = await live.occupy(directory);
  await live.end(first);
  const second = await live.occupy(directory);
  const young = Date.now() - made < 1_000;
  await live.end(second);
  await recording.until(() => recording.notices.find((one) => one.entity === entity && one.time >= made));
  const told = recording.notices.filter((one) => one.entity === entity).map(({ what }) => what);
  t.equal(told[0], 'stopped');
  // On a machine so slow that it was not young any more, both ends are told.
  if (young) t.same(told, ['stopped']);
  else t.comment('it was not young any more');
});
