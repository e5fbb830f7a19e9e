/**
 * Each alert, from a fault in a recorder that was built, through Prometheus and Alertmanager, and back. The rules are the
 * file's own, with their durations divided (alert-bench.ts).
 */
import { CgroupSandbox, containerId, Victim, whyNoCgroups, whyNot } from '@fgm/testkit';
import { existsSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { SmallDisk } from '../../agent/test/harness/small-disk.ts';
import { AlertBench } from './harness/alert-bench.ts';
import { fakeMachine, startRecorder, stopRecorders } from './harness/recorder.ts';

const MIB = 2 ** 20;
const FAKETIME = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1';
const skip = whyNot('prometheus');
const bench = skip === false ? await AlertBench.start(t) : null;

/** Does it again and again, until that has had its effect. */
async function during<T>(what: () => Promise<void>, effect: Promise<T>): Promise<T> {
  const effects = { awaited: true };
  const done = effect.finally(() => (effects.awaited = false));
  while (effects.awaited) await what();
  return done;
}

function fault(
  name: string,
  run: (t: Test, bench: AlertBench) => Promise<void>,
  whyNotThis: string | false = false,
): void {
  t.test(name, { skip: skip || whyNotThis, buffered: true }, async (t) => {
    t.testdir();
    try {
      await run(t, bench!);
    } finally {
      await stopRecorders(t);
    }
  });
}

t.jobs = 3;

fault('a recorder that is killed', async (t, bench) => {
  const flags = fakeMachine(t);
  const fgm = await startRecorder(t, { flags });
  const { url } = fgm;
  await bench.watch(url);
  await fgm.kill();
  const { labels, annotations } = await bench.fires('FgmDown', url);
  t.match(labels, { severity: 'critical', job: 'recorders', cluster: 'test', node: 'n1' });
  t.match(annotations, { runbook_url: 'docs/runbooks/FgmDown.md', summary: new URL(url).host });
  await startRecorder(t, { flags, url });
  await bench.resolves('FgmDown', url);
});

fault('a recorder that gets no CPU for two fifths of the time', async (t, bench) => {
  const fgm = await startRecorder(t, { flags: fakeMachine(t) });
  const { url } = fgm;
  await bench.watch(url);
  const stall = async (): Promise<void> => {
    fgm.signal('SIGSTOP');
    await pause(300);
    fgm.signal('SIGCONT');
    await pause(450);
  };
  const both = Promise.all([bench.fires('FgmTicksMissed', url), bench.fires('FgmCoverageLow', url)]);
  for (const { annotations } of await during(stall, both)) t.match(annotations['summary'], /\d%/);
  await bench.resolves('FgmTicksMissed', url);
  await bench.resolves('FgmCoverageLow', url);
});

fault('a disk that is full', async (t, bench) => {
  const disk = SmallDisk.inMemory(t, 8 * MIB);
  const fgm = await startRecorder(t, { directory: join(disk.directory, 'data'), flags: fakeMachine(t) });
  const { url } = fgm;
  await bench.watch(url);
  const fill = async (): Promise<void> => {
    disk.fill();
    await pause(100);
  };
  await during(fill, Promise.all([bench.fires('FgmWriteErrors', url), bench.fires('FgmNoSamples', url)]));
  disk.empty();
  await bench.resolves('FgmNoSamples', url);
  await bench.resolves('FgmWriteErrors', url);
});

fault('a data directory that is almost full, where recording stops at the limit', async (t, bench) => {
  const directory = join(t.testdirName, 'data');
  const old = join(directory, 'dt=2026-11-01', 'identifier=box');
  mkdirSync(old, { recursive: true });
  const file = join(old, 'containers-20261101T000000Z.parquet');
  writeFileSync(file, '');
  truncateSync(file, 240 * MIB);
  const config = join(t.testdirName, 'fgm.yaml');
  const limits = (bytes: string): void => writeFileSync(config, `retention-bytes: ${bytes}\nretention-age: 3650d\n`);
  limits('256MiB');
  const flags = [...fakeMachine(t), '--config', config, '--on-limit', 'stop', '--consolidate', 'off'];
  const fgm = await startRecorder(t, { directory, flags });
  const { url } = fgm;
  await bench.watch(url);
  await bench.fires('FgmStoreNearLimit', url);
  limits('1GiB');
  fgm.signal('SIGHUP');
  await bench.resolves('FgmStoreNearLimit', url);
});

fault(
  'large processes and next to no time to walk them',
  async (t, bench) => {
    const sandbox = new CgroupSandbox('fgm-alerts');
    t.teardown(() => sandbox.close());
    const id = containerId();
    sandbox.make(`docker/${id}`);
    const victims = await Promise.all([1, 2, 3, 4].map(() => Victim.start()));
    t.teardown(() => Promise.all(victims.map((victim) => victim.kill())).then(() => {}));
    for (const victim of victims) {
      await victim.order('small', 48 * MIB);
      sandbox.move(victim.pid, `docker/${id}`);
    }
    const flags = ['--scope', 'containers', '--walk-budget', '100us'];
    const fgm = await startRecorder(t, { flags });
    const { url } = fgm;
    await bench.watch(url);
    const work = async (): Promise<void> => {
      for (const victim of victims) await victim.order('cpu', 5);
      await pause(100);
    };
    await during(work, bench.fires('FgmPageWalkBudgetExceeded', url));
    await fgm.stop();
    await startRecorder(t, { flags: ['--scope', 'containers', '--memory', 'off'], url });
    await bench.resolves('FgmPageWalkBudgetExceeded', url);
  },
  whyNoCgroups(),
);

fault('a recorder without its capabilities', async (t, bench) => {
  const flags = fakeMachine(t);
  const prefix = ['setpriv', '--no-new-privs', '--inh-caps=-all', '--bounding-set=-all'];
  const fgm = await startRecorder(t, { flags, prefix });
  const { url } = fgm;
  await bench.watch(url);
  await bench.fires('FgmReadPermissionDenied', url);
  await fgm.stop();
  await startRecorder(t, { flags, url });
  await bench.resolves('FgmReadPermissionDenied', url);
});

fault('2000 processes twenty times a second', async (t, bench) => {
  const machine = fakeMachine(t, 400, 5);
  // It must get its CPU on a machine that others use too.
  const fgm = await startRecorder(t, { flags: [...machine, '--interval', '50ms'], prefix: ['nice', '-n', '-15'] });
  const { url } = fgm;
  await bench.watch(url);
  await bench.fires('FgmHighCpu', url);
  await fgm.stop();
  await startRecorder(t, { flags: [...machine, '--interval', '5s'], url });
  await bench.resolves('FgmHighCpu', url);
});

fault(
  'a clock that is set, as libfaketime shows it to the recorder',
  async (t, bench) => {
    const clock = join(t.testdirName, 'clock');
    writeFileSync(clock, '+0');
    const prefix = [`LD_PRELOAD=${FAKETIME}`, `FAKETIME_TIMESTAMP_FILE=${clock}`, 'FAKETIME_NO_CACHE=1'];
    const fgm = await startRecorder(t, {
      flags: fakeMachine(t),
      prefix: [...prefix, 'FAKETIME_DONT_FAKE_MONOTONIC=1', 'DONT_FAKE_MONOTONIC=1'],
    });
    const { url } = fgm;
    await bench.watch(url);
    writeFileSync(clock, '+30');
    await bench.fires('FgmClockStep', url);
    t.ok((await fgm.metric('fgm_clock_steps_total')) > 0);
    await bench.resolves('FgmClockStep', url);
  },
  !existsSync(FAKETIME) && 'libfaketime is not installed',
);

fault('a leak', async (t, bench) => {
  // Preloaded into the recorder: at a signal it keeps memory and never gives it back.
  const leak = join(t.testdirName, 'leak.mjs');
  writeFileSync(leak, `const kept = [];\nprocess.on('SIGUSR2', () => kept.push(Buffer.alloc(${160 * MIB}, 1)));\n`);
  const fgm = await startRecorder(t, { flags: fakeMachine(t), prefix: [`NODE_OPTIONS=--import=${leak}`] });
  const { url } = fgm;
  await bench.watch(url);
  // What is compared is the least and the most of four scrapes each, and that for as long again.
  await bench.scraped(url, 20);
  fgm.signal('SIGUSR2');
  await bench.fires('FgmMemoryGrowth', url);
  await bench.resolves('FgmMemoryGrowth', url);
});
