import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import { parsePodMounts } from '../../src/names/pod-mounts.ts';
import { POD, id } from '../trees.ts';

const KUBELET = `/var/lib/kubelet/pods/${POD}`;
const OTHER = '11111111-2222-3333-4444-555555555555';
const SANDBOXES = '/var/lib/containerd/io.containerd.grpc.v1.cri/sandboxes';

function mountinfo(...mounts: readonly (readonly [root: string, place: string])[]): string {
  const lines = mounts.map(
    ([root, place], index) => `${index + 90} 72 254:0 ${root} ${place} rw,relatime - ext4 /dev/vda rw`,
  );
  return ['72 48 0:39 / / rw - overlay overlay rw,lowerdir=/a', ...lines, ''].join('\n');
}

const HOSTS = [`${KUBELET}/etc-hosts`, '/etc/hosts'] as const;
const LOG = [`${KUBELET}/containers/web/0a1b2c3d`, '/dev/termination-log'] as const;
const sandbox = (number: number) => [`${SANDBOXES}/${id(number)}/resolv.conf`, '/etc/resolv.conf'] as const;

t.test('what the kubelet and containerd mount', async (t) => {
  const container = { scope: 'container', podUid: POD };
  t.match(parsePodMounts(mountinfo(HOSTS, LOG), id(1), true), { ...container, container: 'web' });
  t.match(parsePodMounts(mountinfo(HOSTS), id(1), true), { ...container, container: null });
  t.match(parsePodMounts(mountinfo(LOG, sandbox(9)), id(1), true), { ...container, container: 'web' });
  t.match(parsePodMounts(mountinfo(sandbox(9)), id(1), true), { scope: 'container', podUid: null });
  t.match(parsePodMounts(mountinfo(sandbox(1)), id(1), true), {
    scope: 'sandbox',
    runtime: 'containerd',
    container: null,
  });
  const crio = (number: number) =>
    mountinfo([`/containers/storage/overlay-containers/${id(number)}/userdata/resolv.conf`, '/etc/resolv.conf']);
  t.match(parsePodMounts(crio(1), id(1), true), { scope: 'sandbox', runtime: null });
  t.match(parsePodMounts(crio(9), id(1), true), { scope: 'container' });
  t.equal(parsePodMounts(crio(1), id(1), false), null, 'Podman has the like for every container');
  const moved = mountinfo([`/data/kubelet/pods/${POD}/containers/web/0a1b2c3d`, '/var/log/end']);
  t.match(
    parsePodMounts(moved, id(1), true),
    { podUid: POD, container: 'web' },
    'another --root-dir and terminationMessagePath',
  );
  const apart = mountinfo([`/pods/${POD}/etc-hosts`, '/etc/hosts']);
  t.match(parsePodMounts(apart, id(1), true), { podUid: POD }, 'a file system of its own at /var/lib/kubelet');
});

t.test('what tells nothing, or more than one thing', async (t) => {
  const rows: Readonly<Record<string, string>> = {
    nothing: '',
    'no mount of the kubelet': mountinfo(['/', '/proc']),
    'files of two pods': mountinfo(HOSTS, [`/var/lib/kubelet/pods/${OTHER}/containers/web/0a1b2c3d`, '/x']),
    'files of two sandboxes': mountinfo(sandbox(1), [`${SANDBOXES}/${id(2)}/hosts`, '/etc/hosts']),
    'a volume that is called like one': mountinfo([
      `${KUBELET}/volumes/kubernetes.io~empty-dir/etc-hosts`,
      '/etc/hosts',
    ]),
    'a file of the sandbox somewhere else': mountinfo([`${SANDBOXES}/${id(1)}/resolv.conf`, '/mnt/resolv.conf']),
    'the directory of all pods': mountinfo(['/var/lib/kubelet/pods', '/var/lib/kubelet/pods']),
    'no line of mountinfo': '\n\n a b c\nx',
  };
  for (const [name, text] of Object.entries(rows)) t.equal(parsePodMounts(text, id(1), true), null, name);
  const two = mountinfo(LOG, [`${KUBELET}/containers/other/0a1b2c3d`, '/x']);
  t.match(parsePodMounts(two, id(1), true), { podUid: POD, container: null }, 'two containers of one pod');
});

t.test('hostile lines', async (t) => {
  await holds(
    t,
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.nat(300), (noise, at) => {
      const text = mountinfo(HOSTS, LOG, sandbox(9));
      const facts = parsePodMounts(text.slice(0, at) + noise + text.slice(at), id(1), true);
      if (facts !== null && facts.podUid !== null && facts.podUid.length > 63) throw new Error('too long');
    }),
  );
});
