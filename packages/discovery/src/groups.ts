import { UNNAMED, type Entity, type Hierarchy } from '@fgm/catalog';
import { placeIn } from './entity-place.ts';
import type { CgroupNode } from './tree.ts';

/** The directory above all containers of one kind, over all trees. */
interface Group {
  readonly path: string;
  readonly nodes: Set<CgroupNode>;
  /** Every hierarchy in which it has had a directory. */
  readonly hierarchies: Set<Hierarchy>;
  readonly firstSeen: number;
  entity: Entity | null;
}

/** What has come and gone among the groups since the last time somebody asked. */
export interface GroupChanges {
  readonly added: readonly Entity[];
  readonly changed: readonly Entity[];
  readonly removed: readonly { readonly entity: number; readonly time: number }[];
}

/**
 * Groups are numbered from here, so that they come between no two entities. There are never more groups than containers, so
 * a number based on the first entity's is not used again by who goes on with higher ones.
 */
const FIRST_GROUP = 2 ** 40;

/**
 * The directories right below the root that hold containers: /kubepods.slice, /docker, /machine.slice. What all containers
 * in one of them use together can be compared with what it uses itself. One is known from its first container on, and stays
 * until its directory goes, because what its dead containers have used stays in its figures.
 */
export class Groups {
  readonly #groups = new Map<string, Group>();
  readonly #touched = new Set<Group>();
  readonly #gone: { entity: number; time: number }[] = [];
  readonly #now: () => number;
  #next: number;

  /**
   * @param firstEntity number of the first entity beside the groups
   * @param now milliseconds since the Unix epoch
   */
  constructor(firstEntity: number, now: () => number) {
    this.#next = FIRST_GROUP + firstEntity;
    this.#now = now;
  }

  get pending(): boolean {
    return this.#touched.size + this.#gone.length > 0;
  }

  /** A container's directory. */
  add(container: CgroupNode): void {
    const top = groupOf(container);
    if (top === null) return;
    let group = this.#groups.get(top.path);
    if (group === undefined) {
      group = { path: top.path, nodes: new Set(), hierarchies: new Set(), firstSeen: this.#now(), entity: null };
      this.#groups.set(top.path, group);
    }
    if (group.nodes.has(top)) return;
    group.nodes.add(top);
    for (const hierarchy of top.tree.hierarchies) group.hierarchies.add(hierarchy);
    this.#touched.add(group);
  }

  /** Any directory that is gone. */
  remove(node: CgroupNode): void {
    if (node.parent === null || node.parent.parent !== null) return;
    const group = this.#groups.get(node.path);
    if (group === undefined || !group.nodes.delete(node)) return;
    this.#touched.add(group);
    if (group.nodes.size > 0) return;
    this.#groups.delete(group.path);
    this.#touched.delete(group);
    if (group.entity !== null) this.#gone.push({ entity: group.entity.entity, time: this.#now() });
  }

  take(): GroupChanges {
    const added: Entity[] = [];
    const changed: Entity[] = [];
    for (const group of this.#touched) {
      const known = group.entity;
      group.entity = entityOf(group, known?.entity ?? this.#next++);
      (known === null ? added : changed).push(group.entity);
    }
    this.#touched.clear();
    return { added, changed, removed: this.#gone.splice(0) };
  }
}

/** The directory right below the root in which a container lies; null for one that lies there itself. */
function groupOf(container: CgroupNode): CgroupNode | null {
  let node = container;
  while (node.parent !== null && node.parent.parent !== null) node = node.parent;
  return node === container || node.identity !== null ? null : node;
}

function entityOf({ path, nodes, hierarchies, firstSeen }: Group, entity: number): Entity {
  const directories: Partial<Record<Hierarchy, string>> = {};
  for (const node of nodes) for (const hierarchy of node.tree.hierarchies) directories[hierarchy] = node.directory;
  return {
    entity,
    identity: {
      scope: 'group',
      containerId: path,
      cgroup: path,
      runtime: null,
      qos: null,
      podUid: null,
      ...UNNAMED,
      container: path.slice(1),
    },
    ...placeIn(directories, hierarchies),
    processDirectories: [],
    firstSeen,
  };
}
