import { canCompile, NOBODY, Victim, whyNotAsNobody } from '@fgm/testkit';
import { mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { entityOf, ShardHarness, type Row } from '../harness/shard-harness.ts';

const MIB = 2 ** 20;
/** So small a budget that only walks in slices are short enough for it. */
const TINY_BUDGET_USEC = 200;
/** So large a one that nothing waits for it. */
const AMPLE_BUDGET_USEC = 1_000_000;
const skip = canCompile() ? false : 'needs a C compiler';

/** What the kernel sums up of a process that stands still. */
class Rollup {
  readonly #text: string;
  constructor(pid: number) {
    this.#text = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1');
  }
  bytes(key: string): number {
    return Number(new RegExp(`^${key}: +(\\d+) kB$`, 'm').exec(this.#text)![1]) * 1024;
  }
  get uss(): number {
    return this.bytes('Private_Clean') + this.bytes('Private_Dirty');
  }
}

/** A shard that samples the processes of a cgroup made of ordinary files. */
class Watched {
  readonly harness: ShardHarness;

  constructor(t: Test, pids: readonly number[], options: ConstructorParameters<typeof ShardHarness>[0] = {}) {
    const directory = join(t.testdir(), 'cgroup');
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'cgroup.procs'), pids.map((pid) => `${pid}\n`).join(''));
    this.harness = new ShardHarness({ memory: 'rollup', walkBudgetUsec: AMPLE_BUDGET_USEC, ...options });
    t.teardown(() => this.harness.close());
    this.harness.send({ type: 'add', entities: [entityOf(0, { v2: directory })] });
  }

  /** Lets the walks in slices go on until they are done, time passing as their budget needs it. */
  background(): void {
    const { walks, context } = this.harness.shard;
    for (let round = 0; walks.count > 0; round++) {
      if (round > 1e6) throw new Error('the walks do not end');
      this.harness.clock.now += walks.work(context, 500);
    }
  }

  /** The rows of the next tick. */
  tick(): { readonly container: Row; readonly process: (pid: number) => Row } {
    this.harness.tick();
    const { containers, processes } = this.harness.published();
    const process = (pid: number): Row => processes.findLast((row) => row['pid'] === pid)!;
    return { container: containers.at(-1)!, process };
  }

  counted(prefix: string): number {
    const { counters } = this.harness;
    return counters.names.filter((name) => name.startsWith(prefix)).reduce((sum, name) => sum + counters.get(name), 0);
  }
}

/** Descriptors of this process on files that walks in slices read. */
function openWalkFiles(): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const target = readlinkSync(`/proc/self/fd/${fd}`);
      return /^\/proc\/\d+\/(pagemap|maps)$/.test(target) ? [target] : [];
    } catch {
      return []; // that of the listing itself
    }
  });
}

async function victim(t: Test, ...orders: readonly (readonly [string, ...(string | number)[]])[]): Promise<number> {
  const started = await Victim.start();
  t.teardown(() => started.kill());
  for (const order of orders) await started.order(...order);
  process.kill(started.pid, 'SIGSTOP');
  return started.pid;
}

/** USS is exact to the byte, and PSS within its bounds. */
function agrees(t: Test, row: Row, pid: number, name: string): void {
  const rollup = new Rollup(pid);
  t.equal(row['memory_method'], 'pagemap', name);
  t.equal(row['uss_bytes'], rollup.uss, `${name}: ${rollup.uss / 1024} kB are its own`);
  const [lower, pss, upper] = [row['pss_lower_bytes'] as number, rollup.bytes('Pss'), row['pss_upper_bytes'] as number];
  t.ok(lower <= pss && pss <= upper, `${name}: PSS ${pss} is between ${lower} and ${upper}`);
}

