import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { CgroupTree, drain, makeTrees } from '../src/tree.ts';
import type { CgroupNode } from '../src/tree.ts';
import { detectCgroups } from '../src/mounts.ts';
import { errnoOf } from '../src/trouble.ts';
import { LiveCgroups } from './live-cgroups.ts';
import { POD, hybrid, id, make, tooDeep, v1 } from './trees.ts';

/** A tree and the paths it told of, `+` before those that came and `-` before those that went. */
function listen(directory: string) {
  const told: string[] = [];
  const tree = new CgroupTree(['v2'], directory, 0, {
    added: (node) => told.push(`+${node.path}`),
    removed: (node) => told.push(`-${node.path}`),
    unreadable: (path, error) => told.push(`!${errnoOf(error)} ${path.length}`),
  });
  const news = () => told.splice(0).toSorted((left, right) => left.localeCompare(right));
  return { tree, news };
}

function* below(node: CgroupNode): Generator<CgroupNode> {
  yield node;
  for (const child of node.children.values()) yield* below(child);
}

t.test('an ordinary directory is walked, then only its changes are told', async (t) => {
  const root = t.testdir({ a: { b: { c: {} }, 'cgroup.procs': '' }, d: {} });
  const { tree, news } = listen(root);
  drain(tree.reconcile());
  t.same(news(), ['+/', '+/a', '+/a/b', '+/a/b/c', '+/d']);
  t.equal(tree.find('/a/b/c')?.directory, join(root, 'a/b/c'));
  t.equal(tree.find('/'), tree.root);
  t.equal(tree.root.directory, root);
  t.equal(tree.find('/a/x/c'), undefined);
  drain(tree.reconcile());
  t.same(news(), []);
  rmSync(join(root, 'a/b'), { recursive: true });
  mkdirSync(join(root, 'd/e'));
  drain(tree.reconcile());
  t.same(news(), ['-/a/b', '-/a/b/c', '+/d/e']);
});

t.test('a part of it is walked', async (t) => {
  const root = t.testdir({ a: {}, b: {} });
  const { tree, news } = listen(root);
  drain(tree.reconcile());
  news();
  mkdirSync(join(root, 'a/x'));
  mkdirSync(join(root, 'b/x'));
  drain(tree.reconcile(tree.find('/a')));
  t.same(news(), ['+/a/x']);
});

t.test("a Podman pod below a parent of the user's choice is no container, its containers are", async (t) => {
  // podman pod create --cgroup-parent /custom, with the cgroupfs manager
  const [pod, container] = [id(1), `libpod-${id(2)}`];
  const whole = t.testdir({ custom: { [pod]: { conmon: {}, [container]: {} } } });
  const all = listen(whole).tree;
  drain(all.reconcile());
  t.equal(all.find(`/custom/${pod}`)?.identity, null);
  t.match(all.find(`/custom/${pod}/${container}`)?.identity, { containerId: id(2), runtime: 'podman' });
  t.equal(all.find(`/custom/${pod}/conmon`)?.owner, all.root);

  const emptied = listen(t.testdir({ custom: { [pod]: { conmon: {} } } })).tree;
  drain(emptied.reconcile());
  t.equal(emptied.find(`/custom/${pod}`)?.identity, null);

  const root = t.testdir({ custom: {} });
  const { tree, news } = listen(root);
  drain(tree.reconcile());
  news();
  mkdirSync(join(root, 'custom', pod));
  tree.check(tree.find('/custom')!, pod);
  t.match(tree.find(`/custom/${pod}`)?.identity, { containerId: pod }, 'nothing is in it yet');
  mkdirSync(join(root, 'custom', pod, 'sub'));
  mkdirSync(join(root, 'custom', pod, container));
  tree.check(tree.find(`/custom/${pod}`)!, container);
  t.equal(tree.find(`/custom/${pod}`)?.identity, null);
  t.equal(tree.find(`/custom/${pod}/sub`)?.owner, tree.root);
  const [directory, one] = [`/custom/${pod}`, `/custom/${pod}/${container}`];
  const expected = [`+${directory}`, `-${directory}`, `+${directory}`, `+${one}`, `+${directory}/sub`];
  t.same(
    news(),
    expected.toSorted((left, right) => left.localeCompare(right)),
  );
});

