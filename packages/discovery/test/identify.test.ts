import type { Identity, Qos } from '@fgm/catalog';
import fc from 'fast-check';
import t from 'tap';
import { identify } from '../src/identify.ts';
import { POD, id } from './trees.ts';

const A = id(1);
const B = id(2);
const SLICE_UID = POD.replaceAll('-', '_');
const STATIC = '3f2a51b0c4d5e6f70123456789abcdef';
const BURSTABLE = `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${SLICE_UID}.slice`;
const BEST_EFFORT = `/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod${SLICE_UID}.slice`;
const GUARANTEED = `/kubepods.slice/kubepods-pod${SLICE_UID}.slice`;
const KIND = `kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-burstable.slice/kubelet-kubepods-burstable-pod${SLICE_UID}.slice`;
const USER = '/user.slice/user-1000.slice/user@1000.service';

type Container = readonly [path: string, id: string, runtime: string | null, qos?: Qos, podUid?: string | null];

/** What stands before the path says where it comes from. */
const CONTAINERS: Readonly<Record<string, Container>> = {
  // Kubernetes, systemd driver
  'containerd, burstable': [`${BURSTABLE}/cri-containerd-${A}.scope`, A, 'containerd', 'Burstable', POD],
  'containerd, best effort': [`${BEST_EFFORT}/cri-containerd-${A}.scope`, A, 'containerd', 'BestEffort', POD],
  'containerd, guaranteed': [`${GUARANTEED}/cri-containerd-${A}.scope`, A, 'containerd', 'Guaranteed', POD],
  'CRI-O, burstable': [`${BURSTABLE}/crio-${A}.scope`, A, 'cri-o', 'Burstable', POD],
  'CRI-O, guaranteed': [`${GUARANTEED}/crio-${A}.scope`, A, 'cri-o', 'Guaranteed', POD],
  'cri-dockerd': [`${BEST_EFFORT}/docker-${A}.scope`, A, 'docker', 'BestEffort', POD],
  'static pod': [
    `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${STATIC}.slice/cri-containerd-${A}.scope`,
    A,
    'containerd',
    'Burstable',
    STATIC,
  ],
  'static pod, guaranteed': [
    `/kubepods.slice/kubepods-pod${STATIC}.slice/crio-${A}.scope`,
    A,
    'cri-o',
    'Guaranteed',
    STATIC,
  ],
  'a pod uid nobody knows': [
    `/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-podmine.slice/crio-${A}.scope`,
    A,
    'cri-o',
    'BestEffort',
    null,
  ],
  // Kubernetes, cgroupfs driver
  'cgroupfs, burstable': [`/kubepods/burstable/pod${POD}/${A}`, A, null, 'Burstable', POD],
  'cgroupfs, best effort': [`/kubepods/besteffort/pod${POD}/${A}`, A, null, 'BestEffort', POD],
  'cgroupfs, guaranteed': [`/kubepods/pod${POD}/${A}`, A, null, 'Guaranteed', POD],
  'cgroupfs, static pod': [`/kubepods/burstable/pod${STATIC}/${A}`, A, null, 'Burstable', STATIC],
  'cgroupfs, CRI-O': [`/kubepods/burstable/pod${POD}/crio-${A}`, A, 'cri-o', 'Burstable', POD],
  'Docker Desktop': [`/kubepods/kubepods/besteffort/pod${POD}/${A}`, A, null, 'BestEffort', POD],
  'a cgroup root of its own': [`/custom/kubepods/burstable/pod${POD}/${A}`, A, null, 'Burstable', POD],
  'k3s below its service': [`/system.slice/k3s.service/kubepods/burstable/pod${POD}/${A}`, A, null, 'Burstable', POD],
  // A systemd path taken literally by the cgroupfs driver
  'untranslated, containerd': [
    `/system.slice/containerd.service/kubepods-burstable-pod${SLICE_UID}.slice:cri-containerd:${A}`,
    A,
    'containerd',
    'Burstable',
    POD,
  ],
  'untranslated, at the top': [
    `/kubepods-pod${SLICE_UID}.slice:cri-containerd:${A}`,
    A,
    'containerd',
    'Guaranteed',
    POD,
  ],
  'untranslated, CRI-O': [`/kubepods-besteffort-pod${SLICE_UID}.slice:crio:${A}`, A, 'cri-o', 'BestEffort', POD],
  'untranslated, Docker': [`/system.slice:docker:${A}`, A, 'docker'],
  'untranslated, nerdctl': [`/system.slice:nerdctl:${A}`, A, 'containerd'],
  // Docker
  'Docker, systemd': [`/system.slice/docker-${A}.scope`, A, 'docker'],
  'Docker, cgroupfs': [`/docker/${A}`, A, 'docker'],
  'Docker, a slice of its own': [`/batch.slice/batch-night.slice/docker-${A}.scope`, A, 'docker'],
  'Docker, --cgroup-parent': [`/actions_job/${A}`, A, null],
  'Docker, --cgroup-parent of ECS': [`/ecs/0123456789abcdef0123456789abcdef/${A}`, A, null],
  'Docker, ECS on systemd': [`/ecstasks.slice/ecstasks-0123.slice/docker-${A}.scope`, A, 'docker'],
  'Docker, rootless': [`${USER}/user.slice/docker-${A}.scope`, A, 'docker'],
  // Podman
  'Podman, systemd': [`/machine.slice/libpod-${A}.scope`, A, 'podman'],
  'Podman, cgroupfs': [`/libpod_parent/libpod-${A}`, A, 'podman'],
  'Podman, rootless': [`${USER}/user.slice/libpod-${A}.scope`, A, 'podman'],
  'Podman pod, systemd': [`/machine.slice/machine-libpod_pod_${B}.slice/libpod-${A}.scope`, A, 'podman'],
  'Podman pod, cgroupfs': [`/libpod_parent/${B}/libpod-${A}`, A, 'podman'],
  'Podman, Quadlet': [`/system.slice/web.service/libpod-payload-${A}`, A, 'podman'],
  'Podman, rootless Quadlet': [`${USER}/app.slice/web.service/libpod-payload-${A}`, A, 'podman'],
  // containerd without Kubernetes
  'nerdctl, systemd': [`/system.slice/nerdctl-${A}.scope`, A, 'containerd'],
  'nerdctl, cgroupfs': [`/default/${A}`, A, 'containerd'],
  'containerd, namespace k8s.io': [`/k8s.io/${A}`, A, 'containerd'],
  // Containers in containers
  'kind, outer': [`/docker/${A}`, A, 'docker'],
  'kind, inner, cgroupfs': [`/docker/${A}/kubelet/kubepods/burstable/pod${POD}/${B}`, B, null, 'Burstable', POD],
  'kind, inner, systemd': [
    `/system.slice/docker-${A}.scope/${KIND}/cri-containerd-${B}.scope`,
    B,
    'containerd',
    'Burstable',
    POD,
  ],
  k3d: [`/docker/${A}/kubepods/besteffort/pod${POD}/${B}`, B, null, 'BestEffort', POD],
  'Docker in Docker': [`/docker/${A}/docker/${B}`, B, 'docker'],
  'Docker in a pod is not of the pod': [`/kubepods/burstable/pod${POD}/${A}/docker/${B}`, B, 'docker'],
  'Docker in a pod, systemd': [`${BURSTABLE}/cri-containerd-${A}.scope/docker/${B}`, B, 'docker'],
};

