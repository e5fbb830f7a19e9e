import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import t from 'tap';

const FUZZ = fileURLToPath(new URL('../programs/fuzz.ts', import.meta.url));

t.test('what it does not understand is one line and exit code 2', (t) => {
  for (const [args, message] of [
    [['--nosuch'], /^fuzz: Unknown option '--nosuch'.*; there are --cases N, --seed S and --only TEXT$/],
    [['--help'], /^fuzz: Unknown option '--help'/],
    [['fixture'], /^fuzz: Unexpected argument 'fixture'/],
    [['--cases', 'x'], /^fuzz: --cases is x; wanted a whole number of at least 1$/],
    [['--cases', '0'], /^fuzz: --cases is 0; /],
    [['--seed', 'x'], /^fuzz: --seed is x; wanted a whole number/],
    [['--only', 'nosuch'], /^fuzz: --only nosuch: no test file with properties has that in its path/],
  ] as const) {
    const command = ['--conditions=@fgm/source', '--no-warnings=ExperimentalWarning', FUZZ, ...args];
    const { status, stderr, stdout } = spawnSync(process.execPath, command, { encoding: 'utf8' });
    t.same([status, stdout], [2, ''], args.join(' '));
    t.match(stderr.trim(), message);
    t.equal(stderr.trim().split('\n').length, 1, 'one line');
  }
  t.end();
});
