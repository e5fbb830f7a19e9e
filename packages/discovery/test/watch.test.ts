import { Counters } from '@fgm/ring';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import { DISCOVERY_COUNTERS, Discovery } from '../src/index.ts';
import type { DiscoveryOptions } from '../src/index.ts';
import { CGROUP_ROOT, LiveCgroups } from './live-cgroups.ts';
import { Recording } from './recording.ts';
import { POD, hybrid, id, make, v2 } from './trees.ts';

function discover(t: Test, cgroupRoot: string, options: Partial<DiscoveryOptions> = {}) {
  const recording = new Recording();
  // A minute: nothing here waits for the rescan unless it says so.
  const discovery = new Discovery(
    { cgroupRoot, scope: 'containers', firstEntity: 0, rescanMs: 60_000, ...options },
    recording,
  );
  t.teardown(() => discovery.stop());
  discovery.start();
  return { discovery, recording };
}

t.test('what is there at the start is reported before start() returns', async (t) => {
  const root = t.testdir(v2());
  make(root, [''], 'docker', id(1));
  const { recording } = discover(t, root, { firstEntity: 40 });
  t.match(recording.batches, [{ initial: true, added: [{ entity: 40, identity: { containerId: id(1) } }] }]);
});

t.test('a container, its child, its end, its return', async (t) => {
  const root = t.testdir(v2());
  const { recording } = discover(t, root);
  t.match(recording.batches, [{ initial: true, added: [] }]);
  const before = Date.now();
  make(root, [''], 'docker', id(1));
  const container = await recording.until(() => recording.find(id(1)));
  t.equal(container.entity, 0);
  t.ok(container.firstSeen >= before && container.firstSeen <= Date.now());
  make(root, [''], 'docker', id(1), 'init.scope');
  await recording.until(() => recording.find(id(1))?.processDirectories[1]);
  t.equal(recording.find(id(1))?.entity, 0);
  rmSync(join(root, 'docker'), { recursive: true });
  const { entity, time } = await recording.until(() => recording.removed[0]);
  t.equal(entity, 0);
  t.ok(time >= container.firstSeen && time <= Date.now());
  make(root, [''], 'docker', id(1));
  t.equal((await recording.until(() => recording.find(id(1)))).entity, 1);
  t.same(recording.batches.map(({ initial }) => initial).indexOf(true, 1), -1);
});

t.test("a deep path made at once, and a directory with its parent's name", async (t) => {
  const root = t.testdir(v2());
  const { recording } = discover(t, root);
  make(root, [''], 'kubepods/burstable', `pod${POD}`, id(1));
  make(root, [''], 'x/x/x', id(2));
  await recording.until(() => recording.find(id(1)) && recording.find(id(2)));
  rmSync(join(root, 'x/x'), { recursive: true });
  make(root, [''], 'x/x/x', id(3));
  await recording.until(() => recording.find(id(3)));
  make(root, [''], 'x/x/x/x', id(4));
  await recording.until(() => recording.find(id(4)));
  t.equal(recording.find(id(2)), undefined);
});

t.test('what comes inside a container is seen in all trees', async (t) => {
  const root = t.testdir(hybrid());
  make(root, ['pids', 'memory'], 'docker', id(1));
  const { recording } = discover(t, root);
  make(root, ['memory', 'pids'], 'docker', id(1), 'docker', id(2));
  const both = () => (Object.keys(recording.find(id(2))?.directories ?? {}).length === 2 ? true : undefined);
  await recording.until(both);
  make(root, ['pids', 'memory', 'blkio'], 'docker', id(1), 'docker', id(3));
  await recording.until(() => recording.find(id(3))?.directories.memory);
  t.same(recording.find(id(1))?.processDirectories.length, 2);
});

t.test('the rescan finds what no watch tells of', async (t) => {
  const root = t.testdir(hybrid());
  make(root, ['pids', 'memory'], 'docker', id(1));
  const { discovery, recording } = discover(t, root);
  // An entity's directory in another than the first tree: not watched while it has no children.
  make(root, ['memory'], 'docker', id(1), 'docker', id(2));
  discovery.rescan();
  discovery.rescan();
  const inner = await recording.until(() => recording.find(id(2)));
  t.same(Object.keys(inner.directories), ['memory']);
  const often = discover(t, root, { rescanMs: 10 });
  make(root, ['memory'], 'docker', id(1), 'docker', id(3));
  t.not(await often.recording.until(() => often.recording.find(id(3))), undefined);
});

t.test('cgroups that are mounted later', async (t) => {
  const root = t.testdir({});
  const { recording } = discover(t, root, { pollMs: 10, scope: 'auto' });
  t.same(recording.troubles, [{ what: 'no_cgroups', errno: null, path: root }]);
  t.match(recording.batches, [{ initial: true, added: [] }]);
  writeFileSync(join(root, 'cgroup.controllers'), '');
  make(root, [''], 'docker', id(1));
  await recording.until(() => recording.find(id(1)));
  t.equal(recording.find('/'), undefined, 'the scope was decided when there was something to see');
});

