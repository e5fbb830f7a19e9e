import { UNNAMED, type Identity } from '@fgm/catalog';
import type { PodIndex } from './pod-index.ts';

/**
 * Adds what the API server knows of an entity. Labels and annotations are its word; all else only fills what the machine's
 * own files left unknown.
 *
 * @param before the same entity as it was last known: a pod that the API has forgotten keeps its names to the end
 */
export function enrich(identity: Identity, pods: PodIndex, before: Identity | null): Identity {
  if (identity.scope !== 'container' && identity.scope !== 'sandbox') return identity;
  const known = before === null ? identity : filled(identity, before);
  const found = pods.find(identity.podUid, identity.containerId);
  if (found === null) return known;
  const { pod, container } = found;
  const { cgroupUid: podUid, name, namespace, labels, annotations } = pod;
  const { name: containerName = null, image = null, restartCount = null } = container ?? {};
  const told = { podUid, pod: name, namespace, container: containerName, image, restartCount };
  return { ...filled(known, told), labels, annotations };
}

type Names = { [K in keyof typeof UNNAMED]: Identity[K] };

/** What is null in the one as it is in the other. */
function filled(identity: Identity, other: Partial<Names> & Pick<Identity, 'podUid'>): Identity {
  const names = Object.keys(UNNAMED) as (keyof Names)[];
  const given = names.map((name) => [name, identity[name] ?? other[name] ?? null]);
  return { ...identity, podUid: identity.podUid ?? other.podUid, ...(Object.fromEntries(given) as Names) };
}
