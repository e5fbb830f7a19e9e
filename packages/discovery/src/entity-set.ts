import type { Entity, Hierarchy, Identity } from '@fgm/catalog';
import type { CgroupNode } from './tree.ts';

/** What has come, changed and gone, in one message. An id that went and came back is in `removed` and in `added`. */
export interface EntityBatch {
  readonly added: readonly Entity[];
  /** The same entities as before, with other directories or a completer identity. */
  readonly changed: readonly Entity[];
  /** `time`: milliseconds since the Unix epoch. */
  readonly removed: readonly { readonly entity: number; readonly time: number }[];
  /** True for the first batch: all there was at the start. */
  readonly initial: boolean;
}

/** One entity from its coming to its going. */
interface Life {
  readonly key: string;
  readonly firstSeen: number;
  /** Its directory in each tree; more than one where a tree has the same container id twice. */
  readonly nodes: CgroupNode[];
  /** What was last reported; null before that. */
  entity: Entity | null;
  endedAt: number | null;
}

/**
 * Puts the directories of all trees together to entities, gives them numbers, and knows what has not been reported yet.
 *
 * The directories of one entity are those of one container id (drivers may place it differently in each tree), or of one
 * path for services. A container ends with the directory that lists its processes: runtimes remove the others before or
 * after, and some are left behind for good. A service ends with its last directory, because systemd takes single
 * controllers away from services that live on.
 */
export class EntitySet {
  /** Whether services and the host are reported, or containers only. May be set before the first take(). */
  everything = true;
  /** Something has come or gone since the last take(), not just changed. */
  urgent = false;
  readonly #lives = new Map<string, Life>();
  readonly #touched = new Set<Life>();
  /** Directories left of a container that has ended. Another life of the same container takes them over. */
  readonly #left = new Map<string, Set<CgroupNode>>();
  readonly #now: () => number;
  #nextEntity: number;
  #initial = true;

  /**
   * @param firstEntity number of the first entity; each further one gets the next
   * @param now milliseconds since the Unix epoch
   */
  constructor(firstEntity: number, now: () => number) {
    this.#nextEntity = firstEntity;
    this.#now = now;
  }

  get hasContainers(): boolean {
    for (const { nodes } of this.#lives.values()) if (isContainer(nodes[0]?.identity ?? null)) return true;
    return false;
  }

  /** Whether take() would find anything. */
  get pending(): boolean {
    return this.#touched.size > 0;
  }

  add(node: CgroupNode): void {
    if (node.identity === null) return this.#touchOwner(node);
    const key = node.identity.containerId;
    let life = this.#lives.get(key);
    if (life === undefined) {
      life = { key, firstSeen: this.#now(), nodes: [], entity: null, endedAt: null };
      this.#lives.set(key, life);
      this.#takeOver(life);
      this.urgent = true;
    }
    life.nodes.push(node);
    this.#touched.add(life);
  }

  remove(node: CgroupNode): void {
    if (node.identity === null) return this.#touchOwner(node);
    const key = node.identity.containerId;
    this.#left.get(key)?.delete(node);
    const life = this.#lives.get(key);
    if (life === undefined || !life.nodes.includes(node)) return;
    const main = mainNode(life.nodes);
    life.nodes.splice(life.nodes.indexOf(node), 1);
    if (life.nodes.length === 0 || (node === main && isContainer(node.identity))) this.#end(life);
    this.#touched.add(life);
  }

  /** What has happened since the last call. */
  take(): EntityBatch {
    const added: Entity[] = [];
    const changed: Entity[] = [];
    const removed: { entity: number; time: number }[] = [];
    for (const life of this.#touched) {
      if (life.endedAt !== null) {
        if (life.entity !== null) removed.push({ entity: life.entity.entity, time: life.endedAt });
      } else if (this.everything || isContainer(life.nodes[0]!.identity)) {
        this.#report(life, added, changed);
      }
    }
    const initial = this.#initial;
    this.#touched.clear();
    this.#initial = false;
    this.urgent = false;
    return { added, changed, removed, initial };
  }

  #report(life: Life, added: Entity[], changed: Entity[]): void {
    const known = life.entity;
    const entity = assemble(life.nodes, known?.entity ?? this.#nextEntity, life.firstSeen);
    if (known === null) {
      this.#nextEntity++;
      added.push(entity);
    } else if (sameEntity(known, entity)) {
      return;
    } else {
      changed.push(entity);
    }
    life.entity = entity;
  }

  #end(life: Life): void {
    life.endedAt = this.#now();
    this.#lives.delete(life.key);
    this.urgent = true;
    if (life.nodes.length > 0) this.#left.set(life.key, new Set(life.nodes));
  }

  #takeOver(life: Life): void {
    const left = this.#left.get(life.key);
    if (left === undefined) return;
    this.#left.delete(life.key);
    for (const node of left) {
      // It may be gone, or another one by now, without anybody having looked.
      node.tree.check(node.parent!, node.name);
      if (!node.gone) life.nodes.push(node);
    }
  }

