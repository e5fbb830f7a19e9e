/** What a Kubernetes name, an image and a set of labels may look like. Whatever else a file holds is no name. */

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/names/: RFC 1123 label and subdomain. */
const LABEL = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9](?:[-.a-z0-9]*[a-z0-9])?$/;
const UID = /^[A-Za-z0-9](?:[-A-Za-z0-9]*[A-Za-z0-9])?$/;
/** Docker, Podman and nerdctl: `[a-zA-Z0-9][a-zA-Z0-9_.-]*`. */
const ENGINE_NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;
const IMAGE = /^[^\s\p{C}]+$/u;
const DECIMAL = /^(?:0|[1-9][0-9]{0,8})$/;

const MAX_LABELS = 256;
const MAX_LABEL_CHARS = 32 * 1024;

function matching(value: unknown, form: RegExp, longest: number): string | null {
  return typeof value === 'string' && value.length <= longest && form.test(value) ? value : null;
}

export function namespaceName(value: unknown): string | null {
  return matching(value, LABEL, 63);
}

export function podName(value: unknown): string | null {
  return matching(value, SUBDOMAIN, 253);
}

/** Name of a container in a pod. */
export function containerName(value: unknown): string | null {
  return matching(value, LABEL, 63);
}

export function podUid(value: unknown): string | null {
  return matching(value, UID, 63);
}

/** Name of a container outside of Kubernetes. */
export function engineName(value: unknown): string | null {
  return matching(value, ENGINE_NAME, 255);
}

export function imageName(value: unknown): string | null {
  return matching(value, IMAGE, 1024);
}

/** A count, as a number or as decimal digits. */
export function count(value: unknown): number | null {
  if (typeof value === 'string' && DECIMAL.test(value)) return Number(value);
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

/** The object's members, or none when it is no object. */
export function members(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

/** Labels that are text; null when there is none, or more than anybody can mean. */
export function labelSet(value: unknown): Readonly<Record<string, string>> | null {
  const labels = Object.entries(members(value)).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  if (labels.length === 0 || labels.length > MAX_LABELS) return null;
  const chars = labels.reduce((sum, [key, text]) => sum + key.length + text.length, 0);
  return chars > MAX_LABEL_CHARS ? null : Object.fromEntries(labels);
}

/** The JSON value of a text; undefined when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
