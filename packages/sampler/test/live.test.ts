import { CgroupSandbox, whyNoCgroups } from '@fgm/testkit';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { entityOf, ShardHarness, type Row } from './harness/shard-harness.ts';

/** Burns CPU, writes to a file and allocates, without end. */
const BUSY = `
  const fs = require('node:fs');
  const kept = [];
  const out = fs.openSync(process.argv[1], 'w');
  process.stdout.write('up\\n');
  for (let round = 0; ; round++) {
    if (kept.length < 200) kept.push(Buffer.alloc(65536, round));
    fs.writeSync(out, 'x'.repeat(100), 0);
    for (let i = 0; i < 1e5; i++);
  }`;

/** One number of a kernel file, in the recorder's unit: what stands behind `key`, or the whole file. */
type Probe = readonly [column: string, file: string, key: RegExp, factor: number];

const PROCESS_PROBES: readonly Probe[] = [
  ['stat_minflt', 'stat', /\) \S(?: -?\d+){6} (\d+)/, 1],
  ['stat_utime_usec', 'stat', /\) \S(?: -?\d+){10} (\d+)/, 10_000],
  ['stat_stime_usec', 'stat', /\) \S(?: -?\d+){11} (\d+)/, 10_000],
  ['schedstat_run_usec', 'schedstat', /^(\d+)/, 1e-3],
  ['schedstat_timeslices', 'schedstat', /^\d+ \d+ (\d+)/, 1],
  ['io_wchar_bytes', 'io', /wchar: (\d+)/, 1],
  ['io_syscw', 'io', /syscw: (\d+)/, 1],
  ['status_nonvoluntary_ctxt_switches', 'status', /nonvoluntary_ctxt_switches:\t(\d+)/, 1],
];

const V1_PROBES: readonly (readonly [hierarchy: 'memory' | 'cpuacct', ...Probe])[] = [
  ['cpuacct', 'cpu_stat_usage_usec', 'cpuacct.usage', /^(\d+)/, 1e-3],
  ['cpuacct', 'cpu_stat_user_usec', 'cpuacct.usage_user', /^(\d+)/, 1e-3],
  ['memory', 'memory_stat_pgfault', 'memory.stat', /total_pgfault (\d+)/, 1],
];

const V2_PROBES: readonly Probe[] = [
  ['cpu_pressure_some_total_usec', 'cpu.pressure', /some .*total=(\d+)/, 1],
  ['cpu_stat_usage_usec', 'cpu.stat', /usage_usec (\d+)/, 1],
];

function read(directory: string, [, file, key, factor]: Probe): number {
  const text = readFileSync(join(directory, file), 'utf8');
  return Math.floor(Number(key.exec(text)![1]) * factor);
}

/**
 * The kernel accounts a running task's CPU time at its scheduler ticks. What the recorder repeats may be that old; ticks a
 * millisecond apart, as here, would see it, so each round waits until the CPU time has moved.
 */
