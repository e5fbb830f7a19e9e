import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { entityOf, ShardHarness } from './harness/shard-harness.ts';

const STAT_TAIL =
  '0 -1 4194304 100 0 3 0 250 50 0 0 20 0 1 0 164534 3133440 394 18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 17 1 0 0 7 0 0';

/** A proc and cgroup tree of ordinary files, which a test can change between ticks. */
class FakeTree {
  readonly root: string;
  constructor(root: string) {
    this.root = root;
    mkdirSync(join(root, 'proc'));
    mkdirSync(join(root, 'cgroup'));
  }
  get proc(): string {
    return join(this.root, 'proc');
  }
  cgroup(name: string, files: Readonly<Record<string, string>>): string {
    const directory = join(this.root, 'cgroup', name);
    mkdirSync(directory, { recursive: true });
    for (const [file, text] of Object.entries(files)) writeFileSync(join(directory, file), text);
    return directory;
  }
  process(pid: number, files: Readonly<Record<string, string | Buffer>> = {}): void {
    const directory = join(this.proc, `${pid}`);
    mkdirSync(directory, { recursive: true });
    const all = {
      stat: `${pid} (worker) S 1 1 1 ${STAT_TAIL}\n`,
      statm: '765 394 300 20 0 100 0\n',
      status: 'Name:\tworker\nVmPeak:\t    3100 kB\nVmHWM:\t    1576 kB\nvoluntary_ctxt_switches:\t5\n',
      schedstat: '3000000000 2000000 40\n',
      io: 'rchar: 10\nwchar: 20\nsyscr: 1\nsyscw: 2\nread_bytes: 4096\nwrite_bytes: 0\ncancelled_write_bytes: 0\n',
      cmdline: 'worker\0--verbose\0',
      ...files,
    };
    for (const [file, text] of Object.entries(all)) writeFileSync(join(directory, file), text);
  }
}

const CGROUP = {
  'cpu.stat': 'usage_usec 1000000\nuser_usec 600000\nsystem_usec 400000\n',
  'memory.current': '8192\n',
  'memory.max': '16384\n',
  'memory.stat': 'anon 4096\nfile 4096\ninactive_file 1024\n',
  'pids.current': '2\n',
  'cpu.max': '50000 100000\n',
  'cpu.pressure': 'some avg10=0.00 avg60=0.00 avg300=0.00 total=5\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n',
  'cgroup.procs': '10\n11\n',
};

t.test('rows of a cgroup and its processes, with rates from the second tick on', async (t) => {
  const tree = new FakeTree(t.testdir());
  const directory = tree.cgroup('web', CGROUP);
  tree.process(10);
  tree.process(11);
  const harness = new ShardHarness({ procRoot: tree.proc });
  t.teardown(() => harness.close());
  harness.send({ type: 'add', entities: [entityOf(3, { v2: directory }, '/web')] });
  const joined = harness.published();
  t.same(joined.containers.length, 1, 'a new entity has its row at once');
  t.same(joined.processes.length, 2);
  t.same(joined.ended, [], 'which ends no tick');
  t.notOk('cpu_usage_millicores' in joined.containers[0]!, 'the first reading has no rate');

  tree.cgroup('web', { 'cpu.stat': 'usage_usec 1250000\nuser_usec 700000\nsystem_usec 550000\n' });
  harness.tick();
  const { containers, processes, ended } = harness.published();
  t.equal(ended.length, 1);
  t.match(containers[0], {
    entity: 3,
    tick: 1_700_000_001,
    time: 1_700_000_001_000_000,
    cpu_usage_millicores: 250,
    cpu_user_millicores: 100,
    cpu_system_millicores: 150,
    cpu_limit_millicores: 500,
    cpu_usage_percent: 50,
    memory_percent: 50,
    memory_working_set_bytes: 7168,
    process_count: 2,
    thread_count: 2,
    rss_bytes: 2 * 394 * 4096,
    cpu_pressure_some_total_usec: 5,
  });
  t.match(processes[0], {
    pid: 10,
    start_time: 164534,
    stat_utime_usec: 2_500_000,
    schedstat_run_usec: 3_000_000,
    io_syscr: 1,
  });
  const texts = harness.messages().flatMap((message) => (message.type === 'processes' ? message.list : []));
  t.same(
    texts.map(({ comm, cmdline, exe }) => [comm, cmdline, exe]),
    [
      ['worker', 'worker --verbose', null],
      ['worker', 'worker --verbose', null],
    ],
    'texts are sent once',
  );
});

