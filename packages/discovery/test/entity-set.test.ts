import type { Entity } from '@fgm/catalog';
import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import t from 'tap';
import { EntitySet } from '../src/entity-set.ts';
import { detectCgroups } from '../src/mounts.ts';
import { scan } from '../src/scan.ts';
import { CgroupNode, drain, makeTrees } from '../src/tree.ts';
import type { CgroupTree } from '../src/tree.ts';
import { POD, hybrid, id, make, v2 } from './trees.ts';

const A = id(1);
const B = id(2);
const inOrder = (left: string, right: string) => (left < right ? -1 : 1);
const NOTHING = {
  added: [],
  changed: [],
  removed: [],
  notices: [],
  groups: { added: [], changed: [], removed: [] },
  initial: false,
};
const ALL = ['memory', 'cpu,cpuacct', 'pids', 'blkio', 'systemd', 'unified'];

/** A set over a fixture, with a clock that counts its calls, and the way to tell it that a directory came or went. */
function follow(root: string, firstEntity = 0) {
  let now = 1_000;
  const entities = new EntitySet(firstEntity, () => now++);
  const trees = makeTrees(detectCgroups(root), {
    added: (node) => entities.add(node),
    removed: (node) => entities.remove(node),
    unreadable: (path) => t.fail(path),
  });
  for (const tree of trees) drain(tree.reconcile());
  const treeOf = (directory: string): CgroupTree => trees.find((tree) => directory.startsWith(`${tree.directory}/`))!;
  const look = (...names: string[]) => {
    const directory = join(root, ...names);
    const tree = treeOf(directory);
    tree.check(tree.find(dirname(directory).slice(tree.directory.length))!, basename(directory));
  };
  const remove = (...names: string[]) => {
    rmSync(join(root, ...names), { recursive: true });
    look(...names);
  };
  return { entities, trees, look, remove };
}

function byId(entities: readonly Entity[], containerId: string): Entity | undefined {
  return entities.find((entity) => entity.identity.containerId === containerId);
}

t.test('the directories of one container are put together over all trees', async (t) => {
  const root = t.testdir(hybrid());
  make(root, ALL, 'docker', A);
  const { entities } = follow(root, 7);
  t.ok(entities.hasContainers);
  entities.everything = false;
  const batch = entities.take();
  t.equal(batch.initial, true);
  t.equal(batch.added.length, 1);
  const at = (hierarchy: string) => join(root, hierarchy, 'docker', A);
  const joint = at('cpu,cpuacct');
  const rest = { systemd: at('systemd'), v2: at('unified'), blkio: at('blkio') };
  t.match(batch.added[0], {
    entity: 7,
    identity: { containerId: A, runtime: 'docker', cgroup: `/docker/${A}` },
    directories: { pids: at('pids'), memory: at('memory'), cpu: joint, cpuacct: joint, ...rest },
    processDirectories: [at('pids')],
    firstSeen: 1_001,
  });
  t.same(entities.take(), NOTHING);
});

t.test('processes are listed by the most trusted tree that has the container', async (t) => {
  for (const [index, hierarchy] of ['pids', 'memory', 'cpu,cpuacct', 'systemd', 'unified', 'blkio'].entries()) {
    const root = t.testdir(hybrid());
    make(
      root,
      ['pids', 'memory', 'cpu,cpuacct', 'systemd', 'unified', 'blkio'].slice(index),
      'docker',
      A,
      'init.scope',
    );
    const container = byId(follow(root).entities.take().added, A);
    const directory = join(root, hierarchy, 'docker', A);
    t.same(container?.processDirectories, [directory, join(directory, 'init.scope')], hierarchy);
  }
});

t.test('drivers that place a container differently in each tree', async (t) => {
  const root = t.testdir(hybrid());
  const name = `kubepods-burstable-pod${POD.replaceAll('-', '_')}.slice:cri-containerd:${A}`;
  make(root, ['systemd'], 'system.slice/containerd.service', name);
  make(root, ['pids'], 'k8s.io', A);
  const container = byId(follow(root).entities.take().added, A);
  t.match(container?.identity, { cgroup: `/k8s.io/${A}`, runtime: 'containerd', qos: 'Burstable', podUid: POD });
  const directories = {
    pids: join(root, 'pids/k8s.io', A),
    systemd: join(root, 'systemd/system.slice/containerd.service', name),
  };
  t.same(container?.directories, directories);
});

