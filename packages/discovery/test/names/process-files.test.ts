import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { ProcessFiles, askMembers } from '../../src/names/process-files.ts';
import { POD, id } from '../trees.ts';
import { FakeNode, mount } from './fake-node.ts';

const HOSTS = mount(`/var/lib/kubelet/pods/${POD}/etc-hosts`, '/etc/hosts');

t.test('who watches over a container', async (t) => {
  const shim = '/usr/bin/containerd-shim-runc-v2\0-namespace\0k8s.io\0';
  const conmon = (...words: string[]) => ['/usr/bin/conmon', '--api-version', '1', ...words, ''].join('\0');
  const rows: Readonly<Record<string, readonly [string, string | null, object | null]>> = {
    'a shim, by its directory': [shim, '/run/x/k8s.io/abc', { monitor: 'shim', directory: '/run/x/k8s.io/abc' }],
    'a shim without one': [shim, null, null],
    'conmon, by its argument': [
      conmon('-b', '/srv/userdata', '-n', 'web'),
      '/',
      { monitor: 'conmon', directory: '/srv/userdata' },
    ],
    'conmon without the argument': [conmon('-n', 'web'), '/', null],
    'conmon with a relative one': [conmon('-b', 'userdata'), '/', null],
    'conmon with nothing behind it': ['conmon\0-b', '/', null],
    'anybody else': ['/bin/bash\0-b\0/srv\0', '/srv', null],
    nobody: ['', '/srv', null],
  };
  for (const [name, [cmdline, cwd, expected]] of Object.entries(rows)) {
    const node = new FakeNode(t.testdir({}));
    node.process(50, { cmdline }, cwd === null ? {} : { cwd });
    const directory = node.process(51, { stat: '51 (a b) c) S 50 51 51 0' });
    t.same(await new ProcessFiles(node.procRoot).bundleHint(directory, null), expected, name);
  }
});

t.test('a process without a parent that can be seen', async (t) => {
  const node = new FakeNode(t.testdir({}));
  const files = new ProcessFiles(node.procRoot);
  for (const stat of ['', '51 (a) S 0 51', '51 (a) S 1 51', '51 (a) S x', '51 (a', '51 (a) S 99 51'])
    t.equal(await files.bundleHint(node.process(51, { stat }), null), null, stat);
});

t.test('a cgroup in which nobody can be seen', async (t) => {
  const node = new FakeNode(t.testdir({}));
  const directory = node.process(51, { mountinfo: HOSTS });
  const files = new ProcessFiles(node.procRoot);
  t.match(await files.mounts(directory, id(1), true), { podUid: POD });
  for (const list of ['', '0\n0\n', 'x\n', '99\n']) {
    writeFileSync(join(directory, 'cgroup.procs'), list);
    t.equal(await files.mounts(directory, id(1), true), null, JSON.stringify(list));
  }
  t.equal(await files.mounts(join(directory, 'none'), id(1), true), null);
});

t.test('a process that leaves while it is asked has told nothing', async (t) => {
  for (const [lists, expected] of [
    [[[51], [51]], 'answer of 51'],
    [
      [
        [51, 52],
        [52, 51],
      ],
      'answer of 51',
    ],
    [[[51, 52], [52], [52]], 'answer of 52'],
    [[[51], []], null],
    [[[51], [52]], null],
    [[[]], null],
  ] as const) {
    const left = [...lists];
    const list = async () => left.shift() ?? [];
    t.equal(await askMembers(list, async (pid) => `answer of ${pid}`), expected, JSON.stringify(lists));
  }
  const many = Array.from({ length: 1000 }, (_, index) => index + 1);
  let asked = 0;
  await askMembers(
    async () => many,
    async () => (asked++, null),
  );
  t.equal(asked, 8, 'not all of a thousand');
});

t.test('the first process is asked for its parent, not its children', async (t) => {
  const node = new FakeNode(t.testdir({}));
  node.process(90, { cmdline: '/usr/bin/containerd-shim-runc-v2\0' }, { cwd: '/run/x/k8s.io/abc' });
  node.process(95, { stat: '95 (sh) S 90 95' });
  node.process(61, { stat: '61 (sleep) S 95 95' });
  const directory = node.process(97, { stat: '97 (sleep) S 95 95' });
  writeFileSync(join(directory, 'cgroup.procs'), '97\n95\n61\n');
  t.match(await new ProcessFiles(node.procRoot).bundleHint(directory, null), { directory: '/run/x/k8s.io/abc' });
});

t.test('the only one of a pod that runs something', async (t) => {
  const rows: Readonly<Record<string, readonly [names: readonly string[], comm: string, boolean]>> = {
    alone: [[id(1)], 'web', true],
    'alone, with conmon beside it': [[id(1), `crio-conmon-${id(1)}`, 'x'], 'web', true],
    'with another': [[id(1), id(2)], 'web', false],
    'with a sandbox that is known by its form': [[id(1), `kata_${id(2)}`], 'web', false],
    'the sandbox': [[id(1)], 'pause', false],
    'nothing that can be seen': [[id(1)], '', false],
  };
  for (const [name, [names, comm, expected]] of Object.entries(rows)) {
    const node = new FakeNode(t.testdir({}));
    node.process(51, comm === '' ? {} : { comm: `${comm}\n` });
    for (const each of names) mkdirSync(join(node.cgroups, 'pod', each), { recursive: true });
    const directory = join(node.cgroups, 'pod', id(1));
    writeFileSync(join(directory, 'cgroup.procs'), '51\n');
    t.equal(await new ProcessFiles(node.procRoot).isOnlyOne(directory), expected, name);
  }
});

t.test("a real process's own mounts and parent", { skip: process.platform !== 'linux' }, async (t) => {
  const child = spawn('sleep', ['600'], { stdio: 'ignore' });
  t.teardown(() => child.kill());
  await once(child, 'spawn');
  const directory = t.testdir({ 'cgroup.procs': `${child.pid}\n` });
  const files = new ProcessFiles('/proc');
  t.equal(await files.mounts(directory, id(1), true), null);
  t.equal(await files.bundleHint(directory, null), null, 'this test is no runtime');
  t.equal(await files.generatedName(directory), null, 'in the same namespace as process 1');
});