const SANDBOXES: Readonly<Record<string, Container>> = {
  'Kata, cgroupfs': [`/kubepods/burstable/pod${POD}/kata_${A}`, A, null, 'Burstable', POD],
  'Kata, systemd': [`${GUARANTEED}/kata_${A}`, A, null, 'Guaranteed', POD],
};

const SERVICES: Readonly<Record<string, string>> = {
  '/init.scope': 'init.scope',
  '/system.slice/ssh.service': 'ssh.service',
  '/system.slice/containerd.service': 'containerd.service',
  '/system.slice/system-getty.slice/getty@tty1.service': 'getty@tty1.service',
  '/user.slice/user-1000.slice/session-3.scope': 'session-3.scope',
  [USER]: 'user@1000.service',
  [`${USER}/app.slice/dbus.service`]: 'dbus.service',
  '/machine.slice/machine-debian.scope': 'machine-debian.scope',
  // conmon costs something too, and is a unit, but never a container.
  [`/machine.slice/libpod-conmon-${A}.scope`]: `libpod-conmon-${A}.scope`,
  [`${BURSTABLE}/crio-conmon-${A}.scope`]: `crio-conmon-${A}.scope`,
  // Not a runtime that is known: the unit is all that is certain.
  [`/system.slice/novelty-${A}.scope`]: `novelty-${A}.scope`,
};

