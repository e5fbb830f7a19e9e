import type { Identity } from '@fgm/catalog';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import { identify } from '../../src/identify.ts';
import { withFacts } from '../../src/names/precedence.ts';
import { POD, id } from '../trees.ts';
import { FakeNode, WEB, inPod, mount, podDirectory } from './fake-node.ts';

const DOCKER = identify(`/docker/${id(1)}`)!;
const NAMED = { namespace: 'default', pod: 'web-0', container: 'web' };

function nodeOf(t: Test): FakeNode {
  return new FakeNode(t.testdir({}));
}

async function ask(node: FakeNode, identity: Identity, directory: string | null = null): Promise<Identity> {
  const { facts } = await node.resolver().resolve({ identity, directory });
  return withFacts(identity, facts);
}

t.test('a pod, by containerd and the logs of the kubelet', async (t) => {
  const node = nodeOf(t);
  node.containerd(9, WEB, null);
  node.containerd(1, WEB, 'web');
  node.containerd(2, WEB, 'setup');
  node.logs(WEB, 'setup', 0);
  node.logs(WEB, 'web', 3, 4);
  const all = { namespace: 'default', pod: 'web-0', podUid: POD, runtime: 'containerd' };
  t.match(await ask(node, inPod(1)), {
    ...all,
    scope: 'container',
    container: 'web',
    image: 'busybox:1',
    restartCount: 4,
  });
  t.match(
    await ask(node, inPod(2)),
    { ...all, scope: 'container', container: 'setup', restartCount: 0 },
    'init container',
  );
  t.match(await ask(node, inPod(9)), { ...all, scope: 'sandbox', container: null, restartCount: null });
  t.match(
    await ask(node, inPod(3)),
    { container: null, pod: 'web-0', namespace: 'default' },
    'one that containerd does not know',
  );
});

t.test('k3s, RKE2, MicroK8s, k0s and a moved state directory', async (t) => {
  for (const state of [
    '/run/k3s/containerd',
    '/var/snap/microk8s/common/run/containerd',
    '/run/k0s/containerd',
    '/srv/state',
  ]) {
    const node = nodeOf(t);
    node.write('/etc/containerd/config.toml', 'version = 2\nstate = "/srv/state"\n[plugins]\nstate = "/no"\n');
    node.containerd(1, WEB, 'web', state);
    t.match(await ask(node, inPod(1)), { ...NAMED, runtime: 'containerd', image: 'busybox:1' }, state);
  }
});

t.test('logs where only the sandbox knows', async (t) => {
  const node = nodeOf(t);
  node.containerd(9, WEB, null);
  node.containerd(1, WEB, 'web');
  node.write(`/srv/logs/${podDirectory(WEB)}/web/2.log`, '');
  t.match(await ask(node, inPod(1)), { ...NAMED, restartCount: 2 });
});

t.test('the link with this id', async (t) => {
  const node = nodeOf(t);
  node.logs(WEB, 'web', 0, 1, 2);
  node.logLink(1, WEB, 'web', 1);
  node.logLink(2, WEB, 'sidecar', 0);
  t.match(await ask(node, inPod(1)), { ...NAMED, restartCount: 1 }, 'its own restart, not the newest');
  t.match(await ask(node, inPod(2)), { ...NAMED, container: 'sidecar', restartCount: 0 });
  const outside = identify(`/ecs/${id(1)}`)!;
  t.match(await ask(node, outside), { ...NAMED, podUid: POD }, 'also where the path tells no pod');
});

t.test('Docker', async (t) => {
  const node = nodeOf(t);
  node.docker(1, { RestartCount: 5, Config: { Image: 'nginx', Labels: { app: 'shop' } } });
  const facts = { container: 'web', image: 'nginx', restartCount: 5, labels: { app: 'shop' }, namespace: null };
  t.match(await ask(node, DOCKER), facts);
  t.match(
    await ask(node, identify(`/actions_job/${id(1)}`)!),
    { ...facts, runtime: 'docker' },
    'the path tells no runtime',
  );
  const moved = nodeOf(t);
  moved.write('/etc/docker/daemon.json', { 'data-root': '/srv/docker' });
  moved.docker(1, {}, '/srv/docker');
  t.match(await ask(moved, DOCKER), { container: 'web' });
});

t.test('Docker by a data root that only its containers know', async (t) => {
  const node = nodeOf(t);
  node.docker(1, {}, '/mnt/fast/docker');
  const bundle = `/run/docker/containerd/daemon/io.containerd.runtime.v2.task/moby/${id(1)}`;
  node.write(`${bundle}/config.json`, {
    ociVersion: '1.0.2',
    mounts: [{ source: `/mnt/fast/docker/containers/${id(1)}/hostname` }],
  });
  node.process(50, { cmdline: '/usr/bin/containerd-shim-runc-v2\0-namespace\0moby\0' }, { cwd: bundle });
  const directory = node.process(51, { stat: '51 (a) S) S 50 51 51 0 -1' });
  t.match(await ask(node, DOCKER, directory), { container: 'web', image: 'busybox:rig' });
  t.match(await ask(node, DOCKER, null), { container: null });
});

