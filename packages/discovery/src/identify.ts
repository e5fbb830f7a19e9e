import { type Identity, UNNAMED } from '@fgm/catalog';
import { parseContainerName } from './container-name.ts';
import type { ContainerName } from './container-name.ts';
import { parsePod } from './pod.ts';
import { parseService } from './service.ts';

/**
 * What a cgroup is, told from nothing but its path:
 *
 *     /kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod<uid>.slice/cri-containerd-<id>.scope
 *     /kubepods/burstable/pod<uid>/<id>
 *     /system.slice/docker-<id>.scope          /docker/<id>
 *     /system.slice/ssh.service                /
 *
 * A container inside a container (kind, Docker in Docker) is an entity of its own, and so is the outer one. All else inside
 * a container, a systemd with its services for one, is part of it. Pod, namespace and container names are not in a path.
 *
 * @param path the cgroup's path below its mount, starting with `/`
 * @returns null when it is no entity, or when that is not certain: a slice, a pod, a child cgroup of a container
 */
export function identify(path: string): Identity | null {
  if (path === '/') return named('host', '/', 'host');
  const segments = path.split('/').slice(1);
  if (!path.startsWith('/') || segments.some((name) => name === '' || name === '.' || name === '..')) return null;
  const container = containerAt(segments, segments.length - 1);
  if (container !== null) return identifyContainer(path, segments, container);
  if (segments.some((_, index) => containerAt(segments, index) !== null)) return null;
  const unit = parseService(segments);
  return unit === null ? null : named('service', path, unit);
}

function containerAt(segments: readonly string[], index: number): ContainerName | null {
  return parseContainerName(segments[index] ?? '', segments[index - 1] ?? '');
}

function identifyContainer(path: string, segments: readonly string[], container: ContainerName): Identity {
  const pod = parsePod(segments);
  return {
    scope: container.scope,
    containerId: container.id,
    cgroup: path,
    runtime: container.runtime,
    qos: pod?.qos ?? null,
    podUid: pod?.uid ?? null,
    ...UNNAMED,
  };
}

function named(scope: 'service' | 'host', path: string, container: string): Identity {
  return {
    scope,
    containerId: path,
    cgroup: path,
    runtime: null,
    qos: null,
    podUid: null,
    ...UNNAMED,
    container,
  };
}