t.test('a quiet cgroup costs three reads a tick, and its rows stay true', async (t) => {
  const tree = new FakeTree(t.testdir());
  const directory = tree.cgroup('idle', CGROUP);
  tree.process(10);
  tree.process(11);
  const harness = new ShardHarness({ procRoot: tree.proc });
  t.teardown(() => harness.close());
  harness.send({ type: 'add', entities: [entityOf(3, { v2: directory }, '/idle')] });
  // Once it is no longer new, of which its settings are read at every tick.
  for (let tick = 0; tick < 7; tick++) harness.tick();
  harness.published();
  const before = harness.counters.get('reads');
  harness.tick();
  t.equal(harness.counters.get('reads') - before, 3, 'cpu.stat, memory.current and pids.current');
  const { containers, processes } = harness.published();
  t.match(containers[0], { cpu_usage_millicores: 0, memory_stat_anon_bytes: 4096, pids_current: 2, process_count: 2 });
  t.match(processes[1], { pid: 11, cpu_millicores: 0, io_rchar_bytes: 10, stat_rss_bytes: 394 * 4096 });

  tree.cgroup('idle', { 'memory.stat': 'anon 999\n' });
  for (let tick = 0; tick < 30; tick++) {
    harness.discard();
    harness.tick();
  }
  t.equal(harness.published().containers.at(-1)!['memory_stat_anon_bytes'], 999, 'it is refreshed all the same');
});

t.test(
  'limits that a runtime writes into a new cgroup are seen at the next tick, later ones within ten seconds',
  async (t) => {
    const tree = new FakeTree(t.testdir());
    const directory = tree.cgroup('new', { ...CGROUP, 'cpu.max': 'max 100000\n', 'memory.max': 'max\n' });
    const harness = new ShardHarness({ procRoot: tree.proc });
    t.teardown(() => harness.close());
    harness.send({ type: 'add', entities: [entityOf(3, { v2: directory }, '/new')] });
    harness.tick();
    const limits = (): unknown[] => {
      harness.tick();
      const row = harness.published().containers.at(-1)!;
      return [row['memory_max_bytes'] ?? null, row['cpu_limit_millicores']];
    };
    t.not(limits()[1], 500);
    tree.cgroup('new', { 'cpu.max': '50000 100000\n', 'memory.max': '65536\n' });
    t.same(limits(), [65536, 500]);
    for (let tick = 0; tick < 10; tick++) limits();
    tree.cgroup('new', { 'cpu.max': '20000 100000\n', 'memory.max': '32768\n' });
    const later = Array.from({ length: 10 }, limits);
    t.same(later.at(-1), [32768, 200]);
  },
);

t.test('a process that did not run is not read beyond schedstat', async (t) => {
  const tree = new FakeTree(t.testdir());
  const directory = tree.cgroup('busy', CGROUP);
  tree.process(10);
  tree.process(11);
  const harness = new ShardHarness({ procRoot: tree.proc });
  t.teardown(() => harness.close());
  harness.send({ type: 'add', entities: [entityOf(0, { v2: directory }, '/busy')] });
  harness.tick();
  harness.published();
  tree.cgroup('busy', { 'cpu.stat': 'usage_usec 1100000\nuser_usec 600000\nsystem_usec 500000\n' });
  tree.process(11, { schedstat: '3000100000 2000000 41\n', io: 'rchar: 77\n' });
  writeFileSync(join(tree.proc, '10', 'io'), 'rchar: 88\n');
  harness.tick();
  const { processes } = harness.published();
  t.match(processes[0], { pid: 10, io_rchar_bytes: 10 }, 'the one that slept keeps its values');
  t.match(processes[1], { pid: 11, io_rchar_bytes: 77, cpu_millicores: 0.1 });
  t.notOk('io_syscr' in processes[1]!, 'a key that vanished is absent');
});

t.test('memory that is taken from a process while it sleeps is seen', async (t) => {
  const tree = new FakeTree(t.testdir());
  const directory = tree.cgroup('swap', CGROUP);
  tree.process(10);
  tree.process(11);
  const harness = new ShardHarness({ procRoot: tree.proc });
  t.teardown(() => harness.close());
  harness.send({ type: 'add', entities: [entityOf(3, { v2: directory }, '/swap')] });
  harness.published();
  tree.cgroup('swap', { 'memory.current': '4096\n' });
  tree.process(11, { stat: `11 (worker) S 1 1 1 ${STAT_TAIL.replace(' 394 ', ' 100 ')}\n` });
  harness.tick();
  t.equal(harness.published().processes[1]!['stat_rss_bytes'], 100 * 4096);
});

t.test('a restart count that becomes known opens no file anew', async (t) => {
  const tree = new FakeTree(t.testdir());
  const directory = tree.cgroup('web', CGROUP);
  const harness = new ShardHarness({ procRoot: tree.proc });
  t.teardown(() => harness.close());
  const entity = entityOf(3, { v2: directory }, '/web');
  harness.send({ type: 'add', entities: [entity] });
  t.notOk('restart_count' in harness.published().containers[0]!);
  // What is open can still be read; what is opened anew is not there.
  rmSync(directory, { recursive: true });
  harness.send({ type: 'change', entities: [{ ...entity, identity: { ...entity.identity, restartCount: 2 } }] });
  harness.tick();
  t.match(harness.published().containers[0], { restart_count: 2, memory_current_bytes: 8192 });
});

