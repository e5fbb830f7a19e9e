/**
 * A recorder with each set of capabilities, on real processes of root and of others: what it cannot see is what
 * CAPABILITIES of the catalog says, no more and no less, and it is well in every case.
 */
import { CAPABILITIES, columnsWithout, fileColumns, type Capability } from '@fgm/catalog';
import { hasProgram, whyNotAsNobody } from '@fgm/testkit';
import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, chownSync, lchownSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { FgmProcess } from './harness/fgm-process.ts';
import { rowsOf, until } from './harness/recording.ts';

const skip = whyNotAsNobody(import.meta.dirname) || (!hasProgram('setpriv') && 'setpriv sets the capabilities');

/** The user of a recorder that is not root, and one that is neither. */
const RECORDER = 65_532;
const OTHER = 65_533;

type Name = Capability['name'];
const ALL: readonly Name[] = ['SYS_PTRACE', 'DAC_READ_SEARCH'];

interface Case {
  readonly what: string;
  readonly uid: number;
  /** Null: all that root has. */
  readonly has: readonly Name[] | null;
}

const CASES: readonly Case[] = [
  { what: 'root with all capabilities', uid: 0, has: null },
  { what: 'root with both', uid: 0, has: ALL },
  { what: 'root with SYS_PTRACE', uid: 0, has: ['SYS_PTRACE'] },
  { what: 'root with DAC_READ_SEARCH', uid: 0, has: ['DAC_READ_SEARCH'] },
  { what: 'root with none', uid: 0, has: [] },
  { what: 'another user with none', uid: RECORDER, has: [] },
  { what: 'another user with both', uid: RECORDER, has: ALL },
];

/** Who is recorded: all sleep in the end, and the third has no capabilities. */
const TARGETS = { root: 0, other: OTHER, own: RECORDER } as const;
type Target = keyof typeof TARGETS;

function setpriv({ uid, has }: Case): string[] {
  if (has === null) return [];
  const set = ['-all', ...has.map((name) => `+${name.toLowerCase()}`)].join(',');
  const user = uid === 0 ? [] : ['--reuid', `${uid}`, '--regid', `${uid}`, '--clear-groups', '--ambient-caps', set];
  return ['setpriv', '--no-new-privs', '--inh-caps', set, ...user, '--bounding-set', set];
}

function startTarget(t: Test, uid: number): ChildProcess {
  const child = spawn('sleep', ['1000'], { stdio: 'ignore', uid, gid: uid });
  t.teardown(() => child.kill('SIGKILL'));
  return child;
}

/** Columns of `processes` that are null for a target. */
function expectedLoss({ uid, has }: Case, target: Target): ReadonlySet<string> {
  // The kernel asks for nothing where the user is the same and has no capabilities.
  if (has === null || (uid !== 0 && TARGETS[target] === uid)) return new Set();
  const missing = CAPABILITIES.filter(({ name }) => !has.includes(name));
  const counts = missing.filter(({ name }) => name === 'SYS_PTRACE' || TARGETS[target] !== uid);
  return new Set(counts.flatMap(columnsWithout).map(({ name }) => name));
}

interface Recorded {
  /** By target, the columns of `processes` that have a value in any row. */
  readonly filled: Readonly<Record<Target, ReadonlySet<string>>>;
  readonly methods: Readonly<Record<Target, readonly unknown[]>>;
}

async function record(t: Test, one: Case, pids: Readonly<Record<Target, number>>): Promise<Recorded> {
  const directory = join(t.testdir(), 'data');
  mkdirSync(directory);
  chownSync(directory, one.uid, one.uid);
  const flags = ['--interval', '200ms', '--scope', 'all'];
  const fgm = await FgmProcess.start(t, directory, flags, { prefix: setpriv(one) });
  await until(
    'processes are recorded',
    async () => (await fgm.metric('fgm_rows_written_total{table="processes"}')) > 0,
  );
  await fgm.ticks(8);
  t.match(await fgm.health('readyz'), { status: 200, reason: 'ok' });
  t.match(await fgm.health('healthz'), { status: 200 });
  for (const { name } of CAPABILITIES) {
    const lacks = one.has !== null && !one.has.includes(name);
    t.equal(await fgm.metric(`fgm_missing_capabilities{capability="${name}"}`), Number(lacks), `the metric of ${name}`);
    t.equal(fgm.log.includes(`without CAP_${name} these columns are null`), lacks, `the log on ${name}`);
  }
  t.equal((await fgm.stop()).code, 0);
  t.notMatch(fgm.log, /"level":"(error|fatal)"|thread_restart/);
  return readBack(directory, pids);
}

