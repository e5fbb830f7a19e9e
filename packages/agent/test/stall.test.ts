import { CgroupSandbox, cgroupMounts, whyNoCgroups } from '@fgm/testkit';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import t, { type Test } from 'tap';
import { startRecorder } from '../src/start-recorder.ts';
import { FgmProcess } from './harness/fgm-process.ts';
import { configFor, detailOf, hostIsSampled, ownEvents, rowsOf, start, ticks, until } from './harness/recording.ts';

const INTERVAL_MS = 200;

function stopped(pid: number): boolean {
  return / T \d/.test(readFileSync(`/proc/${pid}/stat`, 'latin1').replace(/^.*\)/s, ''));
}

/** A way to make a whole process stand still. */
interface Standstill {
  readonly name: string;
  readonly skip: string | false;
  readonly prepare: (t: Test, pid: number) => { readonly stop: () => void; readonly go: () => void };
  readonly stopped: (pid: number) => boolean;
}

/** The v2 directory of a process. */
function cgroupOf(pid: number): string {
  return join(cgroupMounts().v2!, /^0::(.*)$/m.exec(readFileSync(`/proc/${pid}/cgroup`, 'utf8'))![1]!);
}

const STANDSTILLS: readonly Standstill[] = [
  {
    name: 'stopped by a signal',
    skip: false,
    prepare: (_, pid) => ({ stop: () => process.kill(pid, 'SIGSTOP'), go: () => process.kill(pid, 'SIGCONT') }),
    stopped,
  },
  {
    name: 'frozen with its cgroup',
    skip: whyNoCgroups() || (cgroupMounts().v2 === undefined && 'needs cgroup v2'),
    prepare: (t, pid) => {
      const sandbox = new CgroupSandbox('fgm-frozen');
      sandbox.move(pid);
      const freeze = join(cgroupOf(pid), 'cgroup.freeze');
      const go = (): void => writeFileSync(freeze, '0');
      t.teardown(() => {
        go();
        sandbox.close();
      });
      return { stop: () => writeFileSync(freeze, '1'), go };
    },
    stopped: (pid) => readFileSync(join(cgroupOf(pid), 'cgroup.events'), 'utf8').includes('frozen 1'),
  },
];

for (const way of STANDSTILLS) {
  t.test(`a recorder that is ${way.name} misses those ticks and says so once`, { skip: way.skip }, (t) =>
    standStill(t, way),
  );
}

/** Nothing is caught up, and no row pretends to be of a tick that had passed. */
async function standStill(t: Test, way: Standstill): Promise<void> {
  const directory = join(t.testdir(), 'data');
  const flags = ['--interval', `${INTERVAL_MS}ms`, '--scope', 'all', '--memory', 'off', '--sampler-threads', '2'];
  const fgm = await FgmProcess.start(t, directory, flags);
  const { stop, go } = way.prepare(t, fgm.pid);
  await fgm.samples('host', 1);
  await fgm.ticks(4);
  const missedBefore = await fgm.metric('fgm_ticks_total{outcome="missed"}');
  stop();
  await until('it stands still', () => way.stopped(fgm.pid));
  const asleep = Math.floor(Date.now() / INTERVAL_MS);
  // Time itself is what this is about.
  await until('five ticks have passed', () => Date.now() >= (asleep + 6) * INTERVAL_MS);
  const awake = Math.floor(Date.now() / INTERVAL_MS);
  go();
  await fgm.ticks(4);
  t.ok((await fgm.metric('fgm_ticks_total{outcome="missed"}')) - missedBefore >= 4);
  t.equal((await fgm.health('readyz')).status, 200);
  t.equal((await fgm.stop()).code, 0);

  const host = (await rowsOf(directory, 'containers')).filter(({ scope }) => scope === 'host');
  const recorded = host.map(({ tick }) => Number(tick));
  for (let tick = asleep + 1; tick < awake; tick++) t.notOk(recorded.includes(tick), `tick ${tick} was slept through`);
  const events = (await ownEvents(directory)).filter(({ type }) => type === 'ticks_missed');
  const details = events.map((event) => detailOf(event) as { from: number; to: number; count: number });
  const stall = details.filter(({ from, to }) => from <= asleep + 1 && to >= awake - 2);
  t.equal(stall.length, 1, `one event tells of it, among ${JSON.stringify(details)}`);
  const [{ from, to, count } = { from: 0, to: -1, count: 0 }] = stall;
  t.equal(count, to - from + 1);
  t.ok(count >= awake - asleep - 2, `${count} ticks of ${awake - asleep} were missed`);
  t.ok(recorded.includes(from - 1) && recorded.includes(to + 1), 'the ticks on both sides of the gap are there');
  t.equal(new Set(recorded).size, recorded.length, 'no tick twice');
  const late = host.map(({ tick, time }) => (time as Date).getTime() - Number(tick) * INTERVAL_MS);
  t.ok(
    // One is the tick in which it fell asleep; on a machine that does too much there may be more.
    late.filter((ms) => ms >= INTERVAL_MS).length <= Math.max(1, host.length / 5),
    'no row pretends to be of a tick that had passed when it was read',
  );
  const gap = host.findIndex(({ tick }) => Number(tick) === to + 1);
  t.ok(Number(host[gap]!['cpu_usage_millicores']) < 1000 * 64, 'the rate over the gap is a rate, not a spike');
}

t.test('a sampler thread that dies is started again with what it sampled', async (t) => {
  const directory = join(t.testdir(), 'data');
  const config = configFor(directory, { samplerThreads: 2 });
  const recorder = await start(config);
  await hostIsSampled(recorder);
  await ticks(recorder, 4);
  // What the configuration would never let pass: the thread dies of it. What follows at once is what it starts with again.
  recorder.reload({ ...config, redact: ['('] });
  recorder.reload(config);
  await ticks(recorder, 20);
  await hostIsSampled(recorder);
  t.equal((await fetch(`${recorder.url}/readyz`)).status, 200);
  await recorder.stop('test');
  t.equal(await recorder.done, 0);
  const events = (await ownEvents(directory)).filter(({ type }) => type === 'thread_restart');
  t.ok(events.length >= 2);
  t.equal(new Set(events.map((event) => detailOf(event)['thread'])).size, 2, 'of both threads');
  const died = Math.max(...events.map(({ time }) => (time as Date).getTime()));
  const host = (await rowsOf(directory, 'containers')).filter(({ scope }) => scope === 'host');
  t.ok(
    host.some(({ time }) => (time as Date).getTime() < died) &&
      host.some(({ time }) => (time as Date).getTime() > died),
  );
  t.equal(new Set(host.map(({ tick }) => tick)).size, host.length, 'no tick twice');
  const own = (await rowsOf(directory, 'processes')).filter(({ pid }) => Number(pid) === process.pid);
  t.ok(
    own.every(({ comm }) => typeof comm === 'string'),
    'every row of before and after has its names',
  );
});

t.test('sampler threads that cannot live end the recorder, with its files', async (t) => {
  const directory = join(t.testdir(), 'data');
  const config = configFor(directory);
  const recorder = await startRecorder(config, { log: pino({ level: 'silent' }) });
  await hostIsSampled(recorder);
  await ticks(recorder, 3);
  recorder.reload({ ...config, redact: ['('] });
  t.equal(await recorder.done, 1);
  const events = await ownEvents(directory);
  t.match(detailOf(events.at(-1)), { reason: /^sampler thread 0 died/ });
  t.ok((await rowsOf(directory, 'containers')).some(({ scope }) => scope === 'host'));
});