t.test('what a controller has told is told by no other when it has gone', async (t) => {
  const root = t.testdir({
    cpuacct: { 'cpuacct.usage': '4000000000\n' },
    memory: { 'memory.usage_in_bytes': '8192\n', 'memory.max_usage_in_bytes': '16384\n' },
    unified: { 'cpu.stat': 'usage_usec 3536000\n', 'cgroup.events': 'populated 1\nfrozen 0\n' },
  });
  const [cpuacct, memory, v2] = ['cpuacct', 'memory', 'unified'].map((name) => join(root, name));
  const harness = new ShardHarness();
  t.teardown(() => harness.close());
  harness.send({ type: 'add', entities: [entityOf(0, { cpuacct: cpuacct!, memory: memory!, v2: v2! }, '/short')] });
  t.match(harness.published().containers, [{ cpu_stat_usage_usec: 4_000_000, memory_peak_bytes: 16384 }]);
  const entity = { ...entityOf(0, { v2: v2!, memory: memory! }, '/short'), lost: ['cpuacct'] as const };
  harness.send({ type: 'change', entities: [entity] });
  harness.tick();
  const [row] = harness.published().containers;
  t.equal(row?.['memory_current_bytes'], 8192);
  t.equal(row?.['cpu_stat_usage_usec'], undefined, 'neither that of another source nor an old one');
});

t.test('the list of processes is read only when it may have changed', async (t) => {
  const tree = new FakeTree(t.testdir());
  const directory = tree.cgroup('list', CGROUP);
  for (const pid of [10, 11, 12, 13]) tree.process(pid);
  const harness = new ShardHarness({ procRoot: tree.proc });
  t.teardown(() => harness.close());
  harness.send({ type: 'add', entities: [entityOf(3, { v2: directory }, '/list')] });
  harness.published();
  const pids = (usage: number): unknown[] => {
    tree.cgroup('list', { 'cpu.stat': `usage_usec ${usage}\nuser_usec 1\nsystem_usec 1\n` });
    harness.tick();
    return harness.published().processes.map(({ pid }) => pid);
  };
  tree.cgroup('list', { 'cgroup.procs': '10\n11\n12\n' });
  t.same(pids(1_100_000), [10, 11], 'two threads of two known processes are all tasks there are');
  tree.cgroup('list', { 'pids.current': '3\n' });
  t.same(pids(1_200_000), [10, 11, 12], 'a third task means that somebody came');
  writeFileSync(join(tree.proc, '11', 'stat'), '');
  tree.process(11, { stat: '', schedstat: '3000100000 2000000 41\n' });
  tree.cgroup('list', { 'cgroup.procs': '10\n12\n13\n' });
  t.same(pids(1_300_000), [10, 12, 13], 'somebody left, and another came in its place');
});

t.test('hostile processes harm nobody else', async (t) => {
  const tree = new FakeTree(t.testdir());
  const pids = [10, 20, 21, 22, 23, 24, 25];
  const directory = tree.cgroup('zoo', { ...CGROUP, 'cgroup.procs': `${pids.join('\n')}\n0\n` });
  tree.process(10);
  tree.process(20, { stat: `20 (a) b (c\n) S) R 1 1 1 ${STAT_TAIL}\n` });
  tree.process(21, { stat: Buffer.from(`21 (\xff\xfe) Z 1 1 1 ${STAT_TAIL}\n`, 'latin1'), cmdline: '' });
  tree.process(22, { stat: '22 (cut' });
  tree.process(23, { status: 'x'.repeat(300_000), io: 'rchar: 99999999999999999999999\n', schedstat: '' });
  tree.process(24, { stat: '' });
  // 25 has exited between the list and the reading: no directory.
  const harness = new ShardHarness({ procRoot: tree.proc });
  t.teardown(() => harness.close());
  harness.send({ type: 'add', entities: [entityOf(0, { v2: directory }, '/zoo')] });
  const { processes, containers } = harness.published();
  t.same(
    processes.map(({ pid }) => pid),
    [10, 20, 21, 23],
    'what is no process any more, or not readable as one, has no row',
  );
  t.match(processes[0], { io_rchar_bytes: 10, status_vm_peak_bytes: 3100 * 1024 });
  t.match(processes[2], { state: 'Z' });
  t.notOk('io_rchar_bytes' in processes[3]!, 'a number beyond 2^53 is absent, not wrong');
  t.equal(containers[0]!['process_count'], 4);
  harness.tick();
  t.ok(harness.counters.get('malformed') >= 2);
  const comms = harness.messages().flatMap((message) => (message.type === 'processes' ? message.list : []));
  t.same(comms.map(({ comm }) => comm).slice(0, 3), ['worker', 'a) b (c\n) S', '\ufffd\ufffd']);
});

