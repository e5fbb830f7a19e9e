import { CgroupSandbox, whyNoCgroups } from '@fgm/testkit';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { entityOf, ShardHarness, type Published, type Row } from '../harness/shard-harness.ts';

const SUMS = ['rbytes', 'wbytes', 'rios', 'wios', 'dbytes', 'dios'].map((key) => `io_stat_${key}`);

/** The sums of `containers` are the sums of the rows in `devices`. */
function addsUp(t: Test, { containers, devices }: Published): void {
  const { entity } = containers[0]!;
  const mine = devices.filter((row) => row['entity'] === entity);
  for (const column of SUMS) {
    const values = mine.flatMap((row) => (row[column] === undefined ? [] : [row[column] as number]));
    const sum = values.length === 0 ? undefined : values.reduce((total, value) => total + value, 0);
    t.equal(containers[0]![column], sum, `${column} of all devices`);
  }
}

/** The harness's cgroup is a directory of files. */
function fakeCgroup(t: Test, files: Readonly<Record<string, string>>): { harness: ShardHarness; directory: string } {
  const root = t.testdir({
    proc: { diskstats: '   8       0 sda 1 2 3\n 253       1 dm-1 1 2 3\n' },
    cgroup: {
      'cgroup.procs': '',
      'cpu.stat': 'usage_usec 1\n',
      'memory.current': '5\n',
      'pids.current': '1\n',
      ...files,
    },
  });
  const harness = new ShardHarness({ procRoot: join(root, 'proc') });
  t.teardown(() => harness.close());
  return { harness, directory: join(root, 'cgroup') };
}

/** Makes the cgroup move, so that its files are read. */
function move(directory: string, usage: number): void {
  writeFileSync(join(directory, 'cpu.stat'), `usage_usec ${usage}\n`);
}

function named(harness: ShardHarness): Map<number, string> {
  const names = harness.messages().flatMap((message) => (message.type === 'names' ? message.list : []));
  return new Map(names.map(({ number, name, alias }) => [number, alias === undefined ? name : `${name} ${alias}`]));
}

t.test('devices come, stay and go', async (t) => {
  const { harness, directory } = fakeCgroup(t, {
    'io.stat': '8:0 rbytes=1 wbytes=2 rios=3 wios=4\n253:1 rbytes=10\n7:7 \n',
  });
  harness.send({ type: 'add', entities: [entityOf(3, { v2: directory })] });
  const first = harness.published();
  const names = named(harness);
  t.same(
    first.devices.map((row) => [names.get(row['device'] as number), row['entity'], row['io_stat_rbytes']]),
    [
      ['8:0 sda', 3, 1],
      ['253:1 dm-1', 3, 10],
    ],
    'one row for each with values, at once',
  );
  addsUp(t, first);
  harness.tick();
  harness.tick();
  harness.tick();
  const quiet = harness.published();
  t.equal(quiet.devices.length, 6, 'each tick has its rows, read or not');
  t.same(
    quiet.devices.map(({ tick }) => tick),
    quiet.containers.flatMap(({ tick }) => [tick, tick]),
  );
  t.ok(quiet.devices.every(({ time }, index) => time === quiet.containers[Math.floor(index / 2)]!['time']));

  writeFileSync(join(directory, 'io.stat'), '259:4 rbytes=7\n8:0 rbytes=100\n');
  move(directory, 2);
  harness.tick();
  const later = harness.published();
  const more = named(harness);
  t.same([...more.values()], ['259:4'], 'a device that nobody names has no second name');
  t.same(
    new Map(later.devices.map((row) => [names.get(row['device'] as number) ?? '259:4', row['io_stat_rbytes']])),
    new Map([
      ['259:4', 7],
      ['8:0 sda', 100],
    ]),
  );
  t.ok(
    later.devices.every((row) => row['io_stat_wios'] === undefined),
    'a key that is no longer there has no value',
  );
  addsUp(t, later);

  writeFileSync(join(directory, 'io.stat'), '8:0 rbytes=100\n8:16 rbytes=x\n');
  move(directory, 3);
  harness.tick();
  const broken = harness.published();
  t.same([broken.devices, broken.containers[0]!['io_stat_rbytes']], [[], undefined], 'a text without sense: no rows');
  harness.send({ type: 'remove', entities: [3] });
  harness.tick();
  t.same(harness.published().devices, []);
});

t.test('pages that are still to be written are watched though nothing runs', async (t) => {
  const { harness, directory } = fakeCgroup(t, {
    'io.stat': '8:0 wbytes=1\n',
    'memory.stat': 'file_dirty 4096\nfile_writeback 0\n',
  });
  harness.send({ type: 'add', entities: [entityOf(3, { v2: directory })] });
  for (let tick = 0; tick < 4; tick++) harness.tick();
  writeFileSync(join(directory, 'io.stat'), '8:0 wbytes=4097\n');
  harness.published();
  harness.tick();
  t.equal(harness.published().devices[0]!['io_stat_wbytes'], 4097);
  writeFileSync(join(directory, 'memory.stat'), 'file_dirty 0\nfile_writeback 0\n');
  move(directory, 2);
  for (let tick = 0; tick < 3; tick++) harness.tick();
  writeFileSync(join(directory, 'io.stat'), '8:0 wbytes=9999\n');
  harness.published();
  harness.tick();
  t.equal(harness.published().devices[0]!['io_stat_wbytes'], 4097, 'nothing to be written: not read');
});

