import { NO_FACTS } from './facts.ts';
import type { NameFacts } from './facts.ts';
import {
  containerName,
  count,
  engineName,
  imageName,
  labelSet,
  members,
  namespaceName,
  parseJson,
  podName,
} from './text.ts';
import { podUid as uidText } from './text.ts';

/**
 * What Docker keeps of a container in `<data root>/containers/<id>/config.v2.json`:
 *
 *     {"ID":"11d9…","Config":{"Image":"busybox:rig","Labels":{"app":"shop"}},"Name":"/web","RestartCount":0,…}
 *
 * Written by https://github.com/moby/moby/blob/master/daemon/container/container.go. Anybody who may start a container may
 * give it the labels by which cri-dockerd marks those of a pod, so these count only below a pod's own cgroup, and only when
 * they name that pod: https://github.com/Mirantis/cri-dockerd/blob/master/core/labels.go.
 *
 * @param id the container's id, which the file must be about
 * @param podUid of the pod in whose cgroup the container is; null outside of one
 * @returns null when the text is none of this container
 */
export function parseDockerConfig(text: string, id: string, podUid: string | null): NameFacts | null {
  const file = members(parseJson(text));
  if (file['ID'] !== id) return null;
  const config = members(file['Config']);
  const labels = members(config['Labels']);
  const image = imageName(config['Image']);
  if (podUid !== null && labels['io.kubernetes.pod.uid'] === podUid) return { ...podFacts(labels), image };
  const { Name: name } = file;
  return {
    ...NO_FACTS,
    scope: 'container',
    runtime: 'docker',
    container: engineName(typeof name === 'string' && name.startsWith('/') ? name.slice(1) : name),
    image,
    restartCount: count(file['RestartCount']),
    labels: labelSet(labels),
  };
}

function podFacts(labels: Readonly<Record<string, unknown>>): NameFacts {
  const sandbox = labels['io.kubernetes.docker.type'] === 'podsandbox';
  return {
    ...NO_FACTS,
    scope: sandbox ? 'sandbox' : 'container',
    runtime: 'docker',
    namespace: namespaceName(labels['io.kubernetes.pod.namespace']),
    pod: podName(labels['io.kubernetes.pod.name']),
    podUid: uidText(labels['io.kubernetes.pod.uid']),
    container: sandbox ? null : containerName(labels['io.kubernetes.container.name']),
    restartCount: sandbox ? null : count(labels['annotation.io.kubernetes.container.restartCount']),
  };
}

/** Docker's data directory where an administrator has moved it: `{"data-root": "/srv/docker"}` in /etc/docker/daemon.json. */
export function parseDataRoot(text: string): string | null {
  const root = members(parseJson(text))['data-root'];
  return typeof root === 'string' && root.startsWith('/') ? root : null;
}
