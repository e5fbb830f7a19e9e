/** Real cgroup paths and what they are. Where a group has a source, it stands above it. */
import type { Qos } from '@fgm/catalog';
import { POD, id } from './trees.ts';

export const A = id(1);
export const B = id(2);
const SLICE_UID = POD.replaceAll('-', '_');
export const STATIC = '3f2a51b0c4d5e6f70123456789abcdef';
const BURSTABLE = `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${SLICE_UID}.slice`;
const BEST_EFFORT = `/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod${SLICE_UID}.slice`;
const GUARANTEED = `/kubepods.slice/kubepods-pod${SLICE_UID}.slice`;
const KIND = `kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-burstable.slice/kubelet-kubepods-burstable-pod${SLICE_UID}.slice`;
const USER = '/user.slice/user-1000.slice/user@1000.service';

export type Container = readonly [path: string, id: string, runtime: string | null, qos?: Qos, podUid?: string | null];

/** What stands before the path says where it comes from. */
export const CONTAINERS: Readonly<Record<string, Container>> = {
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
  // https://github.com/containerd/cri/pull/290: any slice may be a pod's parent when crictl makes it
  'crictl, a slice of its own': [`/system.slice/system-getty.slice/cri-containerd-${A}.scope`, A, 'containerd'],
  // https://github.com/kubernetes/kubernetes/issues/49281, 92175: kubelet --cgroup-root
  'kubelet --cgroup-root, systemd': [
    `/container.slice/container-kubepods.slice/container-kubepods-besteffort.slice/container-kubepods-besteffort-pod${SLICE_UID}.slice/cri-containerd-${A}.scope`,
    A,
    'containerd',
    'BestEffort',
    POD,
  ],
  'kubelet --cgroup-root, systemd, guaranteed': [
    `/container.slice/container-kubepods.slice/container-kubepods-pod${SLICE_UID}.slice/crio-${A}.scope`,
    A,
    'cri-o',
    'Guaranteed',
    POD,
  ],
  'kubelet --cgroup-root, cgroupfs': [`/pods/kubepods/besteffort/pod${POD}/${A}`, A, null, 'BestEffort', POD],
  // https://github.com/kata-containers/kata-containers/issues/2539, v1: systemd's form taken literally, in some trees at the top
  'Kata, sandbox_cgroup_only, v1': [
    `/system.slice/containerd.service/kubepods-besteffort-pod${SLICE_UID}.slice:cri-containerd:${A}`,
    A,
    'containerd',
    'BestEffort',
    POD,
  ],
  // https://github.com/kata-containers/kata-containers/pull/11598: the machine in a scope like any other
  'Kata, runtime-rs, v2': [`${GUARANTEED}/cri-containerd-${A}.scope`, A, 'containerd', 'Guaranteed', POD],
  // k3s and RKE2: containerd with either driver, https://github.com/k3s-io/k3s/issues/6210
  'k3s, systemd driver': [`${BEST_EFFORT}/cri-containerd-${A}.scope`, A, 'containerd', 'BestEffort', POD],
  'k3s agent below its service': [
    `/system.slice/k3s-agent.service/kubepods/besteffort/pod${POD}/${A}`,
    A,
    null,
    'BestEffort',
    POD,
  ],
  'RKE2 below its service': [
    `/system.slice/rke2-server.service/kubepods/burstable/pod${STATIC}/${A}`,
    A,
    null,
    'Burstable',
    STATIC,
  ],
  // A cgroup namespace mounted in a container begins at the container's own cgroup: what is below it looks like the top
  'cgroup namespace of a kind node': [
    `/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-besteffort.slice/kubelet-kubepods-besteffort-pod${SLICE_UID}.slice/cri-containerd-${A}.scope`,
    A,
    'containerd',
    'BestEffort',
    POD,
  ],
  'cgroup namespace of a kind node, cgroupfs': [
    `/kubelet/kubepods/besteffort/pod${POD}/${A}`,
    A,
    null,
    'BestEffort',
    POD,
  ],
  // LXC, Incus and nspawn give their instances names, not ids; what Docker starts in them is Docker's all the same
  'Docker in LXC': [`/lxc.payload.web/docker/${A}`, A, 'docker'],
  'Docker in nspawn': [`/machine.slice/machine-web.scope/payload/system.slice/docker-${A}.scope`, A, 'docker'],
  // Containers in containers
  // https://github.com/kubernetes/minikube/issues/11280
  'minikube in Docker, CRI-O': [
    `/docker/${A}/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod${SLICE_UID}.slice/crio-${B}.scope`,
    B,
    'cri-o',
    'BestEffort',
    POD,
  ],
  'kind in Podman, outer': [`/machine.slice/libpod-${A}.scope`, A, 'podman'],
  'kind in Podman, inner': [
    `/machine.slice/libpod-${A}.scope/${KIND}/cri-containerd-${B}.scope`,
    B,
    'containerd',
    'Burstable',
    POD,
  ],
  'kind in Podman, inner, with a child cgroup between': [
    `/machine.slice/libpod-${A}.scope/container/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod${SLICE_UID}.slice/cri-containerd-${B}.scope`,
    B,
    'containerd',
    'Guaranteed',
    POD,
  ],
  'kind in rootless Podman, inner': [
    `${USER}/user.slice/libpod-${A}.scope/kubelet/kubepods/burstable/pod${POD}/${B}`,
    B,
    null,
    'Burstable',
    POD,
  ],
  'Podman in Podman': [`/libpod_parent/libpod-${A}/libpod_parent/libpod-${B}`, B, 'podman'],
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

export const SANDBOXES: Readonly<Record<string, Container>> = {
  'Kata, cgroupfs': [`/kubepods/burstable/pod${POD}/kata_${A}`, A, null, 'Burstable', POD],
  'Kata, systemd': [`${GUARANTEED}/kata_${A}`, A, null, 'Guaranteed', POD],
};

export const SERVICES: Readonly<Record<string, string>> = {
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
  // https://github.com/lxc/lxc/issues/2782, https://github.com/systemd/systemd/issues/18104: the unit is all that is told
  '/machine.slice/machine-web.scope': 'machine-web.scope',
  '/machine.slice/systemd-nspawn@web.service': 'systemd-nspawn@web.service',
  '/machine.slice/machine-qemu\\x2d1\\x2dvm.scope': 'machine-qemu\\x2d1\\x2dvm.scope',
  // https://github.com/containers/podman/issues/16589: the unit of a Quadlet .kube, whose pods are in machine.slice
  '/system.slice/kube-example.service': 'kube-example.service',
  // Not a runtime that is known: the unit is all that is certain.
  [`/system.slice/novelty-${A}.scope`]: `novelty-${A}.scope`,
};

export const NOTHING: readonly string[] = [
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
  // A path seen out of a cgroup namespace it is not in
  '/..',
  '/../..',
  `/../../kubepods-burstable-pod${SLICE_UID}.slice/cri-containerd-${A}.scope`,
  `/../cri-containerd-${A}.scope`,
  // LXC and Incus: https://github.com/canonical/lxd/issues/5603
  '/lxc/web',
  '/lxc.payload/web',
  '/lxc.monitor/web',
  '/lxc.payload.web',
  '/lxc.monitor.web',
  '/lxc.payload.web/init.scope',
  '/incus/web',
  '/machine.slice/machine-web.scope/payload',
  '/machine.slice/machine-web.scope/payload/system.slice/ssh.service',
  '/machine.slice/systemd-nspawn@web.service/supervisor',
  '/machine.slice/systemd-nspawn@web.service/payload/init.scope',
  // https://github.com/kata-containers/kata-containers/pull/11598
  '/kata_overhead',
  `/kata_overhead/${A}/vcpu`,
  // crun and systemd leave children in a container's cgroup: https://github.com/containers/crun/blob/main/crun.1.md
  `${GUARANTEED}/cri-containerd-${A}.scope/supervised`,
  `${BURSTABLE}/cri-containerd-${A}.scope/system.slice`,
  `/kubepods/burstable/pod${POD}/${A}/init.scope`,
  // conmon of CRI-O and Podman, either driver
  `/libpod_parent/${B}/conmon`,
  `/system.slice/web.service/libpod-conmon-${A}`,
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