type Orders = readonly (readonly [string, ...(string | number)[]])[];
const KINDS: readonly (readonly [string, Orders])[] = [
  ['memory of its own', [['small', 40 * MIB]]],
  [
    'copy-on-write with children',
    [
      ['small', 20 * MIB],
      ['fork', 2],
      ['small', 10 * MIB],
    ],
  ],
  ['shared memory that nobody else maps', [['share', 30 * MIB]]],
  ['a mapped file', [['map', process.execPath]]],
  ['transparent huge pages', [['huge', 64 * MIB]]],
  [
    'huge pages split between parent and child',
    [
      ['huge', 16 * MIB],
      ['fork', 1],
    ],
  ],
  [
    'the page of zeroes',
    [
      ['zero', 20 * MIB],
      ['small', 5 * MIB],
    ],
  ],
  [
    'address space that is only reserved',
    [
      ['reserve', 16 * 1024 * MIB],
      ['small', 5 * MIB],
    ],
  ],
  [
    'many regions',
    [
      ['regions', 2_000],
      ['small', 5 * MIB],
    ],
  ],
];

t.test('a walk in slices gives USS exactly and PSS in bounds', { skip }, async (t) => {
  for (const [name, orders] of KINDS) {
    const pid = await victim(t, ...orders);
    const watched = new Watched(t, [pid], { walkBudgetUsec: TINY_BUDGET_USEC });
    t.match(watched.harness.published().processes[0], { memory_method: 'none' }, `${name}: not at once`);
    watched.background();
    const row = watched.tick().process(pid);
    agrees(t, row, pid, name);
    t.notOk('smaps_rollup_pss_bytes' in row, 'what only smaps_rollup tells is absent');
    t.same(openWalkFiles(), [], 'its files are closed');
  }
});

t.test('a file that two processes map', { skip }, async (t) => {
  const file = join(t.testdir({ data: Buffer.alloc(8 * MIB, 1) }), 'data');
  const pids = [await victim(t, ['map', file], ['small', 4 * MIB]), await victim(t, ['map', file], ['small', 4 * MIB])];
  const watched = new Watched(t, pids, { walkBudgetUsec: TINY_BUDGET_USEC });
  watched.harness.published();
  watched.background();
  const { process } = watched.tick();
  for (const pid of pids) {
    agrees(t, process(pid), pid, 'one of two');
    const shared = (process(pid)['pss_upper_bytes'] as number) - (process(pid)['uss_bytes'] as number);
    t.ok(shared >= 4 * MIB, 'the bounds leave room for what is shared');
  }
});

t.test('the method follows what a walk costs', { skip }, async (t) => {
  const small = await victim(t, ['small', 4 * MIB]);
  const large = await victim(t, ['small', 150 * MIB]);
  const watched = new Watched(t, [small, large]);
  const first = watched.harness.published();
  t.match(first.processes[0], { pid: small, memory_method: 'rollup', memory_age_ticks: 0 }, 'a small one at once');
  t.match(first.processes[1], { pid: large, memory_method: 'none' }, 'one that might be stalled is not');
  t.match(first.containers[0], { pss_coverage: 0.5, uss_coverage: 0.5, process_count: 2 });
  t.equal(first.containers[0]!['pss_bytes'], first.processes[0]!['smaps_rollup_pss_bytes']);
  watched.background();
  const { container, process } = watched.tick();
  agrees(t, process(large), large, 'a large one in slices');
  t.match(process(large), { memory_age_ticks: 1 });
  t.match(process(small), { memory_method: 'reused', memory_age_ticks: 1 });
  const sum = (column: string): number => (process(small)[column] as number) + (process(large)[column] as number);
  t.match(container, {
    uss_bytes: sum('uss_bytes'),
    pss_lower_bytes: sum('pss_lower_bytes'),
    pss_upper_bytes: sum('pss_upper_bytes'),
    pss_bytes: process(small)['smaps_rollup_pss_bytes'],
    pss_coverage: 0.5,
    uss_coverage: 1,
  });
  t.match(watched.tick().process(large), { memory_method: 'reused', memory_age_ticks: 2 }, 'it has not run since');
  t.equal(watched.counted('walks_pagemap'), 1);
  t.ok(watched.counted('walk_usec_pagemap_container') > 0);
  t.ok(watched.counted('walks_unchanged') >= 2);
});