async function readBack(directory: string, pids: Readonly<Record<Target, number>>): Promise<Recorded> {
  const rows = await rowsOf(directory, 'processes');
  const columns = fileColumns('processes').map(({ name }) => name);
  const of = <V>(read: (mine: typeof rows) => V): Record<Target, V> => {
    const entries = Object.entries(pids).map(([target, pid]) => [
      target,
      read(rows.filter((row) => Number(row['pid']) === pid)),
    ]);
    return Object.fromEntries(entries) as Record<Target, V>;
  };
  return {
    filled: of((mine) => new Set(columns.filter((name) => mine.some((row) => row[name] !== null)))),
    methods: of((mine) => [...new Set(mine.map((row) => row['memory_method']))]),
  };
}

t.test('each set of capabilities costs the columns of the table', { skip }, async (t) => {
  t.setTimeout(240_000);
  const children = Object.entries(TARGETS).map(([target, uid]) => [target, startTarget(t, uid).pid!]);
  const pids = Object.fromEntries(children) as Record<Target, number>;
  let whole: Recorded | null = null;
  for (const one of CASES) {
    await t.test(one.what, async (t) => {
      const found = await record(t, one, pids);
      whole ??= found;
      for (const target of Object.keys(TARGETS) as Target[]) {
        const lost = expectedLoss(one, target);
        const expected = [...whole.filled[target]].filter((name) => !lost.has(name));
        t.same([...found.filled[target]].toSorted(), expected.toSorted(), `a process of ${target}`);
        t.equal(found.methods[target].includes('none'), lost.has('uss_bytes'), 'memory_method says so');
      }
    });
  }
  const all = whole as Recorded | null;
  for (const name of ['exe', 'io_rchar_bytes', 'smaps_rollup_pss_bytes', 'uss_bytes', 'stat_utime_usec']) {
    t.ok(all?.filled.other.has(name), `${name} is there when nothing is missing, so the comparison means something`);
  }
});

t.test('what a capability to write would have been needed for', { skip }, async (t) => {
  const both = CASES[1]!;
  await t.test("somebody else's directory is refused, with the reason", async (t) => {
    const directory = join(t.testdir(), 'data');
    mkdirSync(directory);
    chownSync(directory, OTHER, OTHER);
    const fgm = new FgmProcess(t, directory, [], { prefix: setpriv(both) });
    t.equal((await fgm.ended).code, 1);
    t.match(fgm.log, /^fgm: .*data may not be written by user 0; give the data directory to that user \(chown -R 0 /m);
  });
  await t.test('a directory that its group may write', async (t) => {
    const directory = join(t.testdir(), 'data');
    mkdirSync(directory);
    chownSync(directory, OTHER, 0);
    chmodSync(directory, 0o775);
    const fgm = await FgmProcess.start(t, directory, ['--interval', '200ms'], { prefix: setpriv(both) });
    await fgm.ticks(3);
    t.equal((await fgm.stop()).code, 0);
    t.ok((await rowsOf(directory, 'events')).length > 0);
  });
  await t.test('what another user has left is refused, until it is handed over', async (t) => {
    const directory = join(t.testdir(), 'data');
    mkdirSync(directory);
    chmodSync(directory, 0o777);
    const flags = ['--interval', '200ms', '--scope', 'all'];
    const [user] = CASES.slice(-1) as [Case];
    const first = await FgmProcess.start(t, directory, flags, { prefix: setpriv(both) });
    await first.ticks(3);
    await first.kill();
    const refused = new FgmProcess(t, directory, flags, { prefix: setpriv(user) });
    t.equal((await refused.ended).code, 1);
    t.match(refused.log, new RegExp(`^fgm: ${directory}/spool may not be written by user ${RECORDER}; give`, 'm'));
    handOver(directory, RECORDER);
    const second = await FgmProcess.start(t, directory, flags, { prefix: setpriv(user) });
    await second.ticks(3);
    t.equal((await second.health('readyz')).status, 200);
    t.equal((await second.stop()).code, 0);
    const runs = (await rowsOf(directory, 'events')).filter(({ type }) => type === 'recorder_start');
    t.equal(runs.length, 2, 'nothing of the first is lost');
  });
});

/** `chown -R`. */
function handOver(directory: string, uid: number): void {
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  for (const name of ['.', ...names]) lchownSync(join(directory, name), uid, uid);
}
