import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { detectCgroups, processHierarchies } from '../src/mounts.ts';
import { hybrid, v1, v2 } from './trees.ts';

t.test('a v2 tree at the root', async (t) => {
  const root = t.testdir({ ...v2(), 'system.slice': { 'cgroup.controllers': '' } });
  const mounts = detectCgroups(root);
  t.equal(mounts.mode, 'v2');
  t.same(mounts.hierarchies, { v2: root }, 'a slice in it is no mount');
  t.ok(mounts.controllers.includes('memory'));
  t.same(processHierarchies(mounts), ['v2']);
});

t.test('v1 controllers, two of them mounted together under links', async (t) => {
  const root = t.testdir(v1());
  symlinkSync('cpu,cpuacct', join(root, 'cpu'));
  symlinkSync('cpu,cpuacct', join(root, 'cpuacct'));
  const mounts = detectCgroups(root);
  const joint = join(root, 'cpu,cpuacct');
  t.equal(mounts.mode, 'v1');
  t.same(mounts.hierarchies, {
    memory: join(root, 'memory'),
    cpu: joint,
    cpuacct: joint,
    pids: join(root, 'pids'),
    blkio: join(root, 'blkio'),
    systemd: join(root, 'systemd'),
  });
  t.same(mounts.controllers, []);
  t.same(processHierarchies(mounts), ['pids', 'memory', 'cpu', 'cpuacct', 'systemd', 'blkio']);
});

t.test('hybrid: a v2 tree with nothing of use comes behind v1', async (t) => {
  const root = t.testdir(hybrid());
  const mounts = detectCgroups(root);
  t.equal(mounts.mode, 'hybrid');
  t.equal(mounts.hierarchies.v2, join(root, 'unified'));
  t.same(mounts.controllers, ['hugetlb']);
  t.same(processHierarchies(mounts), ['pids', 'memory', 'cpu', 'cpuacct', 'systemd', 'v2', 'blkio']);
});

t.test('hybrid: a v2 tree with the process controllers comes first', async (t) => {
  const tree = { unified: { 'cgroup.controllers': 'io pids' }, memory: { tasks: '' } };
  const mounts = detectCgroups(t.testdir(tree));
  t.same(processHierarchies(mounts), ['v2', 'memory']);
});

t.test('controllers under odd names are known by their files', async (t) => {
  const tree = { a: { tasks: '', 'memory.usage_in_bytes': '' }, b: { tasks: '', 'cpuset.mems': '' }, c: { tasks: '' } };
  const root = t.testdir(tree);
  t.same(detectCgroups(root).hierarchies, { memory: join(root, 'a'), cpuset: join(root, 'b') });
});

t.test('v1 controllers that cgroup v2 has besides, on hybrid hosts', async (t) => {
  const tree = { ...hybrid(), hugetlb: { tasks: '' }, rdma: { tasks: '' }, other: { tasks: '', 'misc.capacity': '' } };
  const root = t.testdir(tree);
  const mounts = detectCgroups(root);
  t.match(mounts.hierarchies, { hugetlb: join(root, 'hugetlb'), rdma: join(root, 'rdma'), misc: join(root, 'other') });
  t.same(processHierarchies(mounts).slice(-4), ['blkio', 'hugetlb', 'misc', 'rdma'], 'they list processes last');
});

t.test('a single v1 tree as the root', async (t) => {
  const root = t.testdir(v1());
  const memory = join(root, 'memory');
  t.same(detectCgroups(memory), { mode: 'v1', hierarchies: { memory }, controllers: [] });
});

t.test('a link to the root is resolved', async (t) => {
  const root = t.testdir({ real: v2(), link: t.fixture('symlink', 'real') });
  t.equal(detectCgroups(join(root, 'link')).hierarchies.v2, join(root, 'real'));
});

t.test('nothing there', async (t) => {
  const root = t.testdir({ memory: { 'memory.usage_in_bytes': '' }, file: '', dangling: t.fixture('symlink', 'gone') });
  for (const path of [root, join(root, 'file'), join(root, 'missing'), '']) {
    t.same(detectCgroups(path), { mode: 'none', hierarchies: {}, controllers: [] }, path);
  }
});

t.test('an unreadable list of controllers is an empty one', async (t) => {
  const root = t.testdir({ 'cgroup.controllers': {} });
  t.same(detectCgroups(root), { mode: 'v2', hierarchies: { v2: root }, controllers: [] });
});