t.test('a large one whose walk turns out to be short is read in one go from then on', { skip }, async (t) => {
  const { pid, order } = await Victim.start().then((one) => {
    t.teardown(() => one.kill());
    return { pid: one.pid, order: one.order.bind(one) };
  });
  await order('huge', 96 * MIB);
  const watched = new Watched(t, [pid]);
  t.match(watched.harness.published().processes[0], { memory_method: 'none' }, 'nobody knows of its huge pages');
  watched.background();
  t.equal(watched.harness.shard.context.walks.walks[2], 1);
  watched.tick();
  // More than the clock tick of 10 ms in which the kernel tells CPU time.
  await order('cpu', 25);
  const row = watched.tick().process(pid);
  t.match(row, { memory_method: 'rollup', memory_age_ticks: 0 });
  t.equal(row['smaps_rollup_anon_huge_pages_bytes'], new Rollup(pid).bytes('AnonHugePages'));
});

t.test('a process that grows is not stalled by a method that was right before', { skip }, async (t) => {
  const grown = await Victim.start();
  t.teardown(() => grown.kill());
  await grown.order('small', 4 * MIB);
  const watched = new Watched(t, [grown.pid]);
  t.match(watched.harness.published().processes[0], { memory_method: 'rollup' });
  await grown.order('small', 200 * MIB);
  const row = watched.tick().process(grown.pid);
  t.match(row, { memory_method: 'reused', memory_age_ticks: 1 });
  watched.background();
  agrees(t, watched.tick().process(grown.pid), grown.pid, 'in slices from now on');
  watched.background();
  await grown.order('free');
  t.match(watched.tick().process(grown.pid), { memory_method: 'rollup' }, 'and back when it has shrunk');
});

t.test('a process that ends, or leaves, while it is walked', { skip }, async (t) => {
  const [dying, leaving] = [await Victim.start(), await Victim.start()];
  t.teardown(() => Promise.all([dying.kill(), leaving.kill()]));
  for (const one of [dying, leaving]) await one.order('small', 400 * MIB);
  const watched = new Watched(t, [dying.pid, leaving.pid]);
  const { shard } = watched.harness;
  for (let step = 0; step < 3; step++) shard.walks.work(shard.context, 500);
  t.equal(shard.walks.count, 2);
  await dying.kill();
  watched.background();
  watched.harness.published();
  const { process } = watched.tick();
  t.equal(process(dying.pid), undefined, 'who has ended has no row');
  t.match(process(leaving.pid), { memory_method: 'pagemap' }, 'the other has');
  await leaving.order('small', 1 * MIB);
  watched.tick();
  shard.walks.work(shard.context, 500);
  t.equal(shard.walks.count, 1);
  watched.harness.send({ type: 'remove', entities: [0] });
  watched.harness.tick();
  t.equal(shard.walks.count, 0, 'who is sampled no more is not walked either');
  t.same(openWalkFiles(), []);
  t.same(watched.harness.errors.entries(), [], 'no error');
});

t.test('full smaps, on request and within the budget', { skip }, async (t) => {
  const small = await victim(t, ['small', 1 * MIB]);
  const large = await victim(t, ['small', 300 * MIB]);
  const frugal = new Watched(t, [small, large], { memory: 'full', walkBudgetUsec: 20_000 });
  const first = frugal.harness.published();
  t.match(first.processes[0], { memory_method: 'smaps' });
  t.match(first.processes[1], { memory_method: 'none' });
  t.ok(first.mappings.length > 3 && first.mappings.every((row) => row['pid'] === small));
  frugal.background();
  agrees(t, frugal.tick().process(large), large, 'too large for its budget');
  const generous = new Watched(t, [large], { memory: 'full' });
  const { processes, mappings } = generous.harness.published();
  t.match(processes[0], { memory_method: 'smaps', uss_bytes: new Rollup(large).uss });
  t.ok(mappings.length > 3, 'with a larger budget it is read');
});

t.test('a process that is read again in its first tick has its mappings once', { skip }, async (t) => {
  const born = await Victim.start();
  t.teardown(() => born.kill());
  const watched = new Watched(t, [born.pid], { memory: 'full' });
  // The kernel tells that there are processes in the cgroup when the first one has just been read.
  await born.order('small', 1 * MIB);
  watched.harness.send({ type: 'written', written: [{ entity: 0, files: ['cgroup.events'] }] });
  await born.order('small', 1 * MIB);
  watched.harness.tick();
  const { mappings } = watched.harness.published();
  const keys = mappings.map((row) => `${row['tick']} ${row['pid']} ${row['mapping']}`);
  t.equal(new Set(mappings.map((row) => row['tick'])).size, 2);
  t.same(
    keys.filter((key, index) => keys.indexOf(key) !== index),
    [],
  );
});

