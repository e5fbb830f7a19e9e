import { NO_FACTS } from './facts.ts';
import type { NameFacts } from './facts.ts';
import { engineName, imageName, members, parseJson } from './text.ts';

/**
 * The list of containers that containers/storage keeps for Podman, by id: `<graph root>/<driver>-containers/containers.json`
 *
 *     [{"id":"993c…","names":["web"],"image":"36f8…","metadata":"{\"image-name\":\"localhost/busybox:rig\",\"name\":\"web\"}"}]
 *
 * https://github.com/containers/storage/blob/main/containers.go. CRI-O's containers are in such a list as well, and left to
 * what their bundles say. A pod's infra container is the one that is named after the pod's id, in whose cgroup it is.
 *
 * @returns empty when the text is no such list
 */
export function parseStorageContainers(text: string): ReadonlyMap<string, NameFacts> {
  const list = parseJson(text);
  const found = new Map<string, NameFacts>();
  for (const entry of Array.isArray(list) ? (list as readonly unknown[]) : []) {
    const { id, names, metadata } = members(entry);
    if (typeof id !== 'string' || !/^[0-9a-f]{64}$/.test(id)) continue;
    const more = members(parseJson(typeof metadata === 'string' ? metadata : ''));
    if (more['pod-id'] !== undefined) continue;
    const container = engineName(more['name']) ?? engineName(Array.isArray(names) ? names[0] : null);
    found.set(id, { ...NO_FACTS, runtime: 'podman', container, image: imageName(more['image-name']) });
  }
  return found;
}

/** Whether a container of this name in this cgroup is a Podman pod's infra container, which only holds its namespaces. */
export function isInfra(name: string | null, cgroup: string): boolean {
  const match = /^([0-9a-f]{12})-infra$/.exec(name ?? '');
  if (match === null) return false;
  const parent = cgroup.split('/').at(-2) ?? '';
  return parent.startsWith(match[1]!) || parent.includes(`libpod_pod_${match[1]!}`);
}

/** Where an administrator has moved the storage: `graphroot = "/srv/containers"` in /etc/containers/storage.conf. */
export function parseStorageRoots(text: string): readonly string[] {
  const found: string[] = [];
  for (const line of text.split('\n')) {
    const match = /^\s*(?:graphroot|runroot)\s*=\s*"(\/[^"$]*)"/.exec(line);
    if (match !== null) found.push(match[1]!);
  }
  return found;
}