  #touchOwner(node: CgroupNode): void {
    const life = this.#lives.get(node.owner.identity!.containerId);
    if (life !== undefined) this.#touched.add(life);
  }
}

function isContainer(identity: Identity | null): boolean {
  return identity !== null && (identity.scope === 'container' || identity.scope === 'sandbox');
}

/** The directory that an entity is known by: in the tree that is trusted most, and there the least nested. */
function mainNode(nodes: readonly CgroupNode[]): CgroupNode {
  return nodes.reduce((best, node) => (before(node, best) ? node : best));
}

function before(left: CgroupNode, right: CgroupNode): boolean {
  if (left.tree.rank !== right.tree.rank) return left.tree.rank < right.tree.rank;
  const deeper = depth(left) - depth(right);
  return deeper === 0 ? left.path < right.path : deeper < 0;
}

function depth(node: CgroupNode): number {
  return node.path.split('/').length;
}

function assemble(nodes: readonly CgroupNode[], entity: number, firstSeen: number): Entity {
  const main = mainNode(nodes);
  const directories: Partial<Record<Hierarchy, string>> = {};
  const trees = new Set(nodes.map((node) => node.tree));
  for (const tree of trees) {
    const here = nodes.filter((node) => node.tree === tree);
    const directory = (here.find((node) => node.path === main.path) ?? mainNode(here)).directory;
    for (const hierarchy of tree.hierarchies) directories[hierarchy] = directory;
  }
  const others = nodes.filter((node) => node.tree === main.tree && node !== main);
  const processDirectories = [main, ...others].flatMap(ownDirectories);
  return { entity, identity: mergeIdentity(main, nodes), directories, processDirectories, firstSeen };
}

/** A directory, and those below it that are no entities of their own and in none. */
function ownDirectories(top: CgroupNode): string[] {
  const nodes = [top];
  for (const node of nodes) for (const child of node.children.values()) if (child.identity === null) nodes.push(child);
  return nodes.map((node) => node.directory);
}

/** What one tree's path does not tell, another's may. */
function mergeIdentity(main: CgroupNode, nodes: readonly CgroupNode[]): Identity {
  let merged = main.identity!;
  for (const node of nodes) {
    const identity = node.identity!;
    const { runtime, qos, podUid } = merged;
    if (runtime === null || qos === null || podUid === null) {
      merged = {
        ...merged,
        runtime: runtime ?? identity.runtime,
        qos: qos ?? identity.qos,
        podUid: podUid ?? identity.podUid,
      };
    }
  }
  return merged;
}

function sameEntity(left: Entity, right: Entity): boolean {
  return (
    JSON.stringify(left.identity) === JSON.stringify(right.identity) &&
    sameDirectories(left.directories, right.directories) &&
    left.processDirectories.length === right.processDirectories.length &&
    left.processDirectories.every((directory, index) => directory === right.processDirectories[index])
  );
}

function sameDirectories(left: Entity['directories'], right: Entity['directories']): boolean {
  const hierarchies = Object.keys(left) as Hierarchy[];
  return (
    hierarchies.length === Object.keys(right).length &&
    hierarchies.every((hierarchy) => left[hierarchy] === right[hierarchy])
  );
}