t.test('the same id twice in one tree is one container, known by the upper one', async (t) => {
  const root = t.testdir(v2());
  make(root, [''], 'outer', 'docker', A);
  make(root, [''], 'docker', A);
  const added = follow(root)
    .entities.take()
    .added.filter((entity) => entity.identity.containerId === A);
  t.equal(added.length, 1);
  t.same(added[0]?.directories, { v2: join(root, 'docker', A) });
  t.same(added[0]?.processDirectories, [join(root, 'docker', A), join(root, 'outer/docker', A)]);
});

t.test('containers in containers have their own processes each', async (t) => {
  const root = t.testdir(v2());
  make(root, [''], 'docker', A, 'kubelet/kubepods', `pod${POD}`, B, 'init.scope');
  const { added } = follow(root).entities.take();
  const outer = join(root, 'docker', A);
  const pod = join(outer, 'kubelet/kubepods', `pod${POD}`);
  t.same(byId(added, A)?.processDirectories, [outer, join(outer, 'kubelet'), join(outer, 'kubelet/kubepods'), pod]);
  t.same(byId(added, B)?.processDirectories, [join(pod, B), join(pod, B, 'init.scope')]);
});

t.test('the host has what nobody else has', async (t) => {
  const root = t.testdir(v2());
  make(root, [''], 'system.slice/ssh.service/sub');
  make(root, [''], 'mine/deeper');
  make(root, [''], 'docker', A);
  const { added } = follow(root).entities.take();
  t.same(added.map((entity) => entity.identity.scope).toSorted(inOrder), ['container', 'host', 'service']);
  const host = byId(added, '/');
  t.same(host?.directories, { v2: root });
  const plain = ['', 'docker', 'mine', 'mine/deeper', 'system.slice'].map((path) => join(root, path));
  t.equal(host?.processDirectories[0], root);
  t.same([...(host?.processDirectories ?? [])].toSorted(inOrder), plain);
  t.same(byId(added, '/system.slice/ssh.service')?.processDirectories.length, 2);
});

t.test('a directory more or less is a change of the same entity', async (t) => {
  const root = t.testdir(hybrid());
  make(root, ['pids'], 'docker', A);
  const { entities, look, remove } = follow(root);
  entities.everything = false;
  const [before] = entities.take().added;
  make(root, ['memory', 'pids'], 'docker', A, 'child');
  look('memory/docker');
  look('pids/docker', A, 'child');
  t.notOk(entities.urgent);
  const [after] = entities.take().changed;
  t.equal(after?.entity, before?.entity);
  t.equal(after?.firstSeen, before?.firstSeen);
  t.not(after, before);
  t.same(Object.keys(after?.directories ?? {}), ['pids', 'memory']);
  t.equal(after?.processDirectories.length, 2);
  remove('memory/docker', A);
  const [less] = entities.take().changed;
  t.same(Object.keys(less?.directories ?? {}), ['pids']);
  t.equal(after?.lost, undefined);
  t.same(less?.lost, ['memory'], 'what it had before is known');
  make(root, ['memory'], 'docker', A);
  look('memory/docker', A);
  t.equal(entities.take().changed[0]?.lost, undefined);
});

t.test('nothing that matters has changed', async (t) => {
  const root = t.testdir(hybrid());
  make(root, ['pids', 'memory'], 'docker', A);
  const { entities, look } = follow(root);
  entities.everything = false;
  entities.take();
  make(root, ['memory'], 'docker', A, 'child');
  look('memory/docker', A, 'child');
  t.ok(entities.pending);
  t.same(entities.take().changed, [], 'processes are listed by pids');
  t.notOk(entities.pending);
});

