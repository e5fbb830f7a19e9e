import { Counters } from '@fgm/ring';
import type { Entity, LateNames } from '@fgm/catalog';
import { mkdirSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import { DISCOVERY_COUNTERS, Discovery } from '../../src/index.ts';
import { identify } from '../../src/identify.ts';
import { Names } from '../../src/names/names.ts';
import { SYSTEM_TIME, type DiscoveryTime, type Timer } from '../../src/time.ts';
import { Recording } from '../recording.ts';
import { POD, id, make, v2 } from '../trees.ts';
import { FakeNode, WEB } from './fake-node.ts';

/** Discovery over a fixture with a node's files around it. Nothing here waits for the rescan unless it says so. */
function discover(t: Test, prepare: (node: FakeNode, root: string) => void, rescanMs = 60_000) {
  const directory = t.testdir({ tree: v2() });
  const root = join(directory, 'tree');
  const node = new FakeNode(directory);
  prepare(node, root);
  const counters = Counters.create(DISCOVERY_COUNTERS);
  const recording = new Recording();
  const { hostRoot, procRoot } = node;
  const options = {
    cgroupRoot: root,
    scope: 'containers',
    firstEntity: 0,
    rescanMs,
    hostRoot,
    procRoot,
    counters,
  } as const;
  const discovery = new Discovery(options, recording);
  t.teardown(() => discovery.stop());
  discovery.start();
  const named = (number: number, name: string) =>
    recording.until(() => {
      const entity = recording.find(id(number));
      return entity?.identity.container === name ? entity : undefined;
    });
  return { node, root, recording, discovery, counters, named };
}

t.test('news of a container does not wait for its name', async (t) => {
  const { recording, counters, named } = discover(t, (node, root) => {
    make(root, [''], 'docker', id(1));
    node.docker(1);
  });
  t.match(recording.batches, [{ initial: true, added: [{ entity: 0, identity: { container: null } }] }]);
  const entity = await named(1, 'web');
  t.match(entity, { entity: 0, identity: { image: 'busybox:rig', restartCount: 0, runtime: 'docker' } });
  t.match(recording.batches.at(-1), { initial: false, added: [], removed: [] });
  t.equal(counters.get('names_runtime'), 1);
  t.equal(counters.get('unnamed'), 0);
});

t.test('files that come after the cgroup', async (t) => {
  const { node, root, recording, named, counters } = discover(t, () => {});
  make(root, [''], `kubepods/burstable/pod${POD}`, id(1));
  await recording.until(() => recording.find(id(1)));
  t.equal(counters.get('unnamed'), 1);
  node.containerd(1, WEB, 'web');
  t.match(await named(1, 'web'), { identity: { pod: 'web-0', restartCount: null } });
  node.logs(WEB, 'web', 3);
  const counted = () => recording.find(id(1))?.identity.restartCount ?? undefined;
  t.equal(await recording.until(counted), 3);
});

t.test('a container that comes back is asked about anew', async (t) => {
  const { node, root, recording, named } = discover(t, (node, root) => {
    make(root, [''], 'docker', id(1));
    node.docker(1, { RestartCount: 0 });
  });
  await named(1, 'web');
  rmSync(join(root, 'docker', id(1)), { recursive: true });
  await recording.until(() => recording.removed[0]);
  node.docker(1, { RestartCount: 1, Name: '/other' });
  make(root, [''], 'docker', id(1));
  t.match(await named(1, 'other'), { entity: 1, identity: { restartCount: 1 } });
  t.match(recording.ever.get(1), { identity: { container: null } }, 'it came without the name of its former life');
});

t.test('another name later', async (t) => {
  const { node, discovery, recording, named } = discover(t, (node, root) => {
    make(root, [''], 'docker', id(1));
    node.docker(1);
  });
  await named(1, 'web');
  const batches = recording.batches.length;
  node.docker(1, { Name: '/renamed', RestartCount: 2 });
  discovery.rescan();
  t.match(await named(1, 'renamed'), { entity: 0, identity: { restartCount: 2 } });
  node.remove('/var/lib/docker');
  discovery.rescan();
  t.equal(recording.batches.length, batches + 1);
  t.equal(recording.find(id(1))?.identity.container, 'renamed', 'a file that is gone takes no name with it');
});

t.test('at the regular rescan as well', async (t) => {
  const { node, named } = discover(
    t,
    (node, root) => {
      make(root, [''], 'docker', id(1));
      node.docker(1);
    },
    20,
  );
  await named(1, 'web');
  node.docker(1, { Name: '/renamed' });
  await named(1, 'renamed');
});

t.test('a sandbox, its containers, and what they share', async (t) => {
  const { recording, named, counters } = discover(t, (node, root) => {
    for (const number of [1, 2, 9]) make(root, [''], 'kubepods/burstable', `pod${POD}`, id(number));
    node.containerd(9, WEB, null);
    node.containerd(1, WEB, 'web');
    node.containerd(2, WEB, 'sidecar');
    node.logs(WEB, 'web', 0);
    node.logs(WEB, 'sidecar', 5);
  });
  await Promise.all([named(1, 'web'), named(2, 'sidecar')]);
  await recording.until(() => (recording.find(id(9))?.identity.scope === 'sandbox' ? true : undefined));
  t.match(recording.find(id(9)), { identity: { pod: 'web-0', container: null } });
  t.equal(counters.get('unnamed'), 0);
});

/** Where the node is. */
function paths({ hostRoot, procRoot }: FakeNode): { readonly hostRoot: string; readonly procRoot: string } {
  return { hostRoot, procRoot };
}

/** A container as discovery reports it. */
function entityOf(entity: number, container: number): Entity {
  const identity = identify(`/docker/${id(container)}`)!;
  return { entity, identity, directories: {}, processDirectories: [], firstSeen: 0 };
}

t.test('who comes while hundreds wait is not kept waiting', async (t) => {
  const node = new FakeNode(t.testdir({}));
  const many = Array.from({ length: 300 }, (_, number) => number);
  for (const number of [...many, 999]) node.docker(number, { Name: `/c${number}` });
  const changed: number[] = [];
  const late: LateNames[] = [];
  const names = new Names(node, { changed: (entity) => changed.push(entity), late: (one) => late.push(one) });
  t.teardown(() => names.stop());
  names.follow({ added: many.map((number) => entityOf(number, number)), changed: [], removed: [], initial: true });
  names.follow({ added: [entityOf(999, 999)], changed: [], removed: [], initial: false });
  t.equal(names.counts.unnamed, 301);
  while (changed.length < 301) await new Promise((resolve) => setImmediate(resolve));
  t.ok(changed.indexOf(999) <= 1, 'after the one that was being asked about');
  t.equal(names.counts.unnamed, 0);
  t.equal(names.counts.resolved.runtime, 301);
  t.same(late, []);
});

t.test('what has gone while it was asked about is named by its id, once', async (t) => {
  const node = new FakeNode(t.testdir({}));
  node.docker(1);
  const changed: number[] = [];
  const late: LateNames[] = [];
  const names = new Names(node, { changed: (entity) => changed.push(entity), late: (one) => late.push(one) });
  const path = identify(`/docker/${id(1)}`)!;
  names.follow({ added: [entityOf(0, 1)], changed: [], removed: [], initial: false });
  names.follow({ added: [], changed: [], removed: [{ entity: 0 }], initial: false });
  t.equal(names.counts.unnamed, 0);
  t.equal(names.identify(0, path), path);
  names.follow({ added: [entityOf(1, 1)], changed: [entityOf(7, 2)], removed: [{ entity: 5 }], initial: false });
  while (changed.length + late.length < 2) await new Promise((resolve) => setImmediate(resolve));
  t.same(changed, [1]);
  const recordFile = `/var/lib/docker/containers/${id(1)}/config.v2.json`;
  t.match(late, [{ entity: 0, identity: { container: 'web', image: 'busybox:rig' }, recordFile }]);
  t.equal(late.length, 1);
  t.equal(names.recordFile(1), recordFile);
  t.match(names.identify(1, path), { container: 'web' });
  names.stop();
  t.equal(names.identify(1, path), path);
});

t.test('a flood of containers that are gone before anybody could look keeps a bounded queue', async (t) => {
  const node = new FakeNode(t.testdir({}));
  const last = 5_000;
  for (const number of [0, last]) node.docker(number);
  const late: LateNames[] = [];
  const names = new Names(node, { changed: () => t.fail('it is gone'), late: (one) => late.push(one) });
  t.teardown(() => names.stop());
  for (let number = 0; number <= last; number++) {
    // Both in one message, as what came and went between two looks.
    const removed = [{ entity: number }];
    names.follow({ added: [entityOf(number, number)], changed: [], removed, initial: false });
  }
  t.equal(names.counts.unnamed, 0);
  while (late.length === 0) await new Promise((resolve) => setImmediate(resolve));
  t.same(
    late.map(({ entity }) => entity),
    [last],
    'the first has made room for the newest',
  );
});

t.test('files that come after the end of a container', async (t) => {
  const { node, root, recording } = discover(t, () => {});
  make(root, [''], 'docker', id(1));
  await recording.until(() => recording.find(id(1)));
  rmSync(join(root, 'docker', id(1)), { recursive: true });
  await recording.until(() => recording.removed[0]);
  t.same(recording.lateNames, []);
  node.docker(1);
  t.match(await recording.until(() => recording.lateNames[0]), { entity: 0, identity: { container: 'web' } });
});

/** Time in which nothing is due by itself: the test makes the calls that it is asked for. */
class Waited implements DiscoveryTime {
  readonly wall = () => SYSTEM_TIME.wall();
  readonly monotonic = () => SYSTEM_TIME.monotonic();
  readonly usec = () => SYSTEM_TIME.usec();
  readonly soon = (call: () => void) => SYSTEM_TIME.soon(call);
  readonly cancelSoon = (timer: Timer) => SYSTEM_TIME.cancelSoon(timer);
  readonly waiting = new Map<Timer, { readonly milliseconds: number; readonly call: () => void }>();
  #asked: () => void = () => {};

  after(milliseconds: number, call: () => void): Timer {
    const timer: Timer = {};
    this.waiting.set(timer, { milliseconds, call });
    this.#asked();
    return timer;
  }

  cancel(timer: Timer): void {
    this.waiting.delete(timer);
  }

  /** Makes the next call. @returns what it waited for, in milliseconds */
  async next(): Promise<number> {
    while (this.waiting.size === 0) await new Promise<void>((resolve) => (this.#asked = resolve));
    const [[timer, { milliseconds, call }]] = [...this.waiting] as [
      [object, { milliseconds: number; call: () => void }],
    ];
    this.waiting.delete(timer);
    call();
    return milliseconds;
  }
}

for (const [name, initial, first] of [
  ['one that has just come', false, [50, 500]],
  ['one that was there before', true, []],
] as const)
  t.test(`${name} and stays without names is asked about at ever longer intervals`, async (t) => {
    const node = new FakeNode(t.testdir({}));
    const time = new Waited();
    const names = new Names({ ...paths(node), time }, { changed: () => t.fail('nothing'), late: () => t.fail('late') });
    t.teardown(() => names.stop());
    names.follow({ added: [entityOf(0, 1)], changed: [], removed: [], initial });
    const seconds = [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300];
    const expected = [...first, ...seconds.map((delay) => delay * 1_000)];
    const waited: number[] = [];
    while (waited.length < expected.length) waited.push(await time.next());
    t.same(waited, expected);
  });

t.test('one that waits is asked about as soon as there is something new where names are', async (t) => {
  const node = new FakeNode(t.testdir({}));
  node.docker(2);
  const time = new Waited();
  const changed: number[] = [];
  const names = new Names({ ...paths(node), time }, { changed: (entity) => changed.push(entity), late: () => {} });
  t.teardown(() => names.stop());
  names.follow({ added: [entityOf(0, 1)], changed: [], removed: [], initial: true });
  for (let round = 0; round < 6; round++) await time.next();
  while (time.waiting.size === 0) await new Promise((resolve) => setImmediate(resolve));
  t.match([...time.waiting.values()], [{ milliseconds: 64_000 }]);
  node.docker(1);
  names.rescan();
  while (changed.length === 0) await new Promise((resolve) => setImmediate(resolve));
  t.same(changed, [0]);
  t.equal(time.waiting.size, 0, 'nothing is left to be known');
});

t.test('without the root of a node nobody is asked', async (t) => {
  const root = t.testdir(v2());
  make(root, [''], 'docker', id(1));
  const recording = new Recording();
  const discovery = new Discovery({ cgroupRoot: root, scope: 'containers', firstEntity: 0, hostRoot: null }, recording);
  discovery.start();
  discovery.rescan();
  discovery.stop();
  t.match(recording.batches, [{ added: [{ identity: { container: null } }] }]);
});

t.test('a listing that stands still costs one look for all', async (t) => {
  const { node, recording, discovery, counters } = discover(t, (node, root) => {
    for (const number of [1, 2, 3]) make(root, [''], 'kubepods', `pod${POD}`, id(number));
    mkdirSync(join(node.hostRoot, 'var/log/containers'), { recursive: true });
    const long = new Date(Date.now() - 60_000);
    utimesSync(join(node.hostRoot, 'var/log/containers'), long, long);
  });
  node.logLink(2, WEB, 'web', 0);
  discovery.rescan();
  await recording.until(() => recording.find(id(2))?.identity.container ?? undefined);
  t.equal(counters.get('names_log_link'), 1);
  t.equal(counters.get('unnamed'), 2);
});
