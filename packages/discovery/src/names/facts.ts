import type { Identity } from '@fgm/catalog';

/** What a source says of one container. What it does not say is null. */
export interface NameFacts {
  readonly scope: 'container' | 'sandbox' | null;
  readonly runtime: string | null;
  readonly namespace: string | null;
  readonly pod: string | null;
  readonly podUid: string | null;
  readonly container: string | null;
  readonly image: string | null;
  readonly restartCount: number | null;
  readonly labels: Readonly<Record<string, string>> | null;
}

export const NO_FACTS: NameFacts = {
  scope: null,
  runtime: null,
  namespace: null,
  pod: null,
  podUid: null,
  container: null,
  image: null,
  restartCount: null,
  labels: null,
};

/**
 * Where facts come from, the most trusted first.
 *
 * - `runtime`: a file that the container's own runtime keeps under this very id
 * - `log_link`: the kubelet's link in /var/log/containers whose name ends in this very id
 * - `mounts`: what the kubelet has mounted into one of its processes
 * - `pod_logs`: the pod's directory in /var/log/pods, found by the pod's uid
 * - `environ`: HOSTNAME of one of its processes, where that can only be the pod's generated name
 */
export const NAME_SOURCES = ['runtime', 'log_link', 'mounts', 'pod_logs', 'environ'] as const;
export type NameSource = (typeof NAME_SOURCES)[number];

/** What one source says. */
export interface Evidence {
  readonly source: NameSource;
  readonly facts: NameFacts;
}

/** Whether nothing more can be learned: the container needs not be asked about again until its files change. */
export function isComplete(identity: Identity): boolean {
  const { scope, runtime, podUid, namespace, pod, container, image, restartCount } = identity;
  if (runtime === null) return false;
  if (podUid === null && namespace === null) return container !== null && image !== null;
  if (namespace === null || pod === null) return false;
  return scope === 'sandbox' || (container !== null && image !== null && restartCount !== null);
}

/** Whether it has what it is called by. */
export function isNamed({ scope, pod, container }: Identity): boolean {
  return scope === 'sandbox' ? pod !== null || container !== null : container !== null;
}
