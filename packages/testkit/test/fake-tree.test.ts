import { existsSync, openSync, readFileSync, readSync, closeSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { FakeTree } from '../src/index.ts';

t.test('it holds the containers and processes asked for, told apart by pid', async (t) => {
  const tree = new FakeTree(t.testdir(), { containers: 3, processes: 4 });
  const pids = tree.containers.flatMap(({ directory }) =>
    readFileSync(join(directory, 'cgroup.procs'), 'utf8').split('\n').slice(0, -1),
  );
  t.equal(new Set(pids).size, 12);
  for (const pid of pids)
    t.match(readFileSync(join(tree.procRoot, pid, 'stat'), 'utf8'), new RegExp(`^${pid} \\(worker-${pid}\\) S 1 `));
  t.equal(new Set(tree.containers.map(({ id }) => id)).size, 3);
  for (const { id, cgroup } of tree.containers) t.match(cgroup, new RegExp(`/cri-containerd-${id}\\.scope$`));
});

t.test('stat has the 52 fields of the kernel', async (t) => {
  const tree = new FakeTree(t.testdir(), { containers: 1, processes: 1 });
  const stat = readFileSync(join(tree.containers[0]!.processes[0]!.directory, 'stat'), 'utf8');
  t.equal(stat.trimEnd().split(' ').length, 52);
});

t.test('a tick changes the active containers, in files that are open', async (t) => {
  const tree = new FakeTree(t.testdir(), { containers: 2, processes: 1 });
  const file = openSync(join(tree.containers[0]!.directory, 'cpu.stat'), 'r');
  t.teardown(() => closeSync(file));
  const buffer = Buffer.alloc(4096);
  const read = () => buffer.toString('latin1', 0, readSync(file, buffer, 0, buffer.length, 0));
  const before = read();
  const idle = readFileSync(join(tree.containers[1]!.directory, 'cpu.stat'), 'utf8');
  tree.tick(1);
  t.not(read(), before);
  t.match(read(), `usage_usec ${tree.containers[0]!.usageUsec}\n`);
  t.equal(readFileSync(join(tree.containers[1]!.directory, 'cpu.stat'), 'utf8'), idle);
});

t.test('containers come and go', async (t) => {
  const tree = new FakeTree(t.testdir(), { containers: 1, processes: 2 });
  const [first] = tree.containers;
  const second = tree.add();
  tree.remove(first!);
  t.notOk(existsSync(first!.directory));
  t.notOk(existsSync(first!.processes[0]!.directory));
  t.ok(existsSync(second.directory));
  t.same(tree.containers, [second]);
  t.not(tree.add().id, first!.id, 'an id is not used again');
});