class AccountedCpu {
  readonly #file: string;
  #last = '';
  constructor(file: string) {
    this.#file = file;
  }
  untilMoved(): void {
    for (let attempt = 0; attempt < 1e6; attempt++) {
      const text = readFileSync(this.#file, 'utf8');
      if (text === this.#last) continue;
      this.#last = text;
      return;
    }
    throw new Error(`${this.#file} does not move`);
  }
}

interface Bracket {
  readonly column: string;
  readonly before: number;
  readonly after: number;
}

t.test('every counter lies between what the kernel says before and after', { skip: whyNoCgroups() }, async (t) => {
  const sandbox = new CgroupSandbox('fgm-live');
  t.teardown(() => sandbox.close());
  const child = spawn(process.execPath, ['-e', BUSY, '/dev/null'], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.teardown(() => child.kill('SIGKILL'));
  sandbox.move(child.pid!);
  await once(child.stdout, 'data');
  const { directories } = sandbox;
  const entity = {
    ...entityOf(1, directories, sandbox.path),
    processDirectories: [directories.pids ?? directories.v2!],
  };
  const harness = new ShardHarness({ memory: 'rollup' });
  t.teardown(() => harness.close());
  harness.send({ type: 'add', entities: [entity] });
  harness.published();

  const probes: (readonly [string, 'containers' | 'processes', Probe])[] = PROCESS_PROBES.map((probe) => [
    `/proc/${child.pid}`,
    'processes',
    probe,
  ]);
  for (const [hierarchy, ...probe] of V1_PROBES) {
    const directory = directories[hierarchy];
    if (directory !== undefined) probes.push([directory, 'containers', probe]);
  }
  const v2Owned = directories.cpuacct !== undefined;
  for (const probe of V2_PROBES) {
    if (directories.v2 !== undefined && (!v2Owned || probe[1].endsWith('pressure')))
      probes.push([directories.v2, 'containers', probe]);
  }
  let compared = 0;
  let moved = 0;
  const accounted = new AccountedCpu(
    directories.cpuacct === undefined ? join(directories.v2!, 'cpu.stat') : join(directories.cpuacct, 'cpuacct.usage'),
  );
  for (let round = 0; round < 200; round++) {
    accounted.untilMoved();
    const before = probes.map(([directory, , probe]) => read(directory, probe));
    harness.tick();
    const after = probes.map(([directory, , probe]) => read(directory, probe));
    const rows = harness.published();
    for (const [index, [, table, [column]]] of probes.entries()) {
      const value = rows[table][0]?.[column] as number;
      const bracket: Bracket = { column, before: before[index]!, after: after[index]! };
      if (!(value >= bracket.before && value <= bracket.after)) t.fail(`${column} is ${value}`, { bracket });
      compared++;
      if (bracket.after > bracket.before) moved++;
    }
  }
  t.ok(compared >= 200 * PROCESS_PROBES.length, `${compared} comparisons`);
  t.ok(moved >= 20, `of which ${moved} had a counter that moved in between`);
});

t.test('memory of a process adds up', { skip: whyNoCgroups() }, async (t) => {
  const sandbox = new CgroupSandbox('fgm-memory');
  t.teardown(() => sandbox.close());
  const child = spawn('sleep', ['1000'], { stdio: 'ignore' });
  t.teardown(() => child.kill('SIGKILL'));
  sandbox.move(child.pid!);
  const { directories } = sandbox;
  const entity = {
    ...entityOf(1, directories, sandbox.path),
    processDirectories: [directories.pids ?? directories.v2!],
  };
  for (const memory of ['rollup', 'full'] as const) {
    // A budget that the slowest machine can keep: this is about figures, not about time.
    const harness = new ShardHarness({ memory, walkBudgetUsec: 1_000_000 });
    harness.send({ type: 'add', entities: [entity] });
    const { processes, mappings, containers } = harness.published();
    const process = processes[0]!;
    t.equal(process['memory_method'], memory === 'full' ? 'smaps' : 'rollup');
    const rollup = readFileSync(`/proc/${child.pid}/smaps_rollup`, 'utf8');
    const kilobytes = (key: string): number => Number(new RegExp(`^${key}: +(\\d+) kB`, 'm').exec(rollup)![1]);
    t.equal(process['uss_bytes'], (kilobytes('Private_Clean') + kilobytes('Private_Dirty')) * 1024);
    t.equal(process['smaps_rollup_rss_bytes'], kilobytes('Rss') * 1024);
    t.equal(containers[0]!['uss_bytes'], process['uss_bytes']);
    t.equal(containers[0]!['pss_coverage'], 1);
    if (memory === 'full') {
      const sum = (column: string): number => mappings.reduce((total, row: Row) => total + (row[column] as number), 0);
      t.equal(sum('smaps_rss_bytes'), process['smaps_rollup_rss_bytes']);
      t.equal(sum('smaps_private_dirty_bytes'), kilobytes('Private_Dirty') * 1024);
      const names = harness.messages().flatMap((message) => (message.type === 'names' ? message.list : []));
      t.ok(names.some(({ name }) => name === '[stack]') && names.some(({ name }) => name.endsWith('/sleep')));
      t.equal(new Set(mappings.map((row) => row['mapping'])).size, mappings.length, 'one row per name');
    } else t.same(mappings, []);
    harness.close();
  }
});

t.test('processes that come and go are followed, and a removed cgroup ends', { skip: whyNoCgroups() }, async (t) => {
  const sandbox = new CgroupSandbox('fgm-exit');
  t.teardown(() => sandbox.close());
  const first = spawn('sleep', ['1000'], { stdio: 'ignore' });
  sandbox.move(first.pid!);
  const { directories } = sandbox;
  const entity = {
    ...entityOf(1, directories, sandbox.path),
    processDirectories: [directories.pids ?? directories.v2!],
  };
  const harness = new ShardHarness();
  t.teardown(() => harness.close());
  harness.tick();
  harness.published();
  const ofNode = harness.counters.get('open_files');
  harness.send({ type: 'add', entities: [entity] });
  t.same(pids(harness.published().processes), [first.pid]);
  const second = spawn('sleep', ['1000'], { stdio: 'ignore' });
  sandbox.move(second.pid!);
  harness.tick();
  t.same(
    pids(harness.published().processes),
    [first.pid, second.pid].sort((a, b) => a! - b!),
  );
  const exited = once(first, 'exit');
  first.kill('SIGKILL');
  await exited;
  harness.tick();
  t.same(pids(harness.published().processes), [second.pid]);
  const gone = once(second, 'exit');
  second.kill('SIGKILL');
  await gone;
  sandbox.remove();
  harness.tick();
  const { containers, processes } = harness.published();
  t.same([containers, processes], [[], []], 'no row after the last');
  t.equal(harness.counters.get('open_files'), ofNode, 'and no descriptor but those of the node');
});

function pids(rows: readonly Row[]): unknown[] {
  return rows.map(({ pid }) => pid).sort((a, b) => (a as number) - (b as number));
}
