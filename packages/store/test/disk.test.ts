/** What happens when the disk says no. */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import t, { type Test } from 'tap';
import { du, entityOf, parquetFiles, readRows, Rig, START_TICK, tree } from './fixture.ts';

const isRoot = process.getuid?.() === 0;
const rows = Array.from({ length: 60 }, (_, index) => ({ entity: 1, process_count: index }));

/** A small file system of its own. */
function tmpfs(t: Test, bytes: number): string {
  // Not a testdir: that would be deleted before it is unmounted.
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'fgm-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', directory]);
  t.teardown(() => {
    execFileSync('umount', ['-l', directory]);
    fs.rmdirSync(directory);
  });
  return directory;
}

function remount(directory: string, options: string): void {
  execFileSync('mount', ['-o', `remount,${options}`, directory]);
}

function tick(rig: Rig, tick: number): void {
  rig.now = tick * 1000;
  rig.publish('containers', tick, rows);
  rig.endTick(tick);
  rig.settle();
}

async function ticksIn(directory: string): Promise<number[]> {
  const all = (await Promise.all(parquetFiles(directory, 'containers').map(readRows))).flat();
  return [...new Set(all.map((row) => row['tick'] as number))].sort((a, b) => a - b);
}

t.test(
  'a full disk: sampling goes on, the newest is kept, files stay whole',
  { skip: isRoot ? false : 'needs root' },
  async (t) => {
    const directory = tmpfs(t, 2 << 20);
    const rig = new Rig(directory, { rotationMs: 1000_000 });
    rig.send({ type: 'entity', entity: entityOf(1) });
    // A tick takes 90 KB in the spool: after some 20 the disk is full, after 200 more the memory for what waits.
    for (let index = 0; index < 250; index++) tick(rig, START_TICK + index);
    t.equal(rig.of('trouble').filter(({ what, over }) => what === 'spool' && !over).length, 1, 'reported once');
    t.match(rig.of('trouble')[0], { errno: 'ENOSPC' });
    t.ok(rig.counters.get('batches_waiting') > 100);
    t.ok(rig.counters.get('batches_dropped') > 0);
    t.ok(rig.counters.get('write_errors_enospc') > 0);
    remount(directory, `size=${64 << 20}`);
    tick(rig, START_TICK + 250);
    t.equal(rig.counters.get('batches_waiting'), 0);
    t.match(rig.of('trouble').at(-1), { what: 'spool', over: true });
    rig.stop();
    const ticks = await ticksIn(directory);
    t.equal(ticks.length, 251 - rig.counters.get('batches_dropped'));
    t.equal(ticks.at(-1), START_TICK + 250);
    t.equal(ticks[0], START_TICK);
    const events = (await Promise.all(parquetFiles(directory, 'events').map(readRows))).flat();
    t.same(
      events.map((event) => event['type']),
      ['disk_full', 'disk_ok'],
    );
  },
);

t.test(
  'no room for the files of a window: it is tried again, nothing is lost',
  { skip: isRoot ? false : 'needs root' },
  async (t) => {
    const directory = tmpfs(t, 2 << 20);
    const rig = new Rig(directory, { rotationMs: 5000 });
    rig.send({ type: 'entity', entity: entityOf(1) });
    for (let index = 0; index < 5; index++) tick(rig, START_TICK + index);
    const ballast = path.join(directory, 'ballast');
    const free = fs.statfsSync(directory);
    // Room for two ticks, not for the files.
    fs.writeFileSync(ballast, Buffer.alloc(free.bavail * free.bsize - 200_000));
    for (let index = 5; index < 7; index++) tick(rig, START_TICK + index);
    t.match(
      rig.of('trouble').find(({ what }) => what === 'encode'),
      { errno: 'ENOSPC', over: false },
    );
    t.equal(rig.counters.get('segments_waiting'), 1);
    t.same(parquetFiles(directory), []);
    t.same(
      tree(directory).filter((file) => file.endsWith('part')),
      [],
      'unfinished files are removed',
    );
    fs.rmSync(ballast);
    rig.now += 60_000;
    rig.settle();
    t.equal(rig.counters.get('segments_waiting'), 0);
    t.match(
      rig.of('trouble').find(({ what, over }) => what === 'encode' && over),
      {},
    );
    rig.stop();
    t.same(
      await ticksIn(directory),
      Array.from({ length: 7 }, (_, index) => START_TICK + index),
    );
  },
);