t.test('a container ends with the directory of its processes, whatever is left behind', async (t) => {
  const root = t.testdir(hybrid());
  make(root, ALL, 'docker', A);
  const { entities, look, remove } = follow(root, 3);
  entities.everything = false;
  entities.take();
  remove('memory/docker', A);
  t.same(entities.take().removed, []);
  remove('pids/docker', A);
  t.ok(entities.urgent);
  const [removed] = entities.take().removed;
  t.equal(removed?.entity, 3);
  t.ok(removed!.time > 1_000);
  remove('blkio/docker', A);
  t.same(entities.take(), NOTHING);

  make(root, ['pids'], 'docker', A);
  look('pids/docker', A);
  const [again] = entities.take().added;
  t.equal(again?.entity, 4, 'a container that comes back is another entity');
  t.same(Object.keys(again!.directories).length, 5, 'with what was left behind');
  t.equal(again?.directories.blkio, undefined);
});

t.test('a container that is replaced between two looks has ended', async (t) => {
  const root = t.testdir({ ...hybrid(), next: {} });
  make(root, ['pids', 'memory'], 'docker', A);
  const { entities, look } = follow(root);
  entities.everything = false;
  entities.take();
  // Both are made while the old ones exist, so that no inode number can be that of before.
  make(root, ['next/pids', 'next/memory'], 'new');
  for (const hierarchy of ['pids', 'memory']) {
    rmSync(join(root, hierarchy, 'docker', A), { recursive: true });
    renameSync(join(root, 'next', hierarchy, 'new'), join(root, hierarchy, 'docker', A));
  }
  look('pids/docker', A);
  const batch = entities.take();
  t.same(
    batch.removed.map(({ entity }) => entity),
    [0],
  );
  t.same(
    batch.added.map(({ entity }) => entity),
    [1],
  );
  t.same(Object.keys(batch.added[0]?.directories ?? {}), ['memory', 'pids'], 'the other tree was looked at as well');
});

t.test('what came and went between two reports is reported as both', async (t) => {
  const root = t.testdir(v2());
  make(root, [''], 'docker');
  const { entities, look, remove } = follow(root);
  t.notOk(entities.hasContainers);
  entities.everything = false;
  entities.take();
  make(root, [''], 'docker', A);
  look('docker', A);
  remove('docker', A);
  const { added, removed } = entities.take();
  t.match(added, [{ entity: 0, identity: { containerId: A }, directories: { v2: join(root, 'docker', A) } }]);
  t.match(removed, [{ entity: 0, figures: null }]);
  t.ok(added[0]!.firstSeen <= removed[0]!.time);
  make(root, [''], 'docker', A);
  look('docker', A);
  t.equal(entities.take().added[0]?.entity, 1, 'a number is not used again');
});

t.test('what was gone before anybody looked is told of once', async (t) => {
  const root = t.testdir(v2());
  make(root, [''], 'docker');
  const { entities, trees, look, remove } = follow(root);
  entities.everything = false;
  entities.take();
  const docker = trees[0]!.find('/docker')!;
  const glimpse = (name: string) => entities.glimpse(new CgroupNode(docker.tree, docker, name));
  glimpse('no-container');
  t.same(entities.take(), NOTHING);
  glimpse(A);
  const first = entities.take();
  t.match(first, { added: [{ identity: { containerId: A } }], removed: [{ entity: 0 }] });
  t.equal(first.groups.added[0]?.identity.cgroup, '/docker');
  glimpse(A);
  t.same(entities.take(), NOTHING, 'a second word of the same');
  make(root, [''], 'docker', B);
  look('docker', B);
  glimpse(B);
  t.equal(entities.take().added.length, 1, 'it is there: no other life of it');
  remove('docker', B);
  glimpse(B);
  t.equal(entities.take().removed.length, 1);
});

t.test('figures and notices reach whoever asks, with the number of the entity', async (t) => {
  const root = t.testdir(v2());
  make(root, [''], 'docker', A);
  const { entities, trees, remove } = follow(root);
  const node = trees[0]!.find(`/docker/${A}`)!;
  const figures = { time: 7, values: { cpu_stat_usage_usec: 5 } };
  t.same(entities.placeOf(node), { directories: { v2: join(root, 'docker', A) } });
  t.notOk(entities.hasFigures(node));
  entities.figures(node, figures);
  t.ok(entities.hasFigures(node));
  entities.notice(node, 'stopped', 9);
  entities.notice(node, 'restarted', 10);
  const { notices } = entities.take();
  t.match(notices, [
    { what: 'stopped', time: 9, figures },
    { what: 'restarted', time: 10, figures: null },
  ]);
  t.notOk(entities.hasFigures(node), 'the figures of an end are not those of the next');
  entities.figures(node, figures);
  remove('docker', A);
  t.match(entities.take().removed, [{ entity: notices[0]!.entity, figures }]);
  t.equal(entities.placeOf(node), null);
});

