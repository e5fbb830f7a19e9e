/**
 * Every counter of processes that are at work, many times over: what the recorder says lies between what the kernel says
 * before and after. The kernel's files are read here a second way, by splitting text, with nothing of the recorder's.
 */
import { PROCESS_METRICS, type Column } from '@fgm/catalog';
import { CgroupSandbox, whyNoCgroups } from '@fgm/testkit';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { entityOf, ShardHarness } from './harness/shard-harness.ts';

const PROCESSES = 12;
const WANTED = 100_000;
/** Burns CPU, reads, writes, faults and sleeps a little, without end. */
const WORK = `
  const fs = require('node:fs');
  const [source, sink] = [fs.openSync('/proc/self/statm'), fs.openSync('/dev/null', 'w')];
  const bytes = Buffer.alloc(64);
  process.stdout.write('up\\n');
  (function again() {
    for (let i = 0; i < 20; i++) fs.readSync(source, bytes, 0, 64, 0);
    fs.writeSync(sink, Buffer.alloc(200_000, 1));
    for (let i = 0; i < 1e5; i++);
    setTimeout(again, Math.random() * 3);
  })();`;

/** Numbers of one kernel file by the key that the catalog gives them, in the recorder's units. */
type Slow = (text: string) => ReadonlyMap<string, number>;

/** Fields of /proc/PID/stat behind the name, by their number in proc(5). */
const STAT_FIELDS = { minflt: 10, cminflt: 11, majflt: 12, cmajflt: 13, utime: 14, stime: 15, cutime: 16, cstime: 17 };
const JIFFY_USEC = 10_000;

const SLOW: Readonly<Record<string, Slow>> = {
  stat: (text) => {
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const value = (name: string, number: number): number =>
      Number(fields[number - 3]) * (name.endsWith('time') ? JIFFY_USEC : 1);
    return new Map(Object.entries(STAT_FIELDS).map(([name, number]) => [name, value(name, number)]));
  },
  schedstat: (text) => {
    const [run, delay, timeslices] = text.trim().split(' ').map(Number);
    return new Map([
      ['run', Math.floor(run! / 1000)],
      ['run_delay', Math.floor(delay! / 1000)],
      ['timeslices', timeslices!],
    ]);
  },
  io: keyed,
  status: keyed,
};

function keyed(text: string): ReadonlyMap<string, number> {
  const lines = text.trimEnd().split('\n');
  return new Map(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), Number.parseInt(line.slice(colon + 1).trim(), 10)];
    }),
  );
}

interface Probe {
  readonly column: string;
  readonly file: string;
  readonly key: string;
}

const COUNTERS: readonly Probe[] = PROCESS_METRICS.flatMap(({ kind, name, source, key }: Column) => {
  const file = source.replace('/proc/PID/', '');
  return kind === 'counter' && key !== undefined && file in SLOW ? [{ column: name, file, key }] : [];
});

/** All counters of one process, as the kernel says them now. */
function told(pid: number): ReadonlyMap<string, number> {
  const files = new Map(
    Object.entries(SLOW).map(([file, slow]) => [file, slow(readFileSync(`/proc/${pid}/${file}`, 'utf8'))]),
  );
  return new Map(
    COUNTERS.flatMap(({ column, file, key }) => {
      const value = files.get(file)!.get(key);
      return value === undefined ? [] : [[column, value] as const];
    }),
  );
}

async function start(sandbox: CgroupSandbox): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['-e', WORK], { stdio: ['ignore', 'pipe', 'inherit'] });
  sandbox.move(child.pid!);
  await once(child.stdout, 'data');
  return child;
}

t.test('counters of processes at work', { skip: whyNoCgroups(), timeout: 180_000 }, async (t) => {
  const sandbox = new CgroupSandbox('fgm-bracket');
  const children: ChildProcess[] = [];
  t.teardown(() => {
    for (const child of children) child.kill('SIGKILL');
    sandbox.close();
  });
  for (let number = 0; number < PROCESSES; number++) children.push(await start(sandbox));
  const { directories } = sandbox;
  const processDirectories = [directories.pids ?? directories.v2!];
  const harness = new ShardHarness();
  t.teardown(() => harness.close());
  harness.send({ type: 'add', entities: [{ ...entityOf(1, directories, sandbox.path), processDirectories }] });
  harness.published();

  // What the kernel has accounted of a running task moves with its scheduler's ticks, and what it has not cannot be seen.
  const accounted = directories.cpuacct === undefined ? 'cpu.stat' : 'cpuacct.usage';
  const usage = join(directories.cpuacct ?? directories.v2!, accounted);
  const moved = new Map<string, number>();
  let compared = 0;
  for (let last = ''; compared < WANTED;) {
    let now = readFileSync(usage, 'utf8');
    while (now === last) now = readFileSync(usage, 'utf8');
    last = now;
    const before = children.map(({ pid }) => told(pid!));
    harness.tick();
    const after = children.map(({ pid }) => told(pid!));
    const rows = new Map(harness.published().processes.map((row) => [row['pid'], row]));
    for (const [index, { pid }] of children.entries()) {
      for (const [column, low] of before[index]!) {
        const value = rows.get(pid)?.[column];
        const high = after[index]!.get(column)!;
        compared++;
        if (high > low) moved.set(column, (moved.get(column) ?? 0) + 1);
        if (typeof value === 'number' && value >= low && value <= high) continue;
        t.fail(`${column} of ${pid} is ${value}, between ${low} and ${high} wanted`);
        if (compared > WANTED / 10) return;
      }
    }
  }
  t.ok(compared >= WANTED, `${compared} comparisons of ${COUNTERS.length} counters`);
  t.ok(COUNTERS.length >= 15, 'of all the files that have counters');
  for (const column of ['stat_minflt', 'io_rchar_bytes', 'io_syscw', 'schedstat_run_usec', 'schedstat_timeslices'])
    t.ok((moved.get(column) ?? 0) > 100, `${column} moved between ${moved.get(column)} of them`);
});