t.test('cgroup v1: two files make one row', async (t) => {
  const { harness, directory } = fakeCgroup(t, {
    'cpuacct.usage': '1\n',
    'blkio.throttle.io_service_bytes_recursive': '8:0 Read 5\n8:0 Write 6\n8:16 Read 7\nTotal 18\n',
    'blkio.throttle.io_serviced_recursive': '8:0 Read 1\n8:0 Write 2\n8:0 Discard 3\n8:16 Read 4\nTotal 10\n',
  });
  harness.send({ type: 'add', entities: [entityOf(3, { cpuacct: directory, blkio: directory })] });
  const rows = harness.published();
  const values = (row: Row): unknown[] => SUMS.map((column) => row[column]);
  t.same(rows.devices.map(values), [
    [5, 6, 1, 2, undefined, 3],
    [7, undefined, 4, undefined, undefined, undefined],
  ]);
  addsUp(t, rows);
});

const BLOCK = 65_536;
const WRITES = 20;

/** Where a program can write past the page cache, and the block device that then does the work. */
interface Disk {
  readonly path: string;
  readonly device: string;
}

function name(number: number): string {
  return `${(number >> 8) & 0xfff}:${number & 0xff}`;
}

/** A file of the test's own file system; where that is no block device's, a loop device. Null where neither can be had. */
function makeDisk(t: Test): Disk | null {
  const file = join(t.testdir(), 'out');
  try {
    execFileSync('dd', ['if=/dev/zero', `of=${file}`, `bs=${BLOCK}`, 'count=1', 'oflag=direct'], { stdio: 'ignore' });
    return { path: file, device: name(statSync(file).dev) };
  } catch {
    return makeLoopDevice(t);
  }
}

function makeLoopDevice(t: Test): Disk | null {
  const backing = join('/dev/shm', `fgm-devices-${process.pid}`);
  writeFileSync(backing, Buffer.alloc(BLOCK * 4));
  t.teardown(() => rmSync(backing));
  try {
    const path = execFileSync('losetup', ['--find', '--show', backing], { encoding: 'utf8' }).trim();
    t.teardown(() => execFileSync('losetup', ['--detach', path]));
    return { path, device: name(statSync(path).rdev) };
  } catch {
    return null;
  }
}

t.test('real writes of a real cgroup', { skip: whyNoCgroups() }, async (t) => {
  const disk = makeDisk(t);
  if (disk === null) {
    t.pass('is done', { skip: 'no block device to write to' });
    return;
  }
  const sandbox = new CgroupSandbox('fgm-devices');
  t.teardown(() => sandbox.close());
  const { directories } = sandbox;
  const throttle = directories.blkio && join(directories.blkio, 'blkio.throttle.io_service_bytes_recursive');
  const file = throttle ?? join(directories.v2!, 'io.stat');
  // Since Linux 6.10 it counts for cgroup v1 only where there is a limit.
  if (directories.blkio !== undefined)
    writeFileSync(join(directories.blkio, 'blkio.throttle.write_bps_device'), `${disk.device} 1000000000000`);
  const harness = new ShardHarness();
  t.teardown(() => harness.close());
  const entity = {
    ...entityOf(1, directories, sandbox.path),
    processDirectories: [directories.pids ?? directories.v2!],
  };
  harness.send({ type: 'add', entities: [entity] });
  t.ok(
    harness.published().devices.every((row) => row['io_stat_wbytes'] === 0),
    'nothing written yet',
  );
  const command = `read line; for n in $(seq ${WRITES}); do dd if=/dev/zero of=${disk.path} bs=${BLOCK} count=1 oflag=direct conv=notrunc 2>/dev/null; echo; read line; done`;
  const writer = spawn('bash', ['-c', command], { stdio: ['pipe', 'pipe', 'inherit'] });
  t.teardown(() => writer.kill('SIGKILL'));
  sandbox.move(writer.pid!);
  const said = (): number => {
    const text = readFileSync(file, 'utf8');
    const found = throttle === undefined ? / wbytes=(\d+)/ : /^\d+:\d+ Write (\d+)/m;
    return Number(found.exec(text)?.[1] ?? 0);
  };
  let compared = 0;
  for (let round = 0; round < WRITES; round++) {
    writer.stdin.write('\n');
    await once(writer.stdout, 'data');
    const before = said();
    harness.tick();
    const after = said();
    const rows = harness.published();
    const value = rows.devices[0]?.['io_stat_wbytes'] as number | undefined;
    if (rows.devices.length === 0 && before === 0) continue;
    if (value === undefined || value < before || value > after) t.fail(`wbytes is ${value}`, { before, after });
    addsUp(t, rows);
    compared++;
  }
  writer.stdin.end();
  t.ok(said() >= WRITES * BLOCK, `the kernel has counted ${said()} bytes`);
  t.ok(compared >= WRITES - 1, `${compared} comparisons`);
});
