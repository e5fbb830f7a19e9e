import type { Scope } from '@fgm/catalog';

/** What the name of a cgroup directory says about a container. */
export interface ContainerName {
  readonly scope: Extract<Scope, 'container' | 'sandbox'>;
  readonly id: string;
  /** Null where the name is one that several runtimes use. */
  readonly runtime: string | null;
}

interface Form {
  readonly runtime: string | null;
  readonly scope: ContainerName['scope'];
  /** Whether the name ends in `.scope`: always with the systemd driver only, never with the cgroupfs driver only. */
  readonly unit: 'always' | 'never' | 'either';
}

/**
 * What stands before the id. conmon's own cgroups (`crio-conmon-`, `libpod-conmon-`) are not in here: conmon watches over a
 * container and is none. nerdctl is a client of containerd.
 */
const FORMS: ReadonlyMap<string, Form> = new Map([
  ['cri-containerd-', { runtime: 'containerd', scope: 'container', unit: 'always' }],
  ['nerdctl-', { runtime: 'containerd', scope: 'container', unit: 'always' }],
  ['docker-', { runtime: 'docker', scope: 'container', unit: 'always' }],
  ['crio-', { runtime: 'cri-o', scope: 'container', unit: 'either' }],
  ['libpod-', { runtime: 'podman', scope: 'container', unit: 'either' }],
  // podman run --cgroups=split, the way of Quadlet units: the container beside conmon, below the unit's own cgroup.
  ['libpod-payload-', { runtime: 'podman', scope: 'container', unit: 'never' }],
  // The virtual machine of a Kata pod: which runtime asked for it is not told.
  ['kata_', { runtime: null, scope: 'sandbox', unit: 'never' }],
]);

/**
 * A path meant for the systemd driver that a runtime with the cgroupfs driver took literally:
 * `kubepods-burstable-pod<uid>.slice:cri-containerd:<id>`.
 */
const UNTRANSLATED = /^[^:]+\.slice:([a-z-]+):$/;

/** Directories whose children with a bare id belong to one runtime: Docker's cgroupfs driver, containerd's namespaces. */
const PARENTS: ReadonlyMap<string, string> = new Map([
  ['docker', 'docker'],
  ['default', 'containerd'],
  ['k8s.io', 'containerd'],
]);

/** Directories whose children with a bare id are no containers: Podman's pods, what Kata uses outside of its pods. */
const NOT_PARENTS: ReadonlySet<string> = new Set(['libpod_parent', 'kata_overhead']);

const WITH_ID = /^(?:(.*[^0-9a-f]))?([0-9a-f]{64})(\.scope)?$/;

/**
 * Reads a directory's name as that of a container.
 *
 * @param parent name of the directory it is in, empty at the mount's root
 * @returns null when it is none, or when that is not certain
 */
export function parseContainerName(name: string, parent: string): ContainerName | null {
  const match = WITH_ID.exec(name);
  if (match === null) return null;
  const [, prefix = '', id = '', unit] = match;
  if (prefix === '') return unit === undefined ? bareId(id, parent) : null;
  const untranslated = UNTRANSLATED.exec(prefix);
  const form = FORMS.get(untranslated === null ? prefix : `${untranslated[1]}-`);
  if (form === undefined) return null;
  if (untranslated === null && form.unit !== 'either' && (form.unit === 'always') !== (unit !== undefined)) return null;
  return { scope: form.scope, id, runtime: form.runtime };
}

function bareId(id: string, parent: string): ContainerName | null {
  if (NOT_PARENTS.has(parent)) return null;
  return { scope: 'container', id, runtime: PARENTS.get(parent) ?? null };
}