t.test('a disk that becomes read-only', { skip: isRoot ? false : 'needs root' }, async (t) => {
  const directory = tmpfs(t, 8 << 20);
  const rig = new Rig(directory, { rotationMs: 3000 });
  rig.send({ type: 'entity', entity: entityOf(1) });
  tick(rig, START_TICK);
  // Files that are open for writing keep it writable: the lazy way is to refuse new ones, which rotation needs.
  fs.chmodSync(path.join(directory, 'spool'), 0o500);
  fs.rmSync(path.join(directory, 'spool'), { recursive: true });
  fs.writeFileSync(path.join(directory, 'spool'), '');
  for (let index = 1; index < 6; index++) tick(rig, START_TICK + index);
  t.ok(rig.of('trouble').length > 0, 'reported');
  fs.rmSync(path.join(directory, 'spool'));
  fs.mkdirSync(path.join(directory, 'spool'));
  tick(rig, START_TICK + 7);
  t.match(
    rig.of('trouble').findLast(({ what }) => what === 'spool'),
    { over: true },
  );
  rig.stop();
});

t.test('what is open can be written, but nothing new can be made', { skip: isRoot ? false : 'needs root' }, (t) => {
  const directory = tmpfs(t, 16 << 20);
  const rig = new Rig(directory, { rotationMs: 2000 });
  rig.send({ type: 'entity', entity: entityOf(1) });
  tick(rig, START_TICK);
  // A file system is full of files before it is full of bytes.
  const { files, ffree } = fs.statfsSync(directory);
  remount(directory, `nr_inodes=${files - ffree}`);
  for (let index = 1; index < 5; index++) tick(rig, START_TICK + index);
  t.match(rig.of('trouble')[0], { what: 'spool', errno: 'ENOSPC', message: /window cannot be closed/ });
  t.ok(rig.counters.get('write_errors_enospc') > 0);
  remount(directory, 'nr_inodes=10000');
  for (let index = 5; index < 8; index++) tick(rig, START_TICK + index);
  t.match(rig.of('trouble').at(-1), { what: 'spool', over: true });
  rig.stop();
  t.end();
});

t.test('a directory that cannot be written is refused at the start', { skip: isRoot ? false : 'needs root' }, (t) => {
  const directory = tmpfs(t, 1 << 20);
  remount(directory, 'ro');
  t.throws(() => new Rig(directory), { code: 'EROFS' });
  remount(directory, 'rw');
  t.end();
});

t.test('the data directory never grows beyond its limit, oldest windows first', async (t) => {
  const directory = t.testdir();
  const limit = 3 << 20;
  const rig = new Rig(directory, { retentionBytes: limit, rotationMs: 4000 });
  rig.send({ type: 'entity', entity: entityOf(1) });
  let most = 0;
  const noise = (index: number): number => (index * 2654435761 * 97) % 2 ** 45;
  for (let index = 0; index < 160; index++) {
    const now = START_TICK + index;
    rig.now = now * 1000;
    const noisy = rows.map((row, at) => ({
      ...row,
      memory_current_bytes: noise(index * 100 + at),
      cpu_stat_usage_usec: noise(index * 77 + at),
      memory_peak_bytes: noise(index * 31 + at),
    }));
    rig.publish('containers', now, noisy);
    rig.endTick(now);
    // Every step, because a window is written in many of them.
    while (rig.writer.step()) most = Math.max(most, du(directory));
    most = Math.max(most, du(directory));
  }
  rig.stop();
  t.ok(most <= limit, `${most} of ${limit}`);
  t.ok(most > limit * 0.8, 'the room is used');
  t.ok(rig.counters.get('retention_files_evicted') > 0);
  const ticks = await ticksIn(directory);
  t.same(
    ticks,
    Array.from({ length: ticks.length }, (_, index) => START_TICK + 160 - ticks.length + index),
    'the newest are left',
  );
  t.ok(Math.abs(rig.counters.get('store_bytes') - du(directory)) < 10_000);
});

