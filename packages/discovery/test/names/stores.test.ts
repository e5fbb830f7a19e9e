import t from 'tap';
import { HostRoot } from '../../src/names/host-root.ts';
import { STORES, namePlaces, systemStores, userOf, userStores } from '../../src/names/stores.ts';
import { FakeNode } from './fake-node.ts';

t.test('the usual places, and before them where an administrator has moved them', async (t) => {
  const node = new FakeNode(t.testdir({}));
  const host = new HostRoot(node.hostRoot);
  t.same(await systemStores(host), STORES);
  node.write('/etc/docker/daemon.json', { 'data-root': '/srv/docker' });
  node.write('/etc/containerd/config.toml', "version = 2\nroot = '/srv/r'\nstate = '/srv/state'\n");
  node.write(
    '/etc/containers/storage.conf',
    '[storage]\nrunroot = "/srv/run"\ngraphroot = "/var/lib/containers/storage"\n',
  );
  t.match(await systemStores(host), {
    docker: ['/srv/docker', ...STORES.docker],
    containerd: ['/srv/state/io.containerd.runtime.v2.task', ...STORES.containerd],
    storage: ['/srv/run', '/var/lib/containers/storage', '/run/containers/storage'],
  });
});

t.test('configuration that says nothing', async (t) => {
  for (const text of ['', 'state = relative\n', '[plugins]\nstate = "/no"\n', '{', '\0']) {
    const node = new FakeNode(t.testdir({}));
    for (const path of ['docker/daemon.json', 'containerd/config.toml', 'containers/storage.conf'])
      node.write(`/etc/${path}`, text);
    t.same(await systemStores(new HostRoot(node.hostRoot)), STORES, JSON.stringify(text));
  }
});

t.test("a user's own", async (t) => {
  const node = new FakeNode(t.testdir({}));
  const host = new HostRoot(node.hostRoot);
  t.same((await userStores(host, 1000)).docker, []);
  node.write(
    '/etc/passwd',
    'x\nroot:x:0:0:r:/root:/bin/sh\nann:x:1000:1000:Ann:/home/ann:/bin/sh\nbad:x:1001:1001::home:/x\n',
  );
  t.match(await userStores(host, 1000), {
    docker: ['/home/ann/.local/share/docker'],
    containerd: ['/run/user/1000/containerd/io.containerd.runtime.v2.task'],
    storage: ['/run/user/1000/containers', '/home/ann/.local/share/containers/storage'],
  });
  t.same((await userStores(host, 1001)).docker, [], 'a home that is no path');
});

t.test('whose a cgroup is', async (t) => {
  t.equal(userOf('/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-x.scope'), 1000);
  for (const path of [
    '/',
    '/system.slice/docker-x.scope',
    '/x/user.slice/user-1000.slice/y',
    '/user.slice/user-x.slice/y',
  ])
    t.equal(userOf(path), null, path);
});

t.test('every place is told, for who wants to see whether it is there', async (t) => {
  const node = new FakeNode(t.testdir({}));
  const places = await namePlaces(node.hostRoot);
  t.same(new Set(places.map(({ of }) => of)), new Set(['Docker', 'containerd', 'Podman and CRI-O', 'the kubelet']));
  t.ok(places.every(({ path }) => path.startsWith('/')));
});
