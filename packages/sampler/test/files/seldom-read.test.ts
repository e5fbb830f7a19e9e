import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { entityOf, ShardHarness, type Row } from '../harness/shard-harness.ts';

/** At each line it opens three files more. */
const OPENER =
  'ulimit -Sn 321; number=10; echo up; while read -r line; do for i in 1 2 3; do number=$((number + 1)); eval "exec $number</dev/null"; done; echo done; done';
const SECONDS = 30;

/** An ordinary directory with a list of processes stands for a cgroup that is never quiet. */
function cgroupOf(directory: string, pids: readonly number[]): string {
  mkdirSync(directory);
  writeFileSync(join(directory, 'cgroup.procs'), pids.map((pid) => `${pid}\n`).join(''));
  return directory;
}

t.test('a real process', { skip: process.platform !== 'linux' && 'needs /proc' }, async (t) => {
  const child = spawn('bash', ['-c', OPENER], { stdio: ['pipe', 'pipe', 'inherit'] });
  t.teardown(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  writeFileSync(`/proc/${child.pid}/oom_score_adj`, '500');
  const harness = new ShardHarness();
  t.teardown(() => harness.close());
  const cgroup = cgroupOf(join(t.testdir(), 'cgroup'), [child.pid!]);
  harness.send({ type: 'add', entities: [entityOf(0, { v2: cgroup })] });
  const rowAt = (): Row => {
    harness.tick();
    return harness.published().processes.at(-1)!;
  };
  const [first] = harness.published().processes;
  const before = Number(first!['fd_count']);
  t.ok(before >= 3, 'a new process is read at once');
  t.match(first, { fd_limit: 321, oom_score_adj: 500 });
  const score = Number(readFileSync(`/proc/${child.pid}/oom_score`, 'utf8'));
  t.ok(Math.abs(Number(first!['oom_score']) - score) <= 1, `score ${score}`);
  child.stdin.write('\n');
  await once(child.stdout, 'data');
  writeFileSync(`/proc/${child.pid}/oom_score_adj`, '0');
  let ticks = 0;
  let row = rowAt();
  for (; row['fd_count'] === before && ticks < 3 * SECONDS; ticks++) row = rowAt();
  t.match(row, { fd_count: before + 3, oom_score_adj: 0, fd_limit: 321 }, `seen after ${ticks} s`);
  t.ok(
    ticks <= 2 * SECONDS,
    'the first time anywhere within the period, for a process that sleeps at the refresh behind it',
  );
  writeFileSync(`/proc/${child.pid}/oom_score_adj`, '300');
  for (let tick = 0; tick < 5; tick++) row = rowAt();
  t.equal(row['oom_score_adj'], 0, 'and not read again soon');
});

t.test('a process that was refused is asked once', async (t) => {
  const root = t.testdir({ cgroup: {}, proc: { '10': { limits: {}, oom_score: {}, fd: 'no directory' } } });
  const directory = join(root, 'proc', '10');
  const tail =
    '0 -1 4194304 100 0 3 0 250 50 0 0 20 0 1 0 164534 3133440 394 18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 0 17 1 0 0 7 0 0';
  writeFileSync(join(directory, 'stat'), `10 (worker) S 1 1 1 ${tail}\n`);
  writeFileSync(join(directory, 'oom_score_adj'), '-7\n');
  writeFileSync(join(root, 'cgroup', 'cgroup.procs'), '10\n');
  const harness = new ShardHarness({ procRoot: join(root, 'proc') });
  t.teardown(() => harness.close());
  harness.send({ type: 'add', entities: [entityOf(0, { v2: join(root, 'cgroup') })] });
  for (let tick = 0; tick < 4 * SECONDS; tick++) harness.tick();
  const counted = harness.errors.entries().map(({ file, count }) => `${file} ${count}`);
  t.strictSame(counted, ['fd 1', 'limits 1', 'oom_score 1']);
  const row = harness.published().processes.at(-1)!;
  t.equal(row['oom_score_adj'], -7, 'what may be read is');
  for (const name of ['fd_count', 'fd_limit', 'oom_score']) t.notOk(name in row, `${name} is null`);
});

t.test('an exec has all of it read again at the next tick', async (t) => {
  const root = t.testdir({
    cgroup: {},
    proc: { '10': { limits: {}, oom_score: '1\n', oom_score_adj: '0\n', fd: {} } },
  });
  const directory = join(root, 'proc', '10');
  const tail =
    'S 1 1 1 0 -1 4194304 100 0 3 0 250 50 0 0 20 0 1 0 164534 3133440 394 18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 0 17 1 0 0 7 0 0';
  writeFileSync(join(directory, 'stat'), `10 (runc:[2:INIT]) ${tail}\n`);
  writeFileSync(join(root, 'cgroup', 'cgroup.procs'), '10\n');
  const harness = new ShardHarness({ procRoot: join(root, 'proc') });
  t.teardown(() => harness.close());
  harness.send({ type: 'add', entities: [entityOf(0, { v2: join(root, 'cgroup') })] });
  harness.tick();
  t.match(harness.published().processes.at(-1), { oom_score: 1 });
  writeFileSync(join(directory, 'oom_score'), '667\n');
  writeFileSync(join(directory, 'stat'), `10 (web) ${tail}\n`);
  harness.tick();
  t.match(harness.published().processes.at(-1), { oom_score: 667 });
});