t.test('an exec that keeps the name is seen by its new stack', async (t) => {
  const tree = new FakeTree(t.testdir());
  const directory = tree.cgroup('exec', { ...CGROUP, 'cgroup.procs': '10\n' });
  tree.process(10);
  const harness = new ShardHarness({ procRoot: tree.proc });
  t.teardown(() => harness.close());
  harness.send({ type: 'add', entities: [entityOf(0, { v2: directory }, '/exec')] });
  const before = harness.published().processes[0]!['process'];
  const stack = STAT_TAIL.replace('18446744073709551615 1 1 0', '18446744073709551615 1 1 140725');
  tree.process(10, { stat: `10 (worker) S 1 1 1 ${stack}\n`, cmdline: 'worker\0--other\0', schedstat: '9 9 99\n' });
  tree.cgroup('exec', { 'cpu.stat': 'usage_usec 2000000\nuser_usec 600000\nsystem_usec 500000\n' });
  harness.tick();
  t.not(harness.published().processes[0]!['process'], before);
  const texts = harness.messages().flatMap((message) => (message.type === 'processes' ? message.list : []));
  t.same(
    texts.map(({ cmdline }) => cmdline),
    ['worker --verbose', 'worker --other'],
  );
});

t.test('a pid that names another process is a new process', async (t) => {
  const tree = new FakeTree(t.testdir());
  const directory = tree.cgroup('reuse', { ...CGROUP, 'cgroup.procs': '10\n' });
  tree.process(10);
  const harness = new ShardHarness({ procRoot: tree.proc });
  t.teardown(() => harness.close());
  harness.send({ type: 'add', entities: [entityOf(0, { v2: directory }, '/reuse')] });
  harness.published();
  tree.process(10, { stat: `10 (other) S 1 1 1 ${STAT_TAIL.replace('164534', '999999')}\n`, schedstat: '10 10 1\n' });
  tree.cgroup('reuse', { 'cpu.stat': 'usage_usec 2000000\nuser_usec 600000\nsystem_usec 500000\n' });
  harness.tick();
  const first = harness.published().processes;
  harness.tick();
  const second = harness.published().processes;
  t.ok(
    first.every(({ start_time: start }) => start === 999999) && second.length === 1,
    'the old one has no row any more, the new one has',
  );
  t.match(second[0], { start_time: 999999 });
  const texts = harness.messages().flatMap((message) => (message.type === 'processes' ? message.list : []));
  t.same(
    texts.map(({ comm }) => comm),
    ['worker', 'other'],
  );
});

t.test('missed ticks, clock steps and a full ring are events, once', async (t) => {
  const tree = new FakeTree(t.testdir());
  const directory = tree.cgroup('x', { ...CGROUP, 'cgroup.procs': '' });
  const harness = new ShardHarness({ procRoot: tree.proc, slots: 2 });
  t.teardown(() => harness.close());
  harness.send({ type: 'add', entities: [entityOf(0, { v2: directory }, '/x')] });
  harness.published();
  harness.tick(11);
  harness.tick();
  harness.tick();
  const events = harness.messages().flatMap((message) => (message.type === 'event' ? [message.event] : []));
  t.same(
    events.map(({ type }) => type),
    ['ring_overrun'],
    'the ring had two slots and nobody drained it',
  );
  const stall = { type: 'ticks_missed', detail: { count: 10, from: 1_700_000_001, to: 1_700_000_010, shard: 0 } };
  t.match(harness.reports(), [{ event: stall }], 'main makes one event of it');
  harness.tick();
  t.same(harness.messages(), [], 'still full: said once');
  harness.published();
  harness.tick();
  t.equal(harness.published().containers.length, 1, 'drained: it goes on');
  t.equal(harness.counters.get('ticks_missed'), 10);
});

t.test('descriptors are bounded, and closed when their owner leaves', async (t) => {
  const tree = new FakeTree(t.testdir());
  const directory = tree.cgroup('many', CGROUP);
  tree.process(10);
  tree.process(11);
  const harness = new ShardHarness({ procRoot: tree.proc, openFilesLimit: 4 });
  t.teardown(() => harness.close());
  harness.send({ type: 'add', entities: [entityOf(0, { v2: directory }, '/many')] });
  harness.tick();
  t.ok(harness.counters.get('open_files') <= 4, `${harness.counters.get('open_files')} are open`);
  t.match(harness.published().processes[1], { io_rchar_bytes: 10 }, 'and everything is read all the same');
  harness.send({ type: 'remove', entities: [0] });
  harness.tick();
  t.equal(harness.counters.get('open_files'), 0);
  t.same(harness.published().containers, []);
});
