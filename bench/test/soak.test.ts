import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Point } from '@fgm/testkit';
import t from 'tap';
import { boundOf, judge } from '../soak/bounds.ts';

const SOAK = fileURLToPath(new URL('../soak/soak.ts', import.meta.url));

t.test('what it does not understand is one line and exit code 2', (t) => {
  for (const [args, message] of [
    [['--nosuch'], /^soak: Unknown option '--nosuch'.*; there are --minutes, --containers-per-minute, --forks, --out$/],
    [['--help'], /^soak: Unknown option '--help'/],
    [['--minutes'], /^soak: .*--minutes <value>.* argument missing/],
    [['--minutes', 'x'], /^soak: --minutes is x; wanted a number above 0$/],
    [['--forks', '0'], /^soak: --forks is 0; wanted a number above 0$/],
  ] as const) {
    const command = ['--conditions=@fgm/source', '--no-warnings=ExperimentalWarning', SOAK, ...args];
    const { status, stderr, stdout } = spawnSync(process.execPath, command, { encoding: 'utf8' });
    t.same([status, stdout], [2, ''], args.join(' '));
    t.match(stderr.trim(), message);
    t.equal(stderr.trim().split('\n').length, 1, 'one line');
  }
  t.end();
});

t.test('resident memory may find its size in a short run, but not in a long one', (t) => {
  const growing = (seconds: number, bytes: number): Point[] =>
    Array.from({ length: seconds }, (_, at) => [at / 3600, (bytes * at) / seconds]);
  const leaks = (judgedFrom: number, bytes: number): boolean =>
    judge(growing(1000, bytes), boundOf('rss', judgedFrom)).leaks;
  t.same([leaks(54, 9e6), leaks(54, 36e6)], [false, true]);
  t.same([leaks(300, 2e6), leaks(300, 9e6)], [false, true]);
  t.same(boundOf('heap', 54), boundOf('heap', 300), 'other bounds are the same');
  t.end();
});
