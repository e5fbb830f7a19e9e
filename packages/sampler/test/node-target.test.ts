import { readFileSync } from 'node:fs';
import t from 'tap';
import { GroupUsage } from '../src/group/group-usage.ts';
import { ShardHarness, type Row } from './harness/shard-harness.ts';

type Probe = readonly [column: string, file: string, key: RegExp, factor: number];

/** Counters that the kernel does not let fall. */
const COUNTERS: readonly Probe[] = [
  ['stat_cpu_user_usec', 'stat', /^cpu +(\d+)/, 10_000],
  ['stat_cpu_system_usec', 'stat', /^cpu +\d+ \d+ (\d+)/, 10_000],
  ['stat_ctxt', 'stat', /^ctxt (\d+)/m, 1],
  ['stat_intr', 'stat', /^intr (\d+)/m, 1],
  ['stat_softirq', 'stat', /^softirq (\d+)/m, 1],
  ['stat_processes', 'stat', /^processes (\d+)/m, 1],
  ['uptime_usec', 'uptime', /^(\d+\.\d+)/, 1e6],
  ['vmstat_pgfault', 'vmstat', /^pgfault (\d+)/m, 1],
  ['vmstat_pgpgout_bytes', 'vmstat', /^pgpgout (\d+)/m, 1024],
  ['vmstat_pgfree', 'vmstat', /^pgfree (\d+)/m, 1],
  ['cpu_pressure_some_total_usec', 'pressure/cpu', /^some .*total=(\d+)/, 1],
  ['memory_pressure_full_total_usec', 'pressure/memory', /^full .*total=(\d+)/m, 1],
];

/** What stays as it is on any machine while a test runs. */
const CONSTANTS: readonly Probe[] = [
  ['stat_btime_usec', 'stat', /^btime (\d+)/m, 1e6],
  ['meminfo_mem_total_bytes', 'meminfo', /^MemTotal: +(\d+)/, 1024],
  ['meminfo_hugepagesize_bytes', 'meminfo', /^Hugepagesize: +(\d+)/m, 1024],
  ['meminfo_huge_pages_total', 'meminfo', /^HugePages_Total: +(\d+)/m, 1],
  ['meminfo_commit_limit_bytes', 'meminfo', /^CommitLimit: +(\d+)/m, 1024],
];

/** Undefined where this kernel has no such file or key. */
function read([, file, key, factor]: Probe): number | undefined {
  try {
    const found = key.exec(readFileSync(`/proc/${file}`, 'utf8'))?.[1];
    return found === undefined ? undefined : Math.round(Number(found) * factor);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
}

function node(harness: ShardHarness): Row {
  const rows = harness.published().node;
  if (rows.length !== 1) throw new Error(`one row a tick, found ${rows.length}`);
  return rows[0]!;
}

const skip = process.platform !== 'linux' && 'needs /proc';

t.test('every counter lies between what the kernel says before and after', { skip }, async (t) => {
  const harness = new ShardHarness();
  t.teardown(() => harness.close());
  let compared = 0;
  let moved = 0;
  for (let round = 0; round < 300; round++) {
    const before = COUNTERS.map(read);
    harness.tick();
    const row = node(harness);
    const after = COUNTERS.map(read);
    for (const [index, [column]] of COUNTERS.entries()) {
      const [low, high] = [before[index], after[index]];
      const value = row[column] as number | undefined;
      if (low === undefined || high === undefined) {
        if (value !== undefined) t.fail(`${column} is ${value}, and the kernel does not say it`);
        continue;
      }
      if (!(value !== undefined && value >= low && value <= high)) t.fail(`${column} is ${value}`, { low, high });
      compared++;
      if (high > low) moved++;
    }
  }
  t.ok(compared >= 300 * 8, `${compared} comparisons`);
  t.ok(moved >= 300, `of which ${moved} had a counter that moved in between`);
});

t.test('what does not change is what the kernel says', { skip }, async (t) => {
  const harness = new ShardHarness();
  t.teardown(() => harness.close());
  harness.tick();
  const row = node(harness);
  for (const probe of CONSTANTS) t.equal(row[probe[0]], read(probe), probe[0]);
  t.ok((row['stat_cpus_online'] as number) > 0);
  t.ok(Math.abs((row['loadavg_1m'] as number) - Number(readFileSync('/proc/loadavg', 'utf8').split(' ')[0])) < 1);
});

t.test('one shard of many records the node', { skip }, async (t) => {
  const harness = new ShardHarness({ shard: 1, shards: 2, groupUsage: new GroupUsage(2).buffer });
  t.teardown(() => harness.close());
  harness.tick();
  t.same(harness.published().node, []);
});

t.test('what is missing is absent, and is no error', async (t) => {
  const procRoot = t.testdir({ uptime: '12.34 5.00\n', meminfo: 'MemTotal: 5 kB\nMemFree: x kB\n' });
  const harness = new ShardHarness({ procRoot });
  t.teardown(() => harness.close());
  harness.tick();
  const { time, tick, ...values } = node(harness);
  t.ok(typeof time === 'number' && typeof tick === 'number');
  t.same(values, { uptime_usec: 12_340_000, uptime_idle_usec: 5_000_000 });
  t.same(harness.errors.entries(), []);
  t.equal(harness.counters.get('malformed'), 1, 'what makes no sense is counted');
});
