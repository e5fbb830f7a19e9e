import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { PROCESSES_SQL, scenario } from '@fgm/scenarios';
import { canCompile, run, whyNot } from '../../src/index.ts';
import { query, startDemo, traces } from './demo-process.ts';

const noCompiler = !canCompile() && 'no C compiler on this machine';
const SIZES = ['--leak', '48MiB', '--crash', '2'];

/** What a demonstration with a shell's loads needs. */
const SHELL = ['sh', 'env', 'node', 'sleep', 'head', 'tr', 'date', 'seq', 'cat'];

/** A directory for PATH with these programs, and so without a compiler and without runc. */
function only(programs: readonly string[], directory: string): string {
  for (const program of programs) symlinkSync(run('which', [program]).trim(), join(directory, program));
  return directory;
}

for (const [kind, skip] of [
  ['compiled', noCompiler],
  ['by a shell', false],
] as const) {
  t.test(`without containers there are processes: ${kind}`, { skip }, async (t) => {
    const directory = t.testdir({ bin: {} });
    const data = join(directory, 'data');
    const scenarios = ['memory-leak', 'crash-loop', 'fork-storm', 'chatty', 'idle'];
    const demo = startDemo(
      t,
      [
        '--plain',
        '--minutes',
        '0.25',
        '--containers',
        '5',
        '--scenario',
        scenarios.join(','),
        '--data-dir',
        data,
        ...SIZES,
      ],
      kind === 'compiled' ? {} : { PATH: only(SHELL, join(directory, 'bin')) },
    );
    await demo.ended;
    t.equal(demo.process.exitCode, 0, demo.output());
    t.match(demo.output(), 'processes without containers: --plain was given');
    t.match(demo.output(), /crash-loop started again/);
    t.same(traces(demo.process.pid!), []);
    const rows = await query(data, PROCESSES_SQL);
    t.same(
      rows.map(({ name }) => name),
      scenarios.toSorted(),
    );
  });
}

t.test('without runc there are processes in cgroups, with limits', { skip: whyNot('runc') }, async (t) => {
  const directory = t.testdir({ bin: {} });
  const data = join(directory, 'data');
  const PATH = only([...SHELL, 'unshare', 'mount'], join(directory, 'bin'));
  const args = ['--minutes', '0.35', '--containers', '2', '--scenario', 'oom-kill,cpu-throttling', '--oom', '24MiB'];
  const demo = startDemo(t, [...args, '--data-dir', data], { PATH });
  await demo.ended;
  t.equal(demo.process.exitCode, 0, demo.output());
  t.match(demo.output(), 'processes in cgroups without containers: there is no runc and no busybox');
  t.same(traces(demo.process.pid!), []);
  const [killed] = await query(data, scenario('oom-kill').sql);
  t.match(killed, { limit_bytes: 24 << 20 });
  const [throttled] = await query(data, scenario('cpu-throttling').sql);
  t.ok(Number(throttled?.['throttled_usec']) > 1_000_000, JSON.stringify(throttled));
});
