import { canCompile, CgroupSandbox, compile, containerId, hasProgram, whyNoCgroups } from '@fgm/testkit';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { FgmProcess } from './harness/fgm-process.ts';
import { rowsOf, until, type Row } from './harness/recording.ts';

const SOURCE = fileURLToPath(new URL('../../testkit/programs/process-storm.c', import.meta.url));
const skip = whyNoCgroups() || (!canCompile() && 'no C compiler') || (!hasProgram('unshare') && 'no unshare');
/** A pid namespace for the recorder and what it records, in which nobody else uses pids. */
const NAMESPACE = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'];

interface Storm {
  readonly name: string;
  readonly count: number;
  readonly perSecond: number;
  readonly lifeMs: number;
  readonly lastPid: number;
  /** How many must have been seen, for the test to have shown something. */
  readonly seen: number;
}

const STORMS: readonly Storm[] = [
  { name: '200 forks a second', count: 600, perSecond: 200, lifeMs: 30, lastPid: 0, seen: 50 },
  // Slower than a clock tick, in which start times are counted: two with the same pid and start time are one to everybody.
  // And not in step with the ticks, which might all come when there is none.
  { name: 'the same pids again and again', count: 80, perSecond: 17, lifeMs: 30, lastPid: 5000, seen: 20 },
];

/** The recorder's process below `unshare`. */
function inside(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0]);
}

async function run(
  pid: number,
  directory: string,
  { count, perSecond, lifeMs, lastPid }: Storm,
): Promise<Map<string, string>> {
  const numbers = [count, perSecond, lifeMs, lastPid].map(String);
  const command = ['--target', `${pid}`, '--pid', '--mount', compile(SOURCE), directory, ...numbers];
  const storm = spawn('nsenter', command, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  storm.stdout.on('data', (bytes: Buffer) => (text += bytes.toString()));
  const [code] = (await once(storm, 'close')) as [number | null];
  if (code !== 0) throw new Error(`process-storm ended with ${code}`);
  const lines = text
    .trim()
    .split('\n')
    .map((line) => line.split(' '));
  return new Map(lines.map(([pid, start, comm]) => [`${pid} ${start}`, comm!]));
}

async function record(t: Test, storm: Storm): Promise<{ truth: Map<string, string>; rows: Row[] }> {
  const sandbox = new CgroupSandbox('fgm-storm');
  t.teardown(() => sandbox.close());
  const id = containerId();
  const directory = sandbox.make(`docker/${id}`, ['v2']).v2!;
  const flags = [
    '--interval',
    '50ms',
    '--scope',
    'containers',
    '--memory',
    'off',
    '--cgroup-root',
    sandbox.directories.v2!,
  ];
  const fgm = await FgmProcess.start(t, join(t.testdir(), 'data'), flags, { prefix: NAMESPACE });
  await until('it samples', async () => (await fgm.metric('fgm_entities{kind="container"}')) >= 1);
  const recorder = inside(fgm.pid);
  const truth = await run(recorder, directory, storm);
  await fgm.ticks(3);
  process.kill(recorder, 'SIGTERM');
  t.equal((await fgm.ended).code, 0);
  return { truth, rows: await rowsOf(fgm.directory, 'processes') };
}

const COUNTERS = ['stat_utime_usec', 'stat_stime_usec', 'stat_minflt', 'schedstat_run_usec', 'io_rchar_bytes'];

for (const storm of STORMS)
  t.test(storm.name, { skip }, async (t) => {
    const { truth, rows } = await record(t, storm);
    const series = new Map<string, Row[]>();
    for (const row of rows) {
      const key = `${String(row['pid'])} ${String(row['start_time'])}`;
      series.set(key, [...(series.get(key) ?? []), row]);
    }
    let seen = 0;
    for (const [key, of] of series) {
      const comm = truth.get(key);
      if (comm === undefined) continue; // the storm itself
      seen++;
      const comms = new Set(of.map((row) => row['comm']));
      // Right after the fork it still has its parent's name.
      comms.delete('process-storm');
      for (const name of comms)
        if (name !== comm && !/^[0-9a-f]{15}$/.test(String(name))) t.equal(name, comm, `${key} is one process`);
      const sorted = of.toSorted((left, right) => Number(left['time']) - Number(right['time']));
      for (const counter of COUNTERS) {
        const values = sorted.flatMap((row) =>
          row[counter] === null || row[counter] === undefined ? [] : [Number(row[counter])],
        );
        if (values.some((value, index) => value < (values[index - 1] ?? 0)))
          t.fail(`${counter} of ${key} goes back: ${values.join(' ')}`);
      }
    }
    t.ok(seen >= storm.seen, `${seen} of ${storm.count} were seen`);
    const pids = new Set([...truth.keys()].map((key) => key.split(' ')[0]));
    if (storm.lastPid > 0) t.ok(pids.size < truth.size / 4, `${truth.size} processes had ${pids.size} pids`);
    const main = (await rowsOf(join(t.testdirName, 'data'), 'events')).filter(({ type }) => type === 'process_start');
    t.equal(main.length, 1, 'one of them is the main process: the first');
  });