t.test('full smaps of very many regions are given up, and not tried at once again', { skip }, async (t) => {
  const pid = await victim(t, ['regions', 20_000]);
  const watched = new Watched(t, [pid], { memory: 'full', walkBudgetUsec: 5_000 });
  const { context } = watched.harness.shard;
  watched.harness.published();
  watched.background();
  const after = context.walks.usec.reduce((sum, usec) => sum + usec, 0);
  watched.harness.clock.now += 60_000;
  const rows = [watched.tick(), watched.tick(), watched.tick()];
  watched.background();
  rows.push(watched.tick());
  t.ok(
    rows.every(({ process }) => process(pid)['memory_method'] !== 'smaps'),
    'it would take a hundred milliseconds',
  );
  t.ok(after > 0 && context.walks.walks[1] === 0);
  t.equal(rows.at(-1)!.process(pid)['uss_bytes'], new Rollup(pid).uss);
});

t.test(
  'who may not look says so, and counts one error',
  { skip: skip || whyNotAsNobody(import.meta.dirname) },
  async (t) => {
    for (const [mebibytes, file] of [
      [1, 'smaps_rollup'],
      [150, 'pagemap'],
    ] as const) {
      const pid = await victim(t, ['small', mebibytes * MIB]);
      const directory = t.testdir({ 'cgroup.procs': `${pid}\n` });
      const harness = new ShardHarness({ memory: 'rollup' });
      t.teardown(() => harness.close());
      process.seteuid!(NOBODY);
      try {
        harness.send({ type: 'add', entities: [entityOf(0, { v2: directory })] });
        while (harness.shard.walks.work(harness.shard.context, 500) < Infinity);
        harness.published();
        harness.tick();
        harness.tick();
      } finally {
        process.seteuid!(0);
      }
      const row = harness.published().processes.at(-1)!;
      t.match(row, { pid, memory_method: 'none' }, `${mebibytes} MiB`);
      t.notOk('uss_bytes' in row);
      const errors = harness.errors.entries().filter((entry) => entry.file === file);
      t.same(
        errors.map(({ errno, count }) => [errno, count]),
        [['EACCES', 1]],
        'not one for each tick',
      );
    }
  },
);

t.test('hugetlbfs that cannot be told apart', async (t) => {
  const directory = t.testdir({
    cgroup: { 'cgroup.procs': '10\n' },
    proc: { 10: fakeProcess({ hugetlbKilobytes: 2048, regions: ['10000-20000 rw-p 0 0:0 0 /dev/hugepages/x'] }) },
  });
  const harness = new ShardHarness({ memory: 'rollup', procRoot: join(directory, 'proc') });
  t.teardown(() => harness.close());
  harness.send({ type: 'add', entities: [entityOf(0, { v2: join(directory, 'cgroup') })] });
  while (harness.shard.walks.work(harness.shard.context, 500) < Infinity);
  harness.published();
  harness.tick();
  const row = harness.published().processes[0]!;
  t.match(row, { pid: 10, memory_method: 'none', status_hugetlb_pages_bytes: 2 * MIB });
  t.notOk('uss_bytes' in row, 'gives no figure rather than one that is too large');
  t.equal(harness.shard.context.walks.walks[2], 1, 'though it was walked');
});

/** The files of a process with a gigabyte of resident memory. */
function fakeProcess({ hugetlbKilobytes, regions }: { hugetlbKilobytes: number; regions: readonly string[] }) {
  const tail = `0 -1 0 0 0 0 0 250 50 0 0 20 0 1 0 77 3133440 262144 18446744073709551615 ${'1 '.repeat(26)}`;
  const entries = Buffer.alloc(64 * 8);
  for (let page = 16; page < 32; page++) entries.writeBigUInt64LE((1n << 63n) | (1n << 56n), page * 8);
  return {
    stat: `10 (huge) S 1 1 1 ${tail}\n`,
    status: `Name:\thuge\nVmPTE:\t 2048 kB\nHugetlbPages:\t ${hugetlbKilobytes} kB\n`,
    maps: regions.map((line) => `${line}\n`).join(''),
    pagemap: entries,
  };
}