t.test('a container that has the same in a container of its own stays one', async (t) => {
  const inside = `libpod-${id(2)}`;
  const root = t.testdir({
    docker: { [id(1)]: { [inside]: {} } },
    kubepods: { [`pod${POD}`]: { [id(3)]: { [inside]: {} } } },
  });
  const { tree } = listen(root);
  drain(tree.reconcile());
  t.match(tree.find(`/docker/${id(1)}`)?.identity, { containerId: id(1) });
  t.match(tree.find(`/kubepods/pod${POD}/${id(3)}`)?.identity, { containerId: id(3), podUid: POD });
});

t.test('the top of a cgroup namespace is not called the host', async (t) => {
  const rows: readonly (readonly [Record<string, string>, string | null])[] = [
    [{ 'cgroup.controllers': '', 'cgroup.procs': '' }, 'host'],
    [{ 'cgroup.controllers': '', 'cgroup.events': '', 'cgroup.type': '' }, null],
    [{ tasks: '', notify_on_release: '0', release_agent: '' }, 'host'],
    [{ tasks: '', notify_on_release: '0' }, null],
    [{ tasks: '' }, 'host'],
  ];
  for (const [files, name] of rows) {
    const { identity } = listen(t.testdir(files)).tree.root;
    t.match(identity, { scope: 'host', container: name }, Object.keys(files).join(' '));
  }
});

t.test('one name is looked at', async (t) => {
  const root = t.testdir({ a: {} });
  const { tree, news } = listen(root);
  drain(tree.reconcile());
  news();
  mkdirSync(join(root, 'b/c'), { recursive: true });
  mkdirSync(join(root, 'unasked'));
  tree.check(tree.root, 'b');
  tree.check(tree.root, 'b');
  t.same(news(), ['+/b', '+/b/c']);
  rmSync(join(root, 'b'), { recursive: true });
  const gone = tree.find('/b')!;
  tree.check(tree.root, 'b');
  t.same(news(), ['-/b', '-/b/c']);
  t.ok(gone.gone);
  mkdirSync(join(root, 'b/c'), { recursive: true });
  tree.check(gone, 'c');
  tree.check(tree.root, 'never');
  t.same(news(), [], 'nothing in what is gone, nothing where nothing is');
});

t.test('another directory under the same name is another one', async (t) => {
  const root = t.testdir({ a: { x: {} }, other: { y: {} } });
  const replace = (from: string, to: string) => {
    rmSync(join(root, to), { recursive: true });
    execFileSync('mv', [join(root, from), join(root, to)]);
  };
  const { tree, news } = listen(root);
  drain(tree.reconcile());
  news();
  replace('other', 'a');
  tree.check(tree.root, 'a');
  t.same(news(), ['-/a', '-/a/x', '+/a', '+/a/y']);
  mkdirSync(join(root, 'third/z'), { recursive: true });
  replace('third', 'a');
  drain(tree.reconcile());
  t.same(news(), ['-/a', '-/a/y', '-/other', '-/other/y', '+/a', '+/a/z']);
});

t.test('links and files are no cgroups', async (t) => {
  const root = t.testdir({ a: {}, file: '' });
  symlinkSync('..', join(root, 'a/loop'));
  const { tree, news } = listen(root);
  drain(tree.reconcile());
  tree.check(tree.root, 'file');
  tree.check(tree.find('/a')!, 'loop');
  t.same(news(), ['+/', '+/a']);
});

t.test('a directory becomes a file', async (t) => {
  const root = t.testdir({ a: { b: {} } });
  const { tree, news } = listen(root);
  drain(tree.reconcile());
  news();
  rmSync(join(root, 'a'), { recursive: true });
  writeFileSync(join(root, 'a'), '');
  tree.check(tree.root, 'a');
  t.same(news(), ['-/a', '-/a/b']);
});

t.test('directories go and come while a walk is under way', async (t) => {
  const root = t.testdir({ a: { b: {} }, c: {} });
  const { tree, news } = listen(root);
  const walk = tree.reconcile();
  walk.next();
  rmSync(join(root, 'a'), { recursive: true });
  mkdirSync(join(root, 'c/d'));
  tree.check(tree.root, 'a');
  drain(walk);
  t.same(news(), ['-/a', '+/', '+/a', '+/c', '+/c/d']);
});

t.test('far too deep is as far as the kernel lets us', async (t) => {
  const root = t.testdir({});
  const deep = tooDeep(root);
  try {
    const { tree, news } = listen(root);
    drain(tree.reconcile());
    t.match(
      news().filter((line) => line.startsWith('!')),
      [/^!ENAMETOOLONG/],
    );
    const depth = [...below(tree.root)].length;
    t.ok(depth > 10 && depth < 20, `${depth} levels known`);
  } finally {
    deep.remove();
  }
});

