import t from 'tap';
import { parseBundle } from '../../src/names/bundle.ts';
import { POD, id } from '../trees.ts';

function parse(annotations: object, inPod = true, more: object = {}) {
  return parseBundle(JSON.stringify({ ociVersion: '1.0.2', annotations, ...more }), inPod);
}

/** As containerd 1.6 writes it. */
const CONTAINERD = {
  'io.kubernetes.cri.container-name': 'web',
  'io.kubernetes.cri.container-type': 'container',
  'io.kubernetes.cri.image-name': 'docker.io/library/busybox:env',
  'io.kubernetes.cri.sandbox-id': id(9),
  'io.kubernetes.cri.sandbox-name': 'web-0',
  'io.kubernetes.cri.sandbox-namespace': 'default',
  'io.kubernetes.cri.sandbox-uid': POD,
};

/** As CRI-O 1.28 writes it, shortened. */
const CRIO = {
  'io.container.manager': 'cri-o',
  'io.kubernetes.container.name': 'web',
  'io.kubernetes.cri-o.ContainerType': 'container',
  'io.kubernetes.cri-o.ImageName': 'quay.io/library/busybox:1',
  'io.kubernetes.cri-o.Image': '36f8558385e7',
  'io.kubernetes.cri-o.Metadata': '{"name":"web","attempt":2}',
  'io.kubernetes.cri-o.SandboxID': id(9),
  'io.kubernetes.pod.name': 'web-0',
  'io.kubernetes.pod.namespace': 'default',
  'io.kubernetes.pod.uid': POD,
};

/** As Podman 4.3 writes it, shortened. */
const PODMAN = {
  'io.container.manager': 'libpod',
  'io.kubernetes.cri-o.Created': '2026-11-21T08:50:55.666939821Z',
  'io.podman.annotations.autoremove': 'FALSE',
  'org.opencontainers.image.stopSignal': '15',
};

const NERDCTL = { 'nerdctl/name': 'shop-web-1', 'nerdctl/namespace': 'default', 'nerdctl/platform': 'linux/amd64' };

t.test('containerd', async (t) => {
  const web = { scope: 'container', runtime: 'containerd', namespace: 'default', pod: 'web-0', podUid: POD };
  const bundle = parse(CONTAINERD);
  t.match(bundle?.facts, { ...web, container: 'web', image: 'docker.io/library/busybox:env', restartCount: null });
  t.equal(bundle?.sandboxId, id(9));
  const { 'io.kubernetes.cri.container-name': _, ...rest } = CONTAINERD;
  const logs = `/var/log/pods/default_web-0_${POD}`;
  const sandbox = parse({
    ...rest,
    'io.kubernetes.cri.container-type': 'sandbox',
    'io.kubernetes.cri.sandbox-log-directory': logs,
  });
  t.match(sandbox, { facts: { ...web, scope: 'sandbox', container: null, image: null }, logDirectory: logs });
});

t.test('CRI-O', async (t) => {
  const web = { runtime: 'cri-o', namespace: 'default', pod: 'web-0', podUid: POD };
  t.match(parse(CRIO)?.facts, {
    ...web,
    scope: 'container',
    container: 'web',
    image: 'quay.io/library/busybox:1',
    restartCount: 2,
  });
  t.match(parse({ ...CRIO, 'io.kubernetes.cri-o.Metadata': '{"name":"web"}' })?.facts, { restartCount: 0 });
  for (const metadata of ['', '{', '{}', '[]', 7])
    t.equal(parse({ ...CRIO, 'io.kubernetes.cri-o.Metadata': metadata })?.facts.restartCount, null);
  const sandbox = { 'io.kubernetes.cri-o.ContainerType': 'sandbox', 'io.kubernetes.container.name': 'POD' };
  t.match(parse({ ...CRIO, ...sandbox })?.facts, { ...web, scope: 'sandbox', container: null, restartCount: null });
});

t.test('Podman: the rest is in its storage', async (t) => {
  t.match(parse(PODMAN, false)?.facts, { runtime: 'podman', scope: null, container: null, image: null });
  const infra = { ...PODMAN, 'io.kubernetes.cri-o.ContainerType': 'sandbox' };
  t.match(parse(infra, false)?.facts, { runtime: 'podman', scope: 'sandbox' });
});

t.test('nerdctl', async (t) => {
  const facts = { runtime: 'containerd', scope: 'container', container: 'shop-web-1', image: null, pod: null };
  t.match(parse(NERDCTL, false)?.facts, facts);
});

t.test("a pod's annotations that a user has set count for nothing outside of a pod", async (t) => {
  t.match(parse({ ...NERDCTL, ...CONTAINERD }, false)?.facts, { container: 'shop-web-1', pod: null });
  t.match(parse({ ...PODMAN, ...CONTAINERD }, false)?.facts, { runtime: 'podman', container: null, pod: null });
  t.match(parse({ ...NERDCTL, ...CONTAINERD }, true)?.facts, { container: 'web', pod: 'web-0' });
});

t.test("a pod's annotation does not stand for the runtime's own", async (t) => {
  t.match(parse({ ...CRIO, 'io.kubernetes.cri.container-name': 'other' })?.facts, { container: 'web' });
});

t.test('what it mounts', async (t) => {
  const mounts = [{ source: '/srv/docker/x/hostname' }, { source: 'proc' }, { source: 7 }, null, {}];
  t.same(parse({}, false, { mounts })?.mountSources, ['/srv/docker/x/hostname']);
  t.match(parse({}, false, { mounts })?.facts, { runtime: null, container: null });
});

t.test('what is no specification', async (t) => {
  for (const text of ['', '{', 'null', '[]', '{}', '{"ociVersion":1}']) t.equal(parseBundle(text, true), null, text);
});

t.test('members of other types than they should be are unknown', async (t) => {
  for (const odd of [null, 7, {}, [], true, '', 'a\nb', 'A_B', 'x'.repeat(300)]) {
    const keys = Object.keys({ ...CONTAINERD, ...CRIO, ...NERDCTL });
    const annotations = Object.fromEntries(keys.map((key) => [key, odd]));
    for (const manager of ['cri-o', 'libpod', 'other', odd]) {
      const bundle = parse({ ...annotations, 'io.container.manager': manager }, true, { mounts: odd });
      const { namespace, pod, podUid, container } = bundle?.facts ?? {};
      for (const name of [namespace, pod, container, bundle?.sandboxId, bundle?.logDirectory]) t.equal(name, null);
      t.ok(podUid === null || podUid === odd);
    }
    t.match(parseBundle(JSON.stringify({ ociVersion: '1', annotations: odd }), true), { facts: { pod: null } });
  }
});
