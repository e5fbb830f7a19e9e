import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { quantity, type PodContainerSpec, type PodSpec, type SecurityContext, type VolumeMount } from './manifest.ts';
import { seccompFor } from './seccomp-profile.ts';

/** What a kubelet knows beside the manifest. */
export interface PodContext {
  /** By path of the downward API, such as `spec.nodeName`. */
  readonly fields: Readonly<Record<string, string>>;
  /** Directories that take the place of volumes, by name of the volume. */
  readonly volumes: Readonly<Record<string, string>>;
  /** For volumes of the pod's own. */
  readonly directory: string;
  /** Path of the network namespace that its containers share. */
  readonly network: string;
  /** What the image says: program, and variables. */
  readonly image: { readonly entrypoint: readonly string[]; readonly env: readonly string[] };
}

/** What runtimes allow a container that asks for nothing. */
const DEFAULT_CAPABILITIES =
  'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE NET_RAW SETFCAP SETGID SETPCAP SETUID SYS_CHROOT'.split(
    ' ',
  );

const FIXED_MOUNTS = [
  { destination: '/proc', type: 'proc', source: 'proc', options: ['nosuid', 'noexec', 'nodev'] },
  {
    destination: '/dev',
    type: 'tmpfs',
    source: 'tmpfs',
    options: ['nosuid', 'strictatime', 'mode=755', 'size=65536k'],
  },
  {
    destination: '/dev/shm',
    type: 'tmpfs',
    source: 'shm',
    options: ['nosuid', 'noexec', 'nodev', 'mode=1777', 'size=65536k'],
  },
  { destination: '/sys', type: 'sysfs', source: 'sysfs', options: ['nosuid', 'noexec', 'nodev', 'ro'] },
  { destination: '/sys/fs/cgroup', type: 'cgroup', source: 'cgroup', options: ['nosuid', 'noexec', 'nodev', 'ro'] },
];

const MASKED = [
  ...['acpi', 'asound', 'kcore', 'keys', 'latency_stats', 'timer_list', 'timer_stats', 'sched_debug', 'scsi'].map(
    (name) => `/proc/${name}`,
  ),
  '/sys/firmware',
];
const READ_ONLY = ['bus', 'fs', 'irq', 'sys', 'sysrq-trigger'].map((name) => `/proc/${name}`);

/**
 * A container of a pod as runc runs it, with the security context, mounts and limits that a kubelet and containerd make of
 * the manifest. https://github.com/opencontainers/runtime-spec/blob/main/config.md
 * @throws Error for what is not known here: what a manifest asks for is never left out in silence
 */
export function containerSpecification(
  pod: PodSpec,
  container: PodContainerSpec,
  { context, rootfs, cgroup }: { context: PodContext; rootfs: string; cgroup: string },
): object {
  const security: SecurityContext = { ...pod.securityContext, ...container.securityContext };
  if (security.privileged === true) throw new Error(`${container.name} is privileged: not known here`);
  if (pod.hostNetwork === true) throw new Error('hostNetwork is not known here');
  const capabilities = capabilitiesOf(security);
  const mounts = (container.volumeMounts ?? []).map((mount) => bind(pod, mount, context));
  return {
    ociVersion: '1.0.2',
    root: { path: rootfs, readonly: security.readOnlyRootFilesystem === true },
    hostname: context.fields['metadata.name'],
    process: {
      args: [...(container.command ?? context.image.entrypoint), ...(container.args ?? [])],
      env: [...context.image.env, ...environment(container, context)],
      cwd: '/',
      user: { uid: security.runAsUser ?? 0, gid: security.runAsGroup ?? 0 },
      // Kubernetes gives no ambient capabilities, and none that work to other users than root.
      capabilities: { bounding: capabilities, ...(security.runAsUser ? {} : rootsOwn(capabilities)) },
      noNewPrivileges: security.allowPrivilegeEscalation === false,
    },
    mounts: [
      ...FIXED_MOUNTS.filter(({ destination }) => !mounts.some((mount) => mount.destination === destination)),
      ...mounts,
    ],
    linux: {
      cgroupsPath: cgroup,
      namespaces: [
        ...['mount', 'ipc', 'uts', ...(pod.hostPID === true ? [] : ['pid'])].map((type) => ({ type })),
        { type: 'network', path: context.network },
      ],
      maskedPaths: MASKED,
      readonlyPaths: READ_ONLY,
      resources: resources(container),
      ...(security.seccompProfile?.type === 'RuntimeDefault' ? { seccomp: seccompFor(capabilities) } : {}),
    },
  };
}

function capabilitiesOf({ capabilities: { add = [], drop = [] } = {} }: SecurityContext): string[] {
  const kept = drop.includes('ALL') ? [] : DEFAULT_CAPABILITIES.filter((name) => !drop.includes(name));
  return [...new Set([...kept, ...add])].map((name) => `CAP_${name}`);
}

function rootsOwn(capabilities: readonly string[]): object {
  return { effective: capabilities, permitted: capabilities };
}

function environment({ env = [] }: PodContainerSpec, { fields }: PodContext): string[] {
  return env.flatMap(({ name, value, valueFrom }) => {
    const path = valueFrom?.fieldRef?.fieldPath;
    const text = path === undefined ? value : fields[path];
    if (text !== undefined) return [`${name}=${text}`];
    if (valueFrom === undefined || valueFrom.secretKeyRef?.optional === true) return [];
    throw new Error(`variable ${name}: ${JSON.stringify(valueFrom)} is not known here`);
  });
}

function bind(pod: PodSpec, mount: VolumeMount, context: PodContext) {
  const propagation = mount.mountPropagation === 'HostToContainer' ? 'rslave' : 'rprivate';
  if (mount.mountPropagation === 'Bidirectional') throw new Error(`${mount.name}: Bidirectional is not known here`);
  return {
    destination: mount.mountPath,
    source: sourceOf(pod, mount.name, context),
    type: 'bind',
    options: ['rbind', propagation, mount.readOnly === true ? 'ro' : 'rw'],
  };
}

function sourceOf(pod: PodSpec, name: string, context: PodContext): string {
  const volume = pod.volumes?.find((candidate) => candidate.name === name);
  if (volume === undefined) throw new Error(`volume ${name} is mounted, but the pod has none of this name`);
  const directory = context.volumes[name] ?? volume.hostPath?.path;
  if (directory !== undefined) return directory;
  if (volume.emptyDir === undefined) throw new Error(`volume ${name}: ${JSON.stringify(volume)} is not known here`);
  const own = join(context.directory, 'volumes', name);
  mkdirSync(own, { recursive: true });
  return own;
}

/** Limits of CPU are left out: what runs beside a test would decide whether it passes. */
function resources({ resources: { limits: { memory } = {} } = {} }: PodContainerSpec): object {
  return memory === undefined ? {} : { memory: { limit: quantity(memory), swap: quantity(memory) } };
}
