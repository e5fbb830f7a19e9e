import type { Qos } from '@fgm/catalog';

/** What a cgroup path says about the Kubernetes pod of a container. */
export interface Pod {
  /** As the API prints it, with dashes; 32 hex digits for a static pod. Null when the path holds something else. */
  readonly uid: string | null;
  readonly qos: Qos;
}

/** systemd driver. A prefix comes from kubelet's --cgroup-root: `kubelet-kubepods-burstable-pod<uid>.slice` in kind. */
const SLICE = /^(?:.+-)?kubepods(?:-(burstable|besteffort))?-pod([^-]+)\.slice$/;
/** cgroupfs driver: `kubepods/burstable/pod<uid>`. */
const DIRECTORY = /^pod(.+)$/;
const UID = /^(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32})$/;

const QOS: Readonly<Record<string, Qos>> = { burstable: 'Burstable', besteffort: 'BestEffort' };

/**
 * The pod that a container belongs to, or null outside of Kubernetes.
 *
 * @param segments the names on the container's path; the pod's must be the one right above the container, so that what
 *   is started inside a pod's container is not taken for one of the pod's own containers
 */
export function parsePod(segments: readonly string[]): Pod | null {
  const name = segments.at(-1) ?? '';
  // A literal `<slice>:<runtime>:<id>` carries its pod in its own name.
  const own = name.includes(':') ? name.slice(0, name.indexOf(':')) : (segments.at(-2) ?? '');
  const slice = SLICE.exec(own);
  if (slice !== null) return pod(slice[2] ?? '', slice[1]);
  const directory = DIRECTORY.exec(own);
  return directory === null ? null : cgroupfsPod(directory[1] ?? '', segments.at(-3) ?? '', segments.at(-4) ?? '');
}

function cgroupfsPod(uid: string, parent: string, grandparent: string): Pod | null {
  if (parent === 'kubepods') return pod(uid, undefined);
  return grandparent === 'kubepods' && Object.hasOwn(QOS, parent) ? pod(uid, parent) : null;
}

function pod(text: string, level: string | undefined): Pod {
  const uid = text.replaceAll('_', '-');
  return { uid: UID.test(uid) ? uid : null, qos: level === undefined ? 'Guaranteed' : QOS[level]! };
}