t.test('with auto, what is decided at the start stays', async (t) => {
  const root = t.testdir(v2());
  const without = discover(t, root, { scope: 'auto' }).recording;
  t.not(without.find('/'), undefined);
  make(root, [''], 'docker', id(1));
  await without.until(() => without.find(id(1)));
  make(root, [''], 'system.slice/late.service');
  await without.until(() => without.find('/system.slice/late.service'));
  const withOne = discover(t, root, { scope: 'auto' }).recording;
  t.equal(withOne.find('/'), undefined);
  rmdirSync(join(root, 'docker', id(1)));
  await withOne.until(() => withOne.removed[0]);
  t.equal(withOne.find('/'), undefined);
});

t.test('its numbers', async (t) => {
  const root = t.testdir(v2());
  make(root, [''], 'docker', id(1));
  const counters = Counters.create(DISCOVERY_COUNTERS);
  const { discovery, recording } = discover(t, root, { counters });
  t.equal(counters.get('scans'), 1);
  t.ok(counters.get('scan_usec') > 0);
  t.equal(counters.get('watches'), 3, 'root, docker, the container');
  make(root, [''], 'docker', id(2));
  await recording.until(() => recording.find(id(2)));
  t.equal(counters.get('watches'), 4);
  discovery.rescan();
  make(root, [''], 'docker', id(3));
  await recording.until(() => recording.find(id(3)));
  // The walk goes on in slices, one each turn of the event loop.
  while (counters.get('scans') < 2) await new Promise((resolve) => setImmediate(resolve));
  t.equal(counters.get('watch_errors'), 0);
  discovery.stop();
  t.equal(counters.get('watches'), 0);
  discovery.rescan();
  t.equal(counters.get('scans'), 2, 'stopped is stopped');
});

const live = new LiveCgroups();
/** The entity with this id among those of this test: others may be running containers. */
const startsHere = ({ identity }: { identity: { cgroup: string } }) => identity.cgroup.startsWith(`${live.path}/`);

for (const hierarchy of ['v2', 'pids', 'memory'] as const) {
  t.test(`real cgroups: ${hierarchy}`, { skip: live.unusable(hierarchy) }, async (t) => {
    t.teardown(() => live.tearDown());
    live.make(hierarchy);
    const { recording } = discover(t, CGROUP_ROOT);
    const directory = live.make(hierarchy, id(1));
    const container = await recording.until(() => recording.find(id(1)));
    t.equal(container.directories[hierarchy], directory);
    t.same(container.processDirectories, [directory]);

    const process = await live.occupy(directory);
    const inner = live.make(hierarchy, id(1), 'init.scope');
    await recording.until(() => recording.find(id(1))?.processDirectories[1]);
    t.same(recording.find(id(1))?.processDirectories, [directory, inner]);

    await live.end(process);
    live.remove(directory);
    await recording.until(() => recording.removed.find(({ entity }) => entity === container.entity));
    t.equal(recording.find(id(1)), undefined);
    live.make(hierarchy, id(1));
    t.ok((await recording.until(() => recording.find(id(1)))).entity > container.entity);
  });
}

t.test('real cgroups: one container over v1 and v2', { skip: live.unusable('pids', 'memory', 'v2') }, async (t) => {
  t.teardown(() => live.tearDown());
  const { recording } = discover(t, CGROUP_ROOT);
  for (const hierarchy of ['memory', 'v2', 'pids'] as const) live.make(hierarchy, id(1));
  const whole = () =>
    Object.keys(recording.find(id(1))?.directories ?? {}).length >= 3 ? recording.find(id(1)) : undefined;
  const container = await recording.until(whole);
  t.same(container.processDirectories, [live.make('pids', id(1))]);
  t.equal([...recording.ever.values()].filter(startsHere).length, 1);
  const ids = [...recording.present.values()].filter(startsHere).map(({ identity }) => identity.containerId);
  t.same(ids, [id(1)]);
});

t.test('real cgroups: how long until a container is known', { skip: live.unusable('v2') }, async (t) => {
  t.teardown(() => live.tearDown());
  live.make('v2');
  const { recording } = discover(t, CGROUP_ROOT);
  const took: number[] = [];
  for (let number = 1; number <= 50; number++) {
    const start = performance.now();
    live.make('v2', id(number));
    await recording.until(() => recording.find(id(number)));
    took.push(performance.now() - start);
  }
  took.sort((left, right) => left - right);
  t.comment(`mkdir to added: median ${took[25]!.toFixed(2)} ms, slowest ${took[49]!.toFixed(2)} ms`);
  t.ok(took[25]! < 50, 'far less than a tick, however busy the machine');
});

t.test('real cgroups: a storm of short lives leaves nothing behind', { skip: live.unusable('v2') }, async (t) => {
  t.teardown(() => live.tearDown());
  const directory = live.make('v2');
  const { recording } = discover(t, CGROUP_ROOT);
  const ids = Array.from({ length: 60 }, (_, index) => id(index));
  execFileSync('sh', ['-c', 'for i; do mkdir $i $i/child; rmdir $i/child $i; mkdir $i; rmdir $i; done', 'sh', ...ids], {
    cwd: directory,
  });
  // The kernel queues in order: who sees this one has seen all before.
  mkdirSync(join(directory, id(999)));
  t.teardown(() => rmdirSync(join(directory, id(999))));
  await recording.until(() => recording.find(id(999)));
  const left = [...recording.present.values()].filter(startsHere).map(({ identity }) => identity.containerId);
  t.same(left, [id(999)]);
  const came = [...recording.ever.values()].filter(startsHere).length;
  const went = recording.removed.filter(({ entity }) => startsHere(recording.ever.get(entity)!)).length;
  t.equal(went, came - 1);
});
