/** Names of real containers. They run where every other cgroup of this machine is, so a test looks for its own only. */
import { CriRig, DockerRig, PodmanRig, allCgroupMounts, removeTree, whyNot, whyNoCgroups } from '@fgm/testkit';
import type { Entity, Identity } from '@fgm/catalog';
import { join } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import { Discovery } from '../../src/index.ts';
import { CGROUP_ROOT } from '../live-cgroups.ts';
import { Recording } from '../recording.ts';

function discover(t: Test, hostRoot: string) {
  const recording = new Recording();
  const discovery = new Discovery(
    { cgroupRoot: CGROUP_ROOT, scope: 'containers', firstEntity: 0, rescanMs: 60_000, hostRoot, procRoot: '/proc' },
    recording,
  );
  t.teardown(() => discovery.stop());
  discovery.start();
  /** Resolves with the entity of this id when its identity is as wanted. */
  const until = (containerId: string, wanted: (identity: Identity) => boolean): Promise<Entity> =>
    recording.until(() => {
      const entity = recording.find(containerId);
      return entity !== undefined && wanted(entity.identity) ? entity : undefined;
    });
  return { recording, discovery, until };
}

const hasName = ({ container }: Identity): boolean => container !== null;

t.test('Docker', { skip: whyNoCgroups() || whyNot('docker') }, async (t) => {
  const rig = new DockerRig();
  t.teardown(() => rig.stop());
  const before = rig.start(['--name', 'before', '--label', 'app=shop'], 'sleep', '1000');
  // Its data root is nowhere in the usual places: the containers' processes lead to it.
  const { until, recording, discovery } = discover(t, '/');
  const facts = { runtime: 'docker', scope: 'container', image: 'busybox:rig', pod: null };
  t.match((await until(before, hasName)).identity, { ...facts, container: 'before', labels: { app: 'shop' } });
  const after = rig.start(['--name', 'after', '--restart', 'always'], 'sh', '-c', 'sleep 1; exit 1');
  const first = await until(after, hasName);
  t.match(first.identity, { ...facts, container: 'after', labels: null });
  // Each restart is a life of its own, and knows how many there were.
  const last = await until(after, ({ restartCount }) => (restartCount ?? 0) >= 2);
  t.equal(last.identity.container, 'after');
  t.ok(last.entity > first.entity);
  rig.docker('rename', 'before', 'renamed');
  discovery.rescan();
  t.match(await until(before, ({ container }) => container === 'renamed'), { identity: facts });
  rig.docker('restart', '--time', '0', 'renamed');
  const removed = await recording.until(() =>
    recording.removed.find(({ entity }) => recording.ever.get(entity)?.identity.containerId === before),
  );
  const again = await until(before, ({ container }) => container === 'renamed');
  t.not(again.entity, removed.entity);
});

t.test('Podman', { skip: whyNoCgroups() || whyNot('podman') }, async (t) => {
  const rig = new PodmanRig();
  t.teardown(() => rig.stop());
  const web = rig.start(['--name', 'web'], 'sleep', '1000');
  for (const hostRoot of ['/', rig.root]) {
    const { until } = discover(t, hostRoot);
    const facts = { runtime: 'podman', scope: 'container', image: 'localhost/busybox:rig', pod: null };
    t.match((await until(web, hasName)).identity, { ...facts, container: 'web' }, hostRoot);
  }
  const { until, recording } = discover(t, '/');
  const infra = ['--infra-image', 'localhost/busybox:rig', '--infra-command', 'sleep 1000'];
  const pod = rig.podman('pod', 'create', '--name', 'shop', '--cgroup-parent', '/fgm-test-custom', ...infra);
  t.teardown(() => {
    rig.podman('pod', 'rm', '--force', '--time', '0', 'shop');
    // Podman leaves cgroups of what was in the pod, which look like containers to whoever records later.
    for (const mount of allCgroupMounts()) removeTree(join(mount, 'fgm-test-custom'));
  });
  const member = rig.start(['--pod', 'shop', '--name', 'member'], 'sleep', '1000');
  t.match((await until(member, hasName)).identity, { container: 'member', scope: 'container' });
  await recording.until(() => [...recording.present.values()].find(({ identity }) => identity.scope === 'sandbox'));
  t.equal(recording.find(pod), undefined, "the pod's own directory is no container");
});

t.test("pods of containerd's CRI plugin", { skip: whyNoCgroups() || whyNot('cri') }, async (t) => {
  const rig = new CriRig();
  const pods = [await rig.pod('shop', 'web-0'), await rig.pod('kube-system', 'proxy-x7k2p')];
  t.teardown(() => rig.stop(...pods));
  const [web, proxy] = pods as [(typeof pods)[0], (typeof pods)[0]];
  const setup = await rig.start(web, 'setup', 0, 'sleep', '1000');
  const nodes = { 'the rig as the node': discover(t, rig.root), 'this machine as the node': discover(t, '/') };
  const main = await rig.start(web, 'main', 0, 'sh', '-c', 'while :; do sleep 0.02; done');
  const other = await rig.start(proxy, 'main', 4, 'sleep', '1000');
  await rig.remove(main);
  // Most of its processes are gone when they are looked at.
  const again = await rig.start(web, 'main', 1, 'sh', '-c', 'while :; do sleep 0.02; done');
  const inWeb = { namespace: 'shop', pod: 'web-0', podUid: web.uid, runtime: 'containerd' };
  const container = { ...inWeb, scope: 'container', image: 'docker.io/library/busybox:rig' };
  for (const [name, { until }] of Object.entries(nodes)) {
    const whole = async (id: string) => (await until(id, ({ restartCount }) => restartCount !== null)).identity;
    t.match(await whole(setup), { ...container, container: 'setup', restartCount: 0 }, `${name}: init container`);
    t.match(await whole(again), { ...container, container: 'main', restartCount: 1 }, `${name}: restarted`);
    const inProxy = { namespace: 'kube-system', pod: 'proxy-x7k2p', podUid: proxy.uid };
    t.match(await whole(other), { ...inProxy, container: 'main', restartCount: 4 }, `${name}: the other pod`);
    const sandbox = await until(web.id, ({ scope }) => scope === 'sandbox');
    t.match(sandbox.identity, { ...inWeb, container: null, restartCount: null }, `${name}: sandbox`);
  }
});
