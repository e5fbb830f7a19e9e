/** A container of a pod, by the runtime's id. */
export interface PodContainer {
  readonly id: string;
  readonly name: string;
  readonly image: string | null;
  readonly restartCount: number | null;
}

/** What a recording takes from the API's Pod object. */
export interface Pod {
  /** Of the API object. */
  readonly uid: string;
  /** In the paths of its cgroups: differs from `uid` in a static pod, whose API object is only a mirror. */
  readonly cgroupUid: string;
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly containers: readonly PodContainer[];
  /** Values of labels and annotations that were cut or left out for their length. */
  readonly cut: number;
}

/** Bytes of UTF-8 that a value may take, and all annotations of a pod together; the API allows 256 KiB. */
export const LONGEST_VALUE = 4 * 2 ** 10;
export const MOST_ANNOTATION_BYTES = 32 * 2 ** 10;

const STATUSES = ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'] as const;
/** Only a kubelet may make a pod with this annotation, so that nobody can pass for another's static pod. */
const MIRROR = 'kubernetes.io/config.mirror';
const CONFIG_HASH = 'kubernetes.io/config.hash';
/** A copy of the pod as it was applied, with the values of environment variables: large, and nothing to record. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * Takes what is needed from a Pod object, whatever it is.
 *
 * @param node pods of other nodes are none of ours
 * @returns null when it is no pod with a uid, a namespace and a name, or one of another node
 */
export function podOf(object: unknown, node: string): Pod | null {
  const { metadata, spec, status } = fields(object);
  const { uid, namespace, name, labels, annotations } = fields(metadata);
  if (!isText(uid) || !isText(namespace) || !isText(name)) return null;
  if (fields(spec)['nodeName'] !== node) return null;
  const all = textsOf(annotations);
  const kept = fitting([...all].filter(([key]) => key !== LAST_APPLIED));
  const own = fitting([...textsOf(labels)]);
  return {
    uid,
    cgroupUid: (all.has(MIRROR) ? all.get(CONFIG_HASH) : undefined) ?? uid,
    namespace,
    name,
    labels: own.texts,
    annotations: kept.texts,
    containers: STATUSES.flatMap((key) => containersOf(fields(status)[key])),
    cut: kept.cut + own.cut,
  };
}

function containersOf(statuses: unknown): PodContainer[] {
  if (!Array.isArray(statuses)) return [];
  return statuses.flatMap((status: unknown) => {
    const { containerID, name, image, restartCount } = fields(status);
    const id = isText(containerID) ? /^[a-z0-9.-]+:\/\/([0-9a-f]{64})$/.exec(containerID)?.[1] : undefined;
    if (id === undefined || !isText(name)) return [];
    const restarts = Number.isSafeInteger(restartCount) && (restartCount as number) >= 0;
    return [
      { id, name, image: isText(image) ? image : null, restartCount: restarts ? (restartCount as number) : null },
    ];
  });
}

/** In the order of their keys, so that the same texts are the same JSON. */
function fitting(texts: readonly (readonly [string, string])[]): { texts: Record<string, string>; cut: number } {
  const kept: [string, string][] = [];
  let cut = 0;
  let left = MOST_ANNOTATION_BYTES;
  for (const [key, value] of texts.toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const short = shortened(value);
    left -= Buffer.byteLength(key) + Buffer.byteLength(short);
    if (left >= 0) kept.push([key, short]);
    if (left < 0 || short !== value) cut++;
  }
  return { texts: Object.fromEntries(kept), cut };
}

/** At most LONGEST_VALUE bytes, whole characters, and at its end how long it was. */
function shortened(value: string): string {
  const bytes = Buffer.from(value);
  if (bytes.length <= LONGEST_VALUE) return value;
  const note = `…[cut from ${bytes.length} bytes]`;
  let end = LONGEST_VALUE - Buffer.byteLength(note);
  while ((bytes[end]! & 0xc0) === 0x80) end--;
  return bytes.toString('utf8', 0, end) + note;
}

function textsOf(value: unknown): Map<string, string> {
  const entries = Object.entries(fields(value));
  return new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
