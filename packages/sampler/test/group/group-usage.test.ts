import { UNNAMED, type Entity, type Scope } from '@fgm/catalog';
import t from 'tap';
import { GroupPlaces } from '../../src/group/group-places.ts';
import { GroupShare } from '../../src/group/group-share.ts';

import { GROUP_SLOTS, GroupUsage, NO_SLOT } from '../../src/group/group-usage.ts';
import { usageSource } from '../../src/group/usage-source.ts';

const USEC = 1000;

function entity(number: number, scope: Scope, cgroup: string, hierarchy: 'v2' | 'cpuacct' = 'v2'): Entity {
  const identity = { scope, containerId: cgroup, cgroup, runtime: null, qos: null, podUid: null, ...UNNAMED };
  return { entity: number, identity, directories: { [hierarchy]: cgroup }, processDirectories: [], firstSeen: 0 };
}

t.test('the sums of all shards, once they have come to the tick', async (t) => {
  const all = new GroupUsage(2);
  const [first, second] = [new GroupUsage(2, 0, all.buffer), new GroupUsage(2, 1, all.buffer)];
  first.add(3, 10);
  second.add(3, 5);
  second.add(4, 100);
  first.finish(7);
  t.ok(Number.isNaN(first.sum(3, 7, 5)), 'the other one has not finished it');
  second.finish(6);
  t.ok(Number.isNaN(first.sum(3, 7, 5)));
  second.finish(7);
  t.equal(first.sum(3, 7, 0), 15);
  second.finish(9);
  t.equal(first.sum(3, 7, 0), 15, 'who is further on has what was before');
  all.clear(3);
  t.equal(first.sum(3, 7, 0), 0);
  t.equal(first.sum(4, 7, 0), 100);
  second.spoil();
  t.ok(Number.isNaN(first.sum(4, 7, 0)), 'a shard that was started anew does not know');
  all.clear(4);
  t.equal(first.sum(4, 7, 0), 0, 'a new group is known from its start');
});

t.test('ticks beyond 2^31 are compared right', async (t) => {
  const all = new GroupUsage(2);
  const [first, second] = [new GroupUsage(2, 0, all.buffer), new GroupUsage(2, 1, all.buffer)];
  const tick = 1_800_000_000 * 20;
  second.finish(tick);
  t.equal(first.sum(0, tick, 0), 0);
  t.ok(Number.isNaN(first.sum(0, tick + 1, 1)));
});

t.test('a share adds what the rows tell, and only what is read where the group is read', async (t) => {
  const usage = new GroupUsage(1, 0);
  const one = new GroupShare(entity(1, 'container', '/docker/a'), 2);
  const other = new GroupShare(entity(2, 'container', '/docker/b', 'cpuacct'), 2);
  one.take(usage, 5 * USEC);
  t.equal(usage.sum(2, 0, 0), 0, 'where the group is read is not known yet');
  usage.setSource(2, usageSource(entity(0, 'group', '/docker')));
  one.take(usage, 7 * USEC);
  other.take(usage, 100 * USEC);
  one.take(usage, -1);
  t.equal(usage.sum(2, 0, 0), 7 * USEC);
  const moved = new GroupShare(entity(1, 'container', '/docker/a'), 2, one);
  moved.take(usage, 9 * USEC);
  t.equal(usage.sum(2, 0, 0), 9 * USEC, 'other directories of the same entity do not count it again');
  new GroupShare(entity(3, 'container', '/a')).take(usage, 1);
  t.equal(usage.sum(2, 0, 0), 9 * USEC);
});

t.test('who adds to which group', async (t) => {
  const places = new GroupPlaces(new GroupUsage(1));
  t.equal(places.add(entity(0, 'host', '/')), NO_SLOT);
  const docker = places.add(entity(1, 'group', '/docker'));
  const pods = places.add(entity(2, 'group', '/kubepods.slice'));
  t.not(docker, pods);
  t.equal(places.add(entity(3, 'container', '/docker/a')), docker);
  t.equal(places.add(entity(4, 'container', '/kubepods.slice/x.slice/b')), pods);
  t.equal(
    places.add(entity(5, 'container', '/docker/a/kubelet.slice/c')),
    NO_SLOT,
    'it is in the figures of the outer one',
  );
  t.equal(places.add(entity(6, 'container', '/d')), NO_SLOT);
  places.remove(entity(3, 'container', '/docker/a'));
  t.equal(places.slotOf(entity(5, 'container', '/docker/a/kubelet.slice/c')), docker);
  places.remove(entity(1, 'group', '/docker'));
  t.equal(places.slotOf(entity(7, 'container', '/docker/e')), NO_SLOT);
  const more = Array.from({ length: GROUP_SLOTS + 1 }, (_, index) =>
    places.add(entity(10 + index, 'group', `/g${index}`)),
  );
  t.equal(more.filter((slot) => slot === NO_SLOT).length, 2, 'there are so many and no more');
  t.equal(new Set(more).size, GROUP_SLOTS);
});
