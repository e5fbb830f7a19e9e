import { NO_FACTS } from './facts.ts';
import type { NameFacts } from './facts.ts';
import {
  containerName,
  count,
  engineName,
  imageName,
  members,
  namespaceName,
  parseJson,
  podName,
  podUid,
} from './text.ts';

/** What the specification that a runtime was started with says of a container. */
export interface Bundle {
  readonly facts: NameFacts;
  /** Id of the pod's sandbox, whose own bundle may tell more. */
  readonly sandboxId: string | null;
  /** The pod's directory of logs; told by a sandbox only. */
  readonly logDirectory: string | null;
  /** Host paths that are mounted into the container. */
  readonly mountSources: readonly string[];
}

type Annotations = Readonly<Record<string, unknown>>;

/**
 * The OCI specification of a container, `config.json` in its bundle. Who made it says itself in the annotations:
 *
 * - containerd's CRI plugin: https://github.com/containerd/containerd/blob/main/internal/cri/annotations/annotations.go
 * - CRI-O: https://github.com/cri-o/cri-o/blob/main/internal/annotations/internal.go
 * - Podman: https://github.com/containers/podman/blob/main/libpod/annotations (io.container.manager)
 * - nerdctl: https://github.com/containerd/nerdctl/blob/main/pkg/labels/labels.go
 *
 * @param inPod whether the container's cgroup is in a pod's. Outside of one, annotations that users may set themselves
 *   (nerdctl's and Podman's `--annotation`) are not taken for those of a pod.
 * @returns null when the text is no specification
 */
export function parseBundle(text: string, inPod: boolean): Bundle | null {
  const spec = members(parseJson(text));
  if (typeof spec['ociVersion'] !== 'string') return null;
  const annotations = members(spec['annotations']);
  const mounts: readonly unknown[] = Array.isArray(spec['mounts']) ? spec['mounts'] : [];
  const sources = mounts.map((mount) => members(mount)['source']).filter((source) => typeof source === 'string');
  const dialect = dialectOf(annotations, inPod);
  return {
    facts: dialect === null ? NO_FACTS : FACTS[dialect](annotations),
    sandboxId: containerId(annotations['io.kubernetes.cri.sandbox-id'] ?? annotations['io.kubernetes.cri-o.SandboxID']),
    logDirectory: absolute(annotations['io.kubernetes.cri.sandbox-log-directory']),
    mountSources: sources.filter((source) => source.startsWith('/')),
  };
}

type Dialect = 'podman' | 'cri-o' | 'containerd' | 'nerdctl';

function dialectOf(annotations: Annotations, inPod: boolean): Dialect | null {
  if (annotations['io.container.manager'] === 'libpod') return 'podman';
  if (annotations['io.container.manager'] === 'cri-o') return 'cri-o';
  if (!inPod && 'nerdctl/name' in annotations) return 'nerdctl';
  if ('io.kubernetes.cri.container-type' in annotations) return 'containerd';
  return 'io.kubernetes.cri-o.ContainerType' in annotations ? 'cri-o' : null;
}

const FACTS: Readonly<Record<Dialect, (annotations: Annotations) => NameFacts>> = {
  containerd: (annotations) => {
    const sandbox = annotations['io.kubernetes.cri.container-type'] === 'sandbox';
    return {
      ...NO_FACTS,
      scope: sandbox ? 'sandbox' : 'container',
      runtime: 'containerd',
      namespace: namespaceName(annotations['io.kubernetes.cri.sandbox-namespace']),
      pod: podName(annotations['io.kubernetes.cri.sandbox-name']),
      podUid: podUid(annotations['io.kubernetes.cri.sandbox-uid']),
      container: sandbox ? null : containerName(annotations['io.kubernetes.cri.container-name']),
      image: imageName(annotations[`io.kubernetes.cri.${sandbox ? 'podsandbox-' : ''}image-name`]),
    };
  },
  'cri-o': (annotations) => {
    const sandbox = annotations['io.kubernetes.cri-o.ContainerType'] === 'sandbox';
    const metadata = members(parseJson(asText(annotations['io.kubernetes.cri-o.Metadata'])));
    return {
      ...NO_FACTS,
      scope: sandbox ? 'sandbox' : 'container',
      runtime: 'cri-o',
      namespace: namespaceName(annotations['io.kubernetes.pod.namespace']),
      pod: podName(annotations['io.kubernetes.pod.name']),
      podUid: podUid(annotations['io.kubernetes.pod.uid']),
      container: sandbox ? null : containerName(annotations['io.kubernetes.container.name']),
      image: imageName(annotations['io.kubernetes.cri-o.ImageName'] ?? annotations['io.kubernetes.cri-o.Image']),
      restartCount: sandbox ? null : attemptOf(metadata),
    };
  },
  // The rest is in the list of the storage it uses.
  podman: (annotations) => ({
    ...NO_FACTS,
    scope: annotations['io.kubernetes.cri-o.ContainerType'] === 'sandbox' ? 'sandbox' : null,
    runtime: 'podman',
  }),
  // Of its labels only those that it defines itself are here: none has the image.
  nerdctl: (annotations) => ({
    ...NO_FACTS,
    scope: 'container',
    runtime: 'containerd',
    container: engineName(annotations['nerdctl/name']),
  }),
};

/** CRI-O's rendering of the kubelet's ContainerMetadata, in which an attempt of 0 is left out. */
function attemptOf(metadata: Annotations): number | null {
  const named = metadata['name'] ?? metadata['Name'];
  return typeof named === 'string' ? count(metadata['attempt'] ?? metadata['Attempt'] ?? 0) : null;
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function containerId(value: unknown): string | null {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value) ? value : null;
}

function absolute(value: unknown): string | null {
  return typeof value === 'string' && value.startsWith('/') && !value.includes('\0') ? value : null;
}
