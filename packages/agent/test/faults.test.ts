import { FakeTree } from '@fgm/testkit';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { FgmProcess } from './harness/fgm-process.ts';
import { ownEvents, rowsOf, unexplainedGaps, until, type Row } from './harness/recording.ts';
import { SmallDisk, whyNoDevices, whyNoMounts } from './harness/small-disk.ts';

const PACE = ['--interval', '100ms', '--memory', 'off'];

/** A machine of plain files, and the flags that make fgm look at it. */
function fakeMachine(directory: string, containers = 3): { tree: FakeTree; flags: string[] } {
  const tree = new FakeTree(join(directory, 'machine'), { containers, processes: 2 });
  const roots = ['--proc-root', tree.procRoot, '--cgroup-root', tree.cgroupRoot, '--host-root', directory];
  return { tree, flags: [...PACE, ...roots] };
}

function ticksOf(rows: readonly Row[], id: string): number[] {
  return rows.filter((row) => row['container_id'] === id).map(({ tick }) => Number(tick));
}

t.test('a full disk: sampling goes on, and nothing of it is lost', { skip: whyNoMounts() }, async (t) => {
  const root = t.testdir();
  const { tree, flags } = fakeMachine(root);
  const disk = SmallDisk.inMemory(t, 8 << 20);
  const directory = join(disk.directory, 'data');
  const fgm = await FgmProcess.start(t, directory, [...flags, '--rotation', '1s']);
  await fgm.samples('container', 3);
  await until('a window is closed', async () => (await fgm.metric('fgm_file_rotations_total')) >= 1);
  disk.fill();
  await until('it is not ready', async () => {
    disk.fill();
    const { status, reason } = await fgm.health('readyz');
    return status === 503 && reason.includes('ENOSPC');
  });
  t.equal((await fgm.health('healthz')).status, 200, 'a full disk is nothing that a restart would mend');
  await until('it is counted', async () => (await fgm.metric('fgm_write_errors_total{errno="ENOSPC"}')) > 0);
  await fgm.ticks(15);
  t.ok((await fgm.metric('fgm_batches_waiting')) > 0, 'what is sampled is kept in memory');
  disk.empty();
  await until('it is ready again', async () => (await fgm.health('readyz')).status === 200);
  await fgm.ticks(15);
  t.equal((await fgm.health('readyz')).status, 200);
  t.equal(await fgm.metric('fgm_batches_dropped_total'), 0);
  t.equal((await fgm.stop()).code, 0);

  const rows = await rowsOf(directory, 'containers');
  const events = await ownEvents(directory);
  for (const { id } of tree.containers) {
    const ticks = ticksOf(rows, id);
    t.same(unexplainedGaps(ticks, events), [], 'no tick is missing');
    t.equal(new Set(ticks).size, ticks.length, 'no tick twice');
  }
  const types = events.map(({ type }) => String(type));
  t.match(types.filter((type) => type.startsWith('disk_')).slice(0, 2), ['disk_full', 'disk_ok']);
  t.equal(
    types.filter((type) => type === 'disk_full').length,
    types.filter((type) => type === 'disk_ok').length,
    'each time it filled, it was told when that was over',
  );
  t.same(readdirSync(join(directory, 'spool')), []);
});

t.test(
  'a disk that is full until the end: what fits is closed, the rest waits for the next start',
  { skip: whyNoMounts() },
  async (t) => {
    const root = t.testdir();
    const { tree, flags } = fakeMachine(root);
    const disk = SmallDisk.inMemory(t, 8 << 20);
    const directory = join(disk.directory, 'data');
    const fgm = await FgmProcess.start(t, directory, flags);
    await fgm.samples('container', 3);
    await fgm.ticks(5);
    const safe = Math.floor(((await fgm.metric('fgm_last_tick_timestamp_seconds')) * 1000) / 100) - 1;
    await until('it is not ready', async () => {
      disk.fill();
      return (await fgm.health('readyz')).status === 503;
    });
    const { milliseconds } = await fgm.stop();
    t.ok(milliseconds < 10_000, `it ended after ${Math.round(milliseconds)} ms`);
    disk.empty();
    const again = await FgmProcess.start(t, directory, flags);
    await again.samples('container', 3);
    await again.ticks(2);
    t.equal((await again.stop()).code, 0);
    const ticks = ticksOf(await rowsOf(directory, 'containers'), tree.containers[0]!.id);
    t.ok(ticks.includes(safe), 'what was written before the disk was full is there');
    t.equal(new Set(ticks).size, ticks.length, 'no tick twice');
    t.same(readdirSync(join(directory, 'spool')), []);
  },
);