t.test('with on-limit=stop nothing is deleted, and main is asked once', (t) => {
  const directory = t.testdir();
  const rig = new Rig(directory, { retentionBytes: 2 << 20, rotationMs: 5000, onLimit: 'stop' });
  let index = 0;
  for (; index < 200 && rig.of('limit').length === 0; index++) tick(rig, START_TICK + index);
  t.equal(rig.of('limit').length, 1);
  tick(rig, START_TICK + index);
  t.equal(rig.of('limit').length, 1);
  rig.stop();
  t.equal(rig.counters.get('retention_files_evicted'), 0);
  t.ok(du(directory) <= 2 << 20);
  t.ok(fs.readdirSync(path.join(directory, 'spool')).length === 0, 'the open window became files');
  t.end();
});

t.test('the limit holds at shutdown too: what finds no room as files stays in the spool', async (t) => {
  const directory = t.testdir();
  const rig = new Rig(directory, { rotationMs: 3_600_000 });
  for (let index = 0; index < 40; index++) tick(rig, START_TICK + index);
  const limit = du(directory) + 20_000;
  rig.send({ type: 'settings', settings: { retentionBytes: limit } });
  rig.stop();
  t.ok(du(directory) <= limit, `${du(directory)} of ${limit}`);
  t.equal(rig.of('stopped').length, 1, 'it ends all the same');
  t.match(rig.of('trouble').at(-1), { what: 'encode', errno: 'EDQUOT' }, 'and says what is left');
  t.equal(fs.readdirSync(path.join(directory, 'spool')).length, 1);
  const next = new Rig(directory);
  next.stop();
  t.equal((await ticksIn(directory)).length, 40, 'nothing is lost');
});

t.test('old windows go, their directories too, and nothing else', (t) => {
  const old = 'dt=2026-11-01/identifier=node-a';
  const directory = t.testdir({
    [old]: {
      'containers-20261101T000000Z.parquet': 'x',
      'logs-consolidated-20261101T000000Z-20261101T010000Z.parquet': 'x',
    },
    'dt=2026-11-02': { 'identifier=node-a': { 'containers-20261102T000000Z.parquet': 'x', 'notes.txt': 'mine' } },
    'dt=2026-11-20': {
      'identifier=b': { 'containers-20261120T000000Z.parquet': 'x', 'my-20261101T000000Z.parquet': 'x' },
    },
    'containers-20261101T000000Z.parquet': 'not in a partition',
    'session-old.json': '{}',
    'session-recent.json': '{}',
  });
  fs.utimesSync(path.join(directory, 'session-old.json'), START_TICK - 86_400 * 30, START_TICK - 86_400 * 30);
  const rig = new Rig(directory, { retentionAgeMs: 86_400_000 * 7 });
  rig.publish('containers', START_TICK, [{ entity: 1 }]);
  rig.settle();
  rig.stop();
  const own = new RegExp(`index.json|${rig.options.runId}|20261121`);
  t.same(
    tree(directory).filter((file) => !own.test(file)),
    [
      'containers-20261101T000000Z.parquet',
      'dt=2026-11-02/identifier=node-a/notes.txt',
      'dt=2026-11-20/identifier=b/containers-20261120T000000Z.parquet',
      'dt=2026-11-20/identifier=b/my-20261101T000000Z.parquet',
      'session-recent.json',
    ],
  );
  t.notOk(fs.existsSync(path.join(directory, 'dt=2026-11-01')));
  t.end();
});