t.test('a service ends with its last directory', async (t) => {
  const root = t.testdir(hybrid());
  make(root, ['pids', 'systemd'], 'system.slice/ssh.service');
  const { entities, remove } = follow(root);
  const service = byId(entities.take().added, '/system.slice/ssh.service');
  remove('pids/system.slice/ssh.service');
  const batch = entities.take();
  t.same(batch.removed, []);
  t.same(byId(batch.changed, '/system.slice/ssh.service')?.processDirectories, [
    join(root, 'systemd/system.slice/ssh.service'),
  ]);
  remove('systemd/system.slice');
  t.same(
    entities.take().removed.map(({ entity }) => entity),
    [service?.entity],
  );
});

t.test('a container is forgotten with its last directory', async (t) => {
  const root = t.testdir(hybrid());
  make(root, ALL, 'docker', A);
  const { entities, remove } = follow(root);
  entities.take();
  remove('pids', 'docker', A);
  const left = entities.leftBehind;
  for (const hierarchy of ALL) if (hierarchy !== 'pids') remove(hierarchy, 'docker', A);
  t.strictSame([left, entities.leftBehind], [1, 0]);
});

/** What the entities are, without what depends on when they were seen. */
function essence(entities: Iterable<Entity>) {
  const lines = [...entities].map(({ identity, directories, processDirectories }) => {
    const places = Object.entries(directories).map(([hierarchy, directory]) => `${hierarchy} ${directory}`);
    return JSON.stringify([identity, places.toSorted(inOrder), processDirectories.toSorted(inOrder)]);
  });
  return lines.toSorted(inOrder).join('\n');
}

const step = fc.record({
  hierarchy: fc.constantFrom('pids', 'memory', 'unified'),
  names: fc.array(fc.constantFrom('docker', A, B, 'a.service', 'x'), { minLength: 1, maxLength: 4 }),
  make: fc.boolean(),
  told: fc.boolean(),
});

t.test('however it came to be, the state is what a new scan finds', async (t) => {
  const root = t.testdir({ runs: {} });
  let run = 0;
  await holds(
    t,
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      const here = join(root, 'runs', String(run++));
      for (const name of ['pids', 'memory']) {
        mkdirSync(join(here, name), { recursive: true });
        mkdirSync(join(here, name, 'tasks'));
      }
      mkdirSync(join(here, 'unified/cgroup.controllers'), { recursive: true });
      const { entities, trees, look } = follow(here);
      const known = new Map<number, Entity>();
      const numbers = new Set<number>();
      const take = () => {
        const { added, changed, removed } = entities.take();
        for (const { entity } of removed) if (!known.delete(entity)) throw new Error('unknown entity removed');
        for (const entity of changed) if (!known.has(entity.entity)) throw new Error('unknown entity changed');
        for (const { entity } of added)
          if (numbers.size === numbers.add(entity).size) throw new Error('number used twice');
        for (const entity of [...added, ...changed]) known.set(entity.entity, entity);
      };
      for (const { hierarchy, names, make, told } of steps) {
        const directory = join(here, hierarchy, ...names);
        if (make) mkdirSync(directory, { recursive: true });
        else rmSync(directory, { recursive: true, force: true });
        const tree = trees.find((tree) => tree.directory === join(here, hierarchy))!;
        const known = tree.find(`/${names.slice(0, -1).join('/')}`);
        if (told && known !== undefined) look(hierarchy, ...names);
        if (told) take();
      }
      for (const tree of trees) drain(tree.reconcile());
      take();
      const found = scan({ cgroupRoot: here, scope: 'all' }).entities;
      const [left, right] = [essence(known.values()), essence(found)];
      if (left !== right) throw new Error(`known:\n${left}\nfound:\n${right}`);
    }),
  );
});
