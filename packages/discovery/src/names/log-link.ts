import { NO_FACTS } from './facts.ts';
import type { NameFacts } from './facts.ts';
import { containerName, count, namespaceName, podName, podUid } from './text.ts';

const LINK = /^([^_]{1,253})_([^_]{1,63})_([^_]{1,63})-([0-9a-f]{64})\.log$/;
const TARGET = /\/([^_/]{1,63})_([^_/]{1,253})_([^_/]{1,63})\/([^_/]{1,63})\/([0-9]{1,9})\.log$/;

/** The name of a link in /var/log/containers, which the kubelet makes for each container. */
export interface LogLink {
  readonly name: string;
  readonly containerId: string;
  readonly facts: NameFacts;
}

/**
 * `<pod>_<namespace>_<container>-<id>.log`, made by logSymlink() of
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/kuberuntime/legacy.go. A name that would be longer than
 * 255 characters is cut there, id first: such a link names nobody.
 */
export function parseLogLink(name: string): LogLink | null {
  const match = LINK.exec(name);
  if (match === null) return null;
  const [, pod, namespace, container, containerId = ''] = match;
  const facts = { namespace: namespaceName(namespace), pod: podName(pod), container: containerName(container) };
  if (facts.namespace === null || facts.pod === null || facts.container === null) return null;
  return { name, containerId, facts: { ...NO_FACTS, ...facts, scope: 'container' } };
}

/**
 * What the link's target adds, `…/<namespace>_<pod>_<uid>/<container>/<restart>.log`: the pod's uid and how often the container
 * was started anew. Nothing when it is another form, or about somebody else.
 */
export function withTarget({ facts }: LogLink, target: string): NameFacts {
  const match = TARGET.exec(target);
  if (match === null) return facts;
  const [, namespace, pod, uid, container, restarts] = match;
  if (namespace !== facts.namespace || pod !== facts.pod || container !== facts.container) return facts;
  return { ...facts, podUid: podUid(uid), restartCount: count(Number(restarts)) };
}

/** Links by the id in their name. Several of one id are all kept: they may contradict each other. */
export function indexLinks(names: readonly string[]): ReadonlyMap<string, readonly LogLink[]> {
  const found = new Map<string, LogLink[]>();
  for (const name of names) {
    const link = parseLogLink(name);
    if (link !== null) found.set(link.containerId, [...(found.get(link.containerId) ?? []), link]);
  }
  return found;
}