t.test('a shim serves all of a pod from the bundle of its sandbox', async (t) => {
  const node = nodeOf(t);
  node.containerd(1, WEB, 'web', '/somewhere');
  const tasks = '/somewhere/io.containerd.runtime.v2.task/k8s.io';
  node.process(50, { cmdline: '/usr/bin/containerd-shim-runc-v2\0' }, { cwd: `${tasks}/${id(9)}` });
  t.match(await ask(node, inPod(1), node.process(51, { stat: '51 (web) S 50 51' })), NAMED);
});

t.test('Podman', async (t) => {
  for (const [root, driver] of [
    ['/var/lib/containers/storage', 'overlay'],
    ['/var/lib/containers/storage', 'vfs'],
    ['/srv/graph', 'btrfs'],
  ]) {
    const node = nodeOf(t);
    const containers = `${root}/${driver}-containers`;
    node.write('/etc/containers/storage.conf', '[storage]\ngraphroot = "/srv/graph"\n');
    const annotations = { 'io.container.manager': 'libpod' };
    node.write(`${containers}/${id(1)}/userdata/config.json`, { ociVersion: '1.0.2', annotations });
    node.write(`${containers}/containers.json`, [{ id: id(1), names: ['web'], metadata: '{"image-name":"nginx:1"}' }]);
    const identity = identify(`/machine.slice/libpod-${id(1)}.scope`)!;
    t.match(await ask(node, identity), { container: 'web', image: 'nginx:1', runtime: 'podman' }, containers);
  }
});

t.test("a user's own Podman is believed for that user's cgroups only", async (t) => {
  const node = nodeOf(t);
  const storage = '/home/ann/.local/share/containers/storage/overlay-containers';
  node.write('/etc/passwd', 'root:x:0:0::/root:/bin/sh\nann:x:1000:1000::/home/ann:/bin/sh\n');
  node.write(`${storage}/${id(1)}/userdata/config.json`, {
    ociVersion: '1.0.2',
    annotations: { 'io.container.manager': 'libpod' },
  });
  node.write(`${storage}/containers.json`, [{ id: id(1), names: ['mine'] }]);
  const at = (path: string) => ask(node, identify(path)!);
  t.match(await at(`/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${id(1)}.scope`), {
    container: 'mine',
  });
  t.match(await at(`/user.slice/user-1001.slice/user@1001.service/user.slice/libpod-${id(1)}.scope`), {
    container: null,
  });
  t.match(await at(`/machine.slice/libpod-${id(1)}.scope`), { container: null });
});

t.test('mounts and logs, where no runtime can be asked', async (t) => {
  const node = nodeOf(t);
  node.logs(WEB, 'web', 0, 1);
  node.logs(WEB, 'sidecar', 0);
  const kubelet = `/var/lib/kubelet/pods/${POD}`;
  const log = mount(`${kubelet}/containers/web/0a1b2c3d`, '/dev/termination-log');
  const web = node.process(51, { mountinfo: mount(`${kubelet}/etc-hosts`, '/etc/hosts') + log });
  t.match(await ask(node, inPod(1), web), { ...NAMED, restartCount: 1 });
  const unnamed = node.process(52, { mountinfo: mount(`${kubelet}/etc-hosts`, '/etc/hosts') });
  t.match(
    await ask(node, inPod(1), unnamed),
    { namespace: 'default', pod: 'web-0', container: null },
    'two may be meant',
  );
  node.remove(`/var/log/pods/${podDirectory(WEB)}/sidecar`);
  t.match(await ask(node, inPod(1), unnamed), { ...NAMED, restartCount: 1 }, 'only one can be meant');
  const pause = node.process(53, { mountinfo: '72 48 0:39 / / rw - overlay overlay rw\n' });
  t.match(await ask(node, inPod(1), pause), { pod: 'web-0', container: null }, 'may be the sandbox');
});

t.test('logs alone, where only one can be meant', async (t) => {
  const node = nodeOf(t);
  node.logs(WEB, 'web', 0, 1);
  const other = node.process(51, { comm: 'nginx\n' });
  const directory = join(node.cgroups, 'pod', id(1));
  mkdirSync(directory, { recursive: true });
  cpSync(other, directory, { recursive: true });
  t.match(await ask(node, inPod(1), directory), { ...NAMED, restartCount: 1 });
  t.match(await ask(node, inPod(1)), { ...NAMED, container: null }, 'nobody has seen it run');
  mkdirSync(join(node.cgroups, 'pod', id(9)));
  t.match(await ask(node, inPod(1), directory), { ...NAMED, container: null }, 'one of two may be the sandbox');
});

