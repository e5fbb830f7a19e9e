import { count, namespaceName, podName, podUid } from './text.ts';

/** A pod's directory in /var/log/pods. */
export interface PodLogs {
  readonly directory: string;
  readonly namespace: string;
  readonly pod: string;
  readonly podUid: string;
}

/** `<namespace>_<pod>_<uid>`: BuildPodLogsDirectory() of https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/kuberuntime/helpers.go */
export function parsePodLogs(directory: string): PodLogs | null {
  const parts = directory.split('_');
  if (parts.length !== 3) return null;
  const [namespace, pod, uid] = [namespaceName(parts[0]), podName(parts[1]), podUid(parts[2])];
  return namespace === null || pod === null || uid === null ? null : { directory, namespace, pod, podUid: uid };
}

/** Pods' directories by uid. Several of one uid are all kept: no name can then be told from it. */
export function indexPodLogs(directories: readonly string[]): ReadonlyMap<string, readonly PodLogs[]> {
  const found = new Map<string, PodLogs[]>();
  for (const directory of directories) {
    const logs = parsePodLogs(directory);
    if (logs !== null) found.set(logs.podUid, [...(found.get(logs.podUid) ?? []), logs]);
  }
  return found;
}

const LOG = /^([0-9]{1,9})\.log(?:\.|$)/;

/**
 * The restart that a container's newest log belongs to: `2.log`, or what rotation has made of it. The runtime opens the log
 * before it makes the cgroup, so the newest one is never that of an earlier start. Null when there is no log.
 */
export function newestRestart(names: readonly string[]): number | null {
  let newest: number | null = null;
  for (const name of names) {
    const restart = count(Number(LOG.exec(name)?.[1]));
    if (restart !== null && (newest === null || restart > newest)) newest = restart;
  }
  return newest;
}
