import { globSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { removeLeftovers } from '@fgm/scenarios';
import { whyNot } from '../../src/index.ts';
import { startDemo, textOf, traces, until } from './demo-process.ts';

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  t.test(`${signal} ends it, and nothing is left`, { skip: whyNot('runc') }, async (t) => {
    const directory = join(t.testdir(), 'data');
    const demo = startDemo(t, ['--minutes', '1', '--containers', '3', '--scenario', 'idle', '--data-dir', directory]);
    await until('three have started', () => demo.output().match(/idle started/g)?.length === 3);
    demo.process.kill(signal);
    await demo.ended;
    t.equal(demo.process.exitCode, 0, demo.output());
    t.same(traces(demo.process.pid!), []);
    t.not(globSync(`${directory}/dt=*/identifier=*/containers-*.parquet`).length, 0, 'the recording is finished');
  });
}

for (const plain of [false, true]) {
  const skip = !plain && whyNot('runc');
  t.test(`killed, it is cleaned up after: ${plain ? 'processes' : 'containers'}`, { skip }, async (t) => {
    const args = ['--minutes', '1', '--containers', '3', '--scenario', 'idle', '--data-dir', join(t.testdir(), 'data')];
    const demo = startDemo(t, [...args, ...(plain ? ['--plain'] : [])]);
    await until('three have started', () => demo.output().match(/idle started/g)?.length === 3);
    demo.process.kill('SIGKILL');
    await demo.ended;
    await until('nothing is left', () => traces(demo.process.pid!).length === 0);
    t.pass('by the watchdog');
  });
}

t.test('what not even a watchdog could clean up, the next one does', { skip: whyNot('runc') }, async (t) => {
  const args = ['--minutes', '1', '--containers', '2', '--scenario', 'idle', '--data-dir', join(t.testdir(), 'data')];
  const demo = startDemo(t, args);
  await until('two have started', () => demo.output().match(/idle started/g)?.length === 2);
  const pid = demo.process.pid!;
  for (const child of textOf(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean))
    if (textOf(`/proc/${child}/cmdline`).includes('--clean')) process.kill(Number(child), 'SIGKILL');
  demo.process.kill('SIGKILL');
  await demo.exited; // its recorder runs on
  t.not(traces(pid).length, 0);
  t.equal(await removeLeftovers(), 1);
  t.same(traces(pid), []);
});
