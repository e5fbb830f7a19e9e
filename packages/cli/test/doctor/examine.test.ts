import { join } from 'node:path';
import t from 'tap';
import type { Check } from '../../src/doctor/check.ts';
import { fgm } from '../fgm-process.ts';

t.test('this machine', async (t) => {
  const directory = join(t.testdir({}), 'data');
  const { code, stdout, stderr } = await fgm(t, [
    'doctor',
    '--json',
    '--output-dir',
    directory,
    '--listen',
    '127.0.0.1:0',
  ]);
  const { verdict, checks } = JSON.parse(stdout) as { verdict: string; checks: Check[] };
  t.equal(stderr, '');
  t.equal(code, checks.some(({ status }) => status === 'fail') ? 1 : 0);
  t.match(verdict, /^A recorder /);
  for (const check of checks) {
    if (check.status !== 'ok')
      t.ok(check.cost && check.remedy, `${check.name} says what it costs and what would mend it`);
  }
  const names = checks.map(({ name }) => name);
  t.equal(new Set(names).size, names.length, 'each name once');
});

t.test('a machine without a cgroup tree cannot be recorded', async (t) => {
  const root = t.testdir({});
  const { code, stdout } = await fgm(t, [
    'doctor',
    '--cgroup-root',
    root,
    '--output-dir',
    join(root, 'data'),
    '--listen',
    'off',
  ]);
  t.equal(code, 1);
  t.match(stdout, /^fail {2}cgroups +no cgroup tree at /m);
  t.match(stdout, /A recorder cannot work here: 1 check failed\.\n$/);
});

t.test('bad flags', async (t) => {
  const { code, stderr } = await fgm(t, ['doctor', '--listen', 'nowhere']);
  t.equal(code, 2);
  t.match(stderr, /^fgm: --listen: "nowhere" is not valid; wanted host:port .*\n$/);
});