t.test('the environment, last of all', async (t) => {
  const node = nodeOf(t);
  const name = 'web-7d9f8b6c5-x2x4z';
  const uts = (own: string) => ({ 'ns/uts': own });
  node.process(1, {}, uts('uts:[1]'));
  const files = { environ: `HOSTNAME=${name}\0` };
  t.match(await ask(node, inPod(1), node.process(51, files, uts('uts:[2]'))), { pod: name, namespace: null });
  t.match(await ask(node, inPod(1), node.process(52, files, uts('uts:[1]'))), { pod: null }, "the node's host name");
  t.match(await ask(node, inPod(1), node.process(53, files)), { pod: null }, 'it may be');
  t.match(await ask(node, DOCKER, node.process(54, files, uts('uts:[2]'))), { pod: null }, 'no pod');
  node.logs({ ...WEB, pod: 'other' }, 'web', 0);
  t.match(await ask(node, inPod(1), node.process(55, files, uts('uts:[2]'))), { pod: 'other' });
});

t.test('contradictions give no wrong name', async (t) => {
  const other = { ...WEB, pod: 'web-1' };
  const cases: Readonly<Record<string, readonly [(node: FakeNode) => void, object]>> = {
    'two directories with one uid': [
      (node) => {
        node.logs(WEB, 'web', 0);
        node.logs(other, 'web', 0);
      },
      { namespace: 'default', pod: null, container: null },
    ],
    'two links with one id': [
      (node) => {
        node.logLink(1, WEB, 'web', 0);
        node.logLink(1, WEB, 'sidecar', 0);
      },
      { pod: 'web-0', container: null },
    ],
    'a runtime that speaks of another pod': [
      (node) => node.containerd(1, { ...WEB, podUid: '11111111-2222-3333-4444-555555555555' }, 'web'),
      { pod: null, namespace: null, container: null, image: null },
    ],
    'a link that speaks of another pod than the runtime': [
      (node) => {
        node.containerd(1, WEB, 'web');
        node.logLink(1, other, 'sidecar', 7);
      },
      { ...NAMED, restartCount: null },
    ],
    'two runtimes that know the id': [
      (node) => {
        node.containerd(1, WEB, 'web');
        node.containerd(1, WEB, 'sidecar', '/run/k3s/containerd');
      },
      { pod: 'web-0', container: null },
    ],
  };
  for (const [name, [prepare, expected]] of Object.entries(cases)) {
    const node = nodeOf(t);
    prepare(node);
    t.match(await ask(node, inPod(1)), expected, name);
  }
});

t.test('files broken in every way give no name, and are counted', async (t) => {
  const config = `/var/lib/docker/containers/${id(1)}/config.v2.json`;
  const breakages: Readonly<Record<string, readonly [(node: FakeNode) => void, errors: number]>> = {
    cut: [(node) => node.write(config, `{"ID":"${id(1)}","Name":"/we`), 0],
    empty: [(node) => node.write(config, ''), 0],
    'of another type': [(node) => node.write(config, '[]'), 0],
    'of another container': [(node) => node.docker(1, { ID: id(2) }), 0],
    'ten megabytes': [(node) => node.docker(1, { Padding: 'x'.repeat(10_000_000) }), 1],
    'a directory': [(node) => node.write(`${config}/file`, ''), 1],
    'a FIFO': [(node) => node.pipe(config), 1],
    'a loop of links': [
      (node) => {
        node.link(config, `${config}.2`);
        node.link(`${config}.2`, config);
      },
      1,
    ],
    'a link to a device': [(node) => node.link(config, '/dev/zero'), 0],
    'hostile names': [(node) => node.docker(1, { Name: '/a\nb', Config: { Image: 'a b' } }), 0],
  };
  for (const [name, [prepare, errors]] of Object.entries(breakages)) {
    const node = nodeOf(t);
    prepare(node);
    const resolver = node.resolver();
    const { facts, source } = await resolver.resolve({ identity: DOCKER, directory: null });
    t.match(facts, { container: null, image: null, pod: null }, name);
    t.equal(source, null, name);
    t.equal(resolver.errors, errors, `${name}: errors`);
  }
});

t.test('a link out of the node is followed inside of it', async (t) => {
  const node = nodeOf(t);
  node.docker(1, {}, '/data/docker');
  node.link('/var/lib/docker', '/data/docker');
  t.match(await ask(node, DOCKER), { container: 'web' });
});

t.test('a process that is no longer in the cgroup tells nothing', async (t) => {
  const node = nodeOf(t);
  node.logs(WEB, 'web', 0);
  const mountinfo = mount(`/var/lib/kubelet/pods/${POD}/etc-hosts`, '/etc/hosts');
  const directory = node.process(51, { mountinfo });
  const resolver = node.resolver();
  t.match((await resolver.resolve({ identity: inPod(1), directory })).facts, { container: 'web' });
  node.process(51, { mountinfo });
  const gone = join(directory, 'none');
  t.match((await resolver.resolve({ identity: inPod(1), directory: gone })).facts, { container: null });
});

t.test('sees when a file of its runtime has changed', async (t) => {
  const node = nodeOf(t);
  node.docker(1);
  const resolver = node.resolver();
  const { files } = await resolver.resolve({ identity: DOCKER, directory: null });
  t.equal(files.length, 1);
  t.ok(await resolver.unchanged(files));
  node.docker(1, { Name: '/renamed' });
  t.notOk(await resolver.unchanged(files));
  node.remove('/var/lib/docker');
  t.ok(await resolver.unchanged(files), 'a file that is gone has nothing new to say');
});