const NOTHING: readonly string[] = [
  '',
  'docker',
  `docker/${A}`,
  `//${A}`,
  `/docker/${A}/`,
  `/../docker/${A}`,
  `/docker/./${A}`,
  '/system.slice',
  '/kubepods',
  '/kubepods.slice',
  '/kubepods/burstable',
  `/kubepods/burstable/pod${POD}`,
  BURSTABLE,
  GUARANTEED,
  '/docker',
  '/libpod_parent',
  `/libpod_parent/${A}`,
  '/libpod_parent/conmon',
  `/libpod_parent/conmon-${A}`,
  `/libpod_parent/libpod-conmon-${A}`,
  `/kubepods/burstable/pod${POD}/crio-conmon-${A}`,
  `/kata_overhead/${A}`,
  `/machine.slice/machine-libpod_pod_${A}.slice`,
  `/docker/${A.slice(0, 12)}`,
  `/docker/${A.toUpperCase()}`,
  '/docker/buildkit/k8x1t4d1l0f0h3z1y2w5v6u7s',
  // Inside a container or service
  `/docker/${A}/init.scope`,
  `/docker/${A}/kubelet`,
  `/docker/${A}/kubelet/kubepods/burstable/pod${POD}`,
  `/docker/${A}/system.slice/containerd.service`,
  `/system.slice/docker-${A}.scope/init.scope`,
  `/system.slice/docker-${A}.scope/system.slice/ssh.service`,
  `/machine.slice/libpod-${A}.scope/container`,
  `${BURSTABLE}/crio-${A}.scope/container`,
  '/system.slice/web.service/runtime',
  '/system.slice/docker.service/inner.service',
  `${USER}/init.scope`,
];

function containerIdentity(scope: 'container' | 'sandbox', row: Container): Identity {
  const [cgroup, containerId, runtime, qos = null, podUid = null] = row;
  return { scope, containerId, cgroup, runtime, qos, podUid, pod: null, namespace: null, container: null };
}

t.test('containers', async (t) => {
  for (const [name, row] of Object.entries(CONTAINERS))
    t.same(identify(row[0]), containerIdentity('container', row), name);
});

t.test('sandboxes, where the path proves it', async (t) => {
  for (const [name, row] of Object.entries(SANDBOXES))
    t.same(identify(row[0]), containerIdentity('sandbox', row), name);
});

t.test('services', async (t) => {
  for (const [path, unit] of Object.entries(SERVICES)) {
    t.match(
      identify(path),
      { scope: 'service', containerId: path, cgroup: path, container: unit, runtime: null },
      path,
    );
  }
});

t.test('the host', async (t) => {
  t.match(identify('/'), { scope: 'host', containerId: '/', cgroup: '/', container: 'host', runtime: null, qos: null });
});

t.test('no entities', async (t) => {
  for (const path of NOTHING) t.equal(identify(path), null, path);
});

const name = fc.oneof(
  fc.constantFrom('kubepods', 'burstable', `pod${POD}`, 'docker', 'system.slice', 'a.service', 'b.scope', 'init.scope'),
  fc.constantFrom(A, `docker-${A}.scope`, `crio-conmon-${A}.scope`, `x.slice:crio:${B}`, `libpod-${B}`, '..', ''),
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.stringMatching(/^[a-z:_-]{0,16}[0-9a-f]{60,68}(\.scope)?$/),
);
const path = fc.array(name, { maxLength: 8 }).map((names) => `/${names.join('/')}`);

t.test('whatever the path, what is said of it can be read in it', async () => {
  fc.assert(
    fc.property(fc.oneof(path, fc.string()), (path) => {
      const identity = identify(path);
      if (identity === null) return;
      const last = path.split('/').at(-1) ?? '';
      if (identity.cgroup !== path) throw new Error('another path');
      if (identity.scope === 'container' || identity.scope === 'sandbox') {
        if (!/^[0-9a-f]{64}$/.test(identity.containerId) || !last.includes(identity.containerId)) throw new Error('id');
        if (last.includes('conmon')) throw new Error('conmon taken for a container');
        if (identity.qos !== null && !path.includes('kubepods')) throw new Error('QoS out of nothing');
        if (identity.podUid !== null && !path.replaceAll('_', '-').includes(identity.podUid))
          throw new Error('pod uid');
      } else if (identity.containerId !== path) {
        throw new Error('a service is known by its path');
      }
    }),
    { numRuns: 20_000 },
  );
});

t.test('inside a container only containers are found', async () => {
  fc.assert(
    fc.property(path, (below) => {
      const identity = identify(`/docker/${A}${below}`);
      if (identity !== null && identity.scope !== 'container' && identity.scope !== 'sandbox') throw new Error(below);
    }),
    { numRuns: 5_000 },
  );
});