t.test('a directory that may not be read is told, and kept with what was known in it', async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'fgm-tree-'));
  t.teardown(() => execFileSync('rm', ['-rf', root]));
  make(root, [''], 'a/b');
  make(root, [''], 'c');
  chmodSync(root, 0o755);
  const { tree, news } = listen(root);
  drain(tree.reconcile());
  news();
  mkdirSync(join(root, 'a/new'));
  chmodSync(join(root, 'a'), 0);
  mkdirSync(join(root, 'c/d'));
  const asRoot = process.geteuid?.() === 0;
  if (asRoot) process.seteuid?.(65_534);
  try {
    drain(tree.reconcile());
  } finally {
    if (asRoot) process.seteuid?.(0);
    chmodSync(join(root, 'a'), 0o755);
  }
  t.match(news(), [/^!EACCES/, /^!EACCES/, '+/c/d']);
  t.not(tree.find('/a/b'), undefined);
});

t.test('a thousand levels need no stack', async (t) => {
  const root = t.testdir({});
  mkdirSync(join(root, 'd/'.repeat(1_000)), { recursive: true });
  const { tree, news } = listen(root);
  drain(tree.reconcile());
  t.equal(news().length, 1_001);
  execFileSync('rm', ['-rf', join(root, 'd')]);
  drain(tree.reconcile());
  t.equal(news().length, 1_000);
});

t.test('a mount that cannot be seen keeps what is known', async (t) => {
  const root = t.testdir({ mount: { a: {} } });
  const { tree, news } = listen(join(root, 'mount'));
  drain(tree.reconcile());
  news();
  execFileSync('mv', [join(root, 'mount'), join(root, 'away')]);
  drain(tree.reconcile());
  t.match(news(), [/^!ENOENT/]);
  t.not(tree.find('/a'), undefined);
  execFileSync('mv', [join(root, 'away'), join(root, 'mount')]);
  drain(tree.reconcile());
  t.same(news(), []);
});

t.test('whose processes a directory lists', async (t) => {
  const service = 'system.slice/web.service';
  const root = t.testdir({
    'system.slice': { 'web.service': { runtime: {}, [`libpod-payload-${id(1)}`]: { x: {} } } },
  });
  const { tree } = listen(root);
  drain(tree.reconcile());
  const owner = (path: string) => tree.find(path)?.owner.path;
  t.equal(owner('/system.slice'), '/');
  t.equal(owner(`/${service}`), `/${service}`);
  t.equal(owner(`/${service}/runtime`), `/${service}`);
  t.equal(owner(`/${service}/libpod-payload-${id(1)}/x`), `/${service}/libpod-payload-${id(1)}`);
});

t.test('one tree for each mount, the most trusted first', async (t) => {
  const listener = { added: () => {}, removed: () => {}, unreadable: () => {} };
  const trees = makeTrees(detectCgroups(t.testdir(hybrid())), listener);
  const joint = [['pids'], ['memory'], ['cpu', 'cpuacct'], ['systemd'], ['v2'], ['blkio']];
  t.same(
    trees.map((tree) => tree.hierarchies),
    joint,
  );
  t.same(
    trees.map((tree) => tree.rank),
    [0, 1, 2, 3, 4, 5],
  );
  t.equal(makeTrees(detectCgroups(t.testdir(v1())), listener).length, 5);
});

const live = new LiveCgroups();
t.test('real cgroups, where the link count stands in for reading', { skip: live.unusable('v2') }, async (t) => {
  t.teardown(() => live.tearDown());
  const root = live.make('v2');
  const [a, b] = [live.make('v2', 'a'), live.make('v2', 'b')];
  live.make('v2', 'a', 'x');
  const { tree, news } = listen(root);
  drain(tree.reconcile());
  t.same(news(), ['+/', '+/a', '+/a/x', '+/b']);
  t.test('as many children as before, but others', async (t) => {
    live.remove(b);
    live.make('v2', 'c');
    drain(tree.reconcile());
    t.same(news(), ['-/b', '+/c']);
  });
  t.test('the same name, but another cgroup', async (t) => {
    live.remove(a);
    live.make('v2', 'a', 'y');
    drain(tree.reconcile());
    t.same(news(), ['-/a', '-/a/x', '+/a', '+/a/y']);
  });
});
