import { parseDataRoot } from './docker-config.ts';
import { HostRoot } from './host-root.ts';
import { parseStorageRoots } from './storage.ts';

/** Directories of the node in which runtimes keep their containers. */
export interface Stores {
  /** Docker's data roots: `<root>/containers/<id>/config.v2.json`. */
  readonly docker: readonly string[];
  /** containerd's directories of tasks: `<directory>/<namespace>/<id>/config.json`. */
  readonly containerd: readonly string[];
  /** Graph and run roots of containers/storage: `<root>/<driver>-containers/<id>/userdata/config.json`. */
  readonly storage: readonly string[];
}

const TASKS = 'io.containerd.runtime.v2.task';

/** Where runtimes keep their containers unless told otherwise. */
export const STORES: Stores = {
  docker: ['/var/lib/docker', '/var/snap/docker/common/var-lib-docker'],
  containerd: [
    `/run/containerd/${TASKS}`,
    // k3s and RKE2: https://docs.k3s.io/advanced, MicroK8s, k0s
    `/run/k3s/containerd/${TASKS}`,
    `/var/snap/microk8s/common/run/containerd/${TASKS}`,
    `/run/k0s/containerd/${TASKS}`,
  ],
  storage: ['/run/containers/storage', '/var/lib/containers/storage'],
};

/** Where the kubelet leaves names, with any runtime. */
export const LOG_LINKS = '/var/log/containers';
export const POD_LOGS = '/var/log/pods';

/** The stores of the node's own runtimes, also where their configuration has moved them. */
export async function systemStores(host: HostRoot): Promise<Stores> {
  const docker = parseDataRoot((await host.read('/etc/docker/daemon.json'))?.text ?? '');
  const state = parseStateRoot((await host.read('/etc/containerd/config.toml'))?.text ?? '');
  const storage = parseStorageRoots((await host.read('/etc/containers/storage.conf'))?.text ?? '');
  return {
    docker: unique([docker, ...STORES.docker]),
    containerd: unique([state === null ? null : `${state}/${TASKS}`, ...STORES.containerd]),
    storage: unique([...storage, ...STORES.storage]),
  };
}

/** A directory of the node from which names may come. */
export interface NamePlace {
  readonly of: 'Docker' | 'containerd' | 'Podman and CRI-O' | 'the kubelet';
  /** As the node itself names it. */
  readonly path: string;
}

/** Every directory from which names of the node's own containers may come, whether it is there or not. */
export async function namePlaces(hostRoot: string): Promise<readonly NamePlace[]> {
  const { docker, containerd, storage } = await systemStores(new HostRoot(hostRoot));
  return [
    ...docker.map((root): NamePlace => ({ of: 'Docker', path: `${root}/containers` })),
    ...containerd.map((path): NamePlace => ({ of: 'containerd', path })),
    ...storage.map((path): NamePlace => ({ of: 'Podman and CRI-O', path })),
    ...[LOG_LINKS, POD_LOGS].map((path): NamePlace => ({ of: 'the kubelet', path })),
  ];
}

/** The stores of a user's own (rootless) runtimes, which only count for cgroups of that user. */
export async function userStores(host: HostRoot, uid: number): Promise<Stores> {
  const home = homeOf(uid, (await host.read('/etc/passwd'))?.text ?? '');
  const data = home === null ? [] : [`${home}/.local/share`];
  return {
    docker: data.map((directory) => `${directory}/docker`),
    containerd: [`/run/user/${uid}/containerd/${TASKS}`],
    storage: [`/run/user/${uid}/containers`, ...data.map((directory) => `${directory}/containers/storage`)],
  };
}

/** The user in whose slice a cgroup lies; null when it is the system's. */
export function userOf(cgroup: string): number | null {
  const match = /^\/user\.slice\/user-([0-9]{1,10})\.slice\//.exec(cgroup);
  return match === null ? null : Number(match[1]);
}

/** `state = "/run/containerd"` at the top of containerd's configuration, before any table. */
function parseStateRoot(text: string): string | null {
  for (const line of text.split('\n')) {
    if (/^\s*\[/.test(line)) return null;
    const match = /^\s*state\s*=\s*["'](\/[^"']*)["']/.exec(line);
    if (match !== null) return match[1]!;
  }
  return null;
}

function homeOf(uid: number, passwd: string): string | null {
  for (const line of passwd.split('\n')) {
    const fields = line.split(':');
    if (fields[2] === String(uid) && fields[5]?.startsWith('/') === true) return fields[5];
  }
  return null;
}

function unique(paths: readonly (string | null)[]): string[] {
  return [...new Set(paths.filter((path) => path !== null))];
}