t.test('a directory that turns read-only, and back', { skip: whyNoMounts() }, async (t) => {
  const root = t.testdir();
  const { tree, flags } = fakeMachine(root);
  const disk = SmallDisk.inMemory(t, 16 << 20);
  const directory = join(disk.directory, 'data');
  const fgm = await FgmProcess.start(t, directory, [...flags, '--rotation', '1s']);
  await fgm.samples('container', 3);
  await fgm.ticks(3);
  disk.readOnly(true);
  await until('it is not ready', async () => {
    const { status, reason } = await fgm.health('readyz');
    return status === 503 && reason.includes('EROFS');
  });
  // The writer tells of trouble at once, and shows its counters with its next step.
  await until('it is counted', async () => (await fgm.metric('fgm_write_errors_total{errno="EROFS"}')) > 0);
  await fgm.ticks(10);
  t.ok(fgm.running);
  disk.readOnly(false);
  await until('it is ready again', async () => (await fgm.health('readyz')).status === 200, 60_000);
  await fgm.ticks(15);
  t.equal((await fgm.health('readyz')).status, 200, 'and stays so');
  t.equal((await fgm.stop()).code, 0);
  const rows = await rowsOf(directory, 'containers');
  const events = await ownEvents(directory);
  for (const { id } of tree.containers) t.same(unexplainedGaps(ticksOf(rows, id), events), [], 'no tick is missing');
});

t.test('a file system that fails for good', { skip: whyNoDevices() }, async (t) => {
  const root = t.testdir();
  const { flags } = fakeMachine(root);
  const disk = SmallDisk.onDevice(t, 16 << 20);
  const directory = join(disk.directory, 'data');
  const fgm = await FgmProcess.start(t, directory, [...flags, '--rotation', '1s']);
  await fgm.samples('container', 3);
  await until('a window is closed', async () => (await rowsOf(directory, 'containers')).length > 0);
  disk.fail();
  await until('it is not ready', async () => {
    const { status, reason } = await fgm.health('readyz');
    return status === 503 && reason.includes('EROFS');
  });
  await fgm.ticks(15);
  t.ok((await fgm.metric('fgm_batches_waiting')) > 0, 'it keeps the newest in memory');
  const { code, milliseconds } = await fgm.stop();
  t.equal(code, 1, 'what could not be saved is a failure');
  t.equal(fgm.entries('stopped').length, 1, 'of which it did not die');
  t.ok(milliseconds < 10_000, `it ended after ${Math.round(milliseconds)} ms`);
  t.ok((await rowsOf(directory, 'containers')).length > 0, 'what was closed before can be read');
});

t.test('a directory that is emptied under a running recorder', async (t) => {
  const root = t.testdir();
  const { tree, flags } = fakeMachine(root);
  const directory = join(root, 'data');
  const fgm = await FgmProcess.start(t, directory, [...flags, '--rotation', '500ms']);
  await fgm.samples('container', 3);
  await until('a window is closed', async () => (await rowsOf(directory, 'containers')).length > 0);
  for (const name of readdirSync(directory)) rmSync(join(directory, name), { recursive: true });
  const emptied = Math.floor(Date.now() / 100);
  await until('it records again', async () => (await rowsOf(directory, 'containers')).length > 0);
  // A window that was lost is given up after its second attempt, some seconds later.
  await until('it is ready', async () => (await fgm.health('readyz')).status === 200, 60_000);
  await fgm.ticks(10);
  t.equal((await fgm.health('readyz')).status, 200);
  t.equal((await fgm.stop()).code, 0);
  const events = await ownEvents(directory);
  for (const { id } of tree.containers) {
    const ticks = ticksOf(await rowsOf(directory, 'containers'), id);
    t.ok(ticks[0]! < emptied + 20, 'within two seconds');
    t.same(unexplainedGaps(ticks, events), [], 'and from then on without a gap');
  }
});
