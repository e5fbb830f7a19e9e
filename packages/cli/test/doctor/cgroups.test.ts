import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { FakeTree } from '@fgm/testkit';
import t from 'tap';
import { checkCgroups } from '../../src/doctor/cgroups.ts';
import type { Check } from '../../src/doctor/check.ts';
import { examined, writeFiles } from './machine-of-files.ts';

function named(checks: readonly Check[], name: string): Check | undefined {
  return checks.find((check) => check.name === name);
}

t.test('version 2', (t) => {
  const root = t.testdir({});
  const { cgroupRoot } = new FakeTree(root, { containers: 2, processes: 3 });
  const { checks, survey } = checkCgroups(examined(root, { cgroupRoot }));
  t.match(named(checks, 'cgroups'), { status: 'ok', finding: /^version 2 at / });
  t.match(named(checks, 'controllers'), { status: 'ok', finding: 'cpu, memory, io, pids' });
  t.match(named(checks, 'pid namespace'), { status: 'ok', finding: /all of 6 processes/ });
  t.ok(survey && survey.directories > 2);
  t.match(named(checks, 'cgroup files')?.finding, /^\d+ of \d+ files of version 2 exist in/);
  t.end();
});

t.test('a controller that is missing says what is lost', (t) => {
  const root = t.testdir({});
  const { cgroupRoot } = new FakeTree(root, { containers: 1, processes: 1 });
  writeFiles(cgroupRoot, { 'cgroup.controllers': 'cpu pids\n' });
  t.match(named(checkCgroups(examined(root, { cgroupRoot })).checks, 'controllers'), {
    status: 'warn',
    finding: 'without memory, io',
    cost: 'the columns of memory, io are null',
  });
  t.end();
});

t.test('version 1 and hybrid', (t) => {
  const root = t.testdir({});
  const v1 = { 'cgroup/memory/tasks': '', 'cgroup/memory/memory.usage_in_bytes': '1\n', 'cgroup/pids/tasks': '' };
  writeFiles(root, v1);
  const { checks } = checkCgroups(examined(root));
  t.match(named(checks, 'cgroups'), { status: 'warn', finding: /^version 1 at .*: memory, pids$/ });
  t.match(named(checks, 'controllers'), { status: 'warn', finding: 'without cpu, cpuacct, blkio' });
  t.notOk(named(checks, 'cgroup files'), 'files of version 2 are not asked for');
  writeFiles(root, { 'cgroup/unified/cgroup.controllers': '\n' });
  t.match(named(checkCgroups(examined(root)).checks, 'cgroups'), { finding: /version 2 with no controllers$/ });
  t.end();
});

t.test('processes of another PID namespace', (t) => {
  const root = t.testdir({});
  writeFiles(root, { 'cgroup/cgroup.controllers': 'cpu memory io pids\n', 'cgroup/a/cgroup.procs': '0\n12\n0\n' });
  t.match(named(checkCgroups(examined(root)).checks, 'pid namespace'), {
    status: 'warn',
    finding: '2 of 3 processes in cgroups live outside of this PID namespace',
    remedy: /hostPID/,
  });
  t.end();
});

t.test('no cgroup tree at all', (t) => {
  const root = t.testdir({});
  mkdirSync(join(root, 'cgroup'));
  const { checks, survey } = checkCgroups(examined(root));
  t.match(checks, [{ name: 'cgroups', status: 'fail', remedy: /--cgroup-root/ }]);
  t.equal(checks.length, 1);
  t.equal(survey, null);
  t.end();
});
