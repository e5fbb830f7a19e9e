import type { Entity, FinalFigures, Identity, Removal } from '@fgm/catalog';
import type { EntityPlace } from './entity-place.ts';
import { Groups } from './groups.ts';
import type { GroupChanges } from './groups.ts';
import { assemble, isContainer, mainNode, place, placeOf, sameEntity, type Life } from './life.ts';
import type { CgroupNode } from './tree.ts';

/** Something that happened to an entity that stays. */
export interface Notice {
  readonly entity: number;
  /** Its last process has gone, or there are processes in it again. */
  readonly what: 'stopped' | 'restarted';
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
  /** The figures of its end, where they could be read. */
  readonly figures: FinalFigures | null;
}

/** What has come, changed and gone, in one message. An id that went and came back is in `removed` and in `added`. */
export interface EntityBatch {
  readonly added: readonly Entity[];
  /** The same entities as before, with other directories or a completer identity. */
  readonly changed: readonly Entity[];
  /** Also what came and went since the last message: that is in `added` too. */
  readonly removed: readonly Removal[];
  /** In the order in which it happened; of entities that are known, or in `added`. */
  readonly notices: readonly Notice[];
  /** The directories above the containers. Their numbers are entities' numbers, of a range of their own. */
  readonly groups: GroupChanges;
  /** True for the first batch: all there was at the start. */
  readonly initial: boolean;
}

interface PendingNotice extends Omit<Notice, 'entity'> {
  readonly life: Life;
}

/** Containers that have ended and are remembered, so that a late word of them is not taken for another. */
const MOST_REMEMBERED = 4096;

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
  /** What was reported, by its number. */
  readonly #reported = new Map<number, Life>();
  readonly #groups: Groups;
  readonly #notices: PendingNotice[] = [];
  /** Ids of containers that have ended, the oldest first. */
  readonly #ended = new Set<string>();
  readonly #now: () => number;
  readonly #identify: (entity: number, path: Identity) => Identity;
  readonly #recordOf: (entity: number) => string | undefined;
  #nextEntity: number;
  #initial = true;

  /**
   * @param firstEntity number of the first entity; each further one gets the next
   * @param now milliseconds since the Unix epoch
   * @param identify adds to the identity from an entity's paths what is known beyond them
   * @param recordOf the file in which its runtime writes how it ended
   */
  constructor(
    firstEntity: number,
    now: () => number,
    identify: (entity: number, path: Identity) => Identity = (_, path) => path,
    recordOf: (entity: number) => string | undefined = () => undefined,
  ) {
    this.#nextEntity = firstEntity;
    this.#now = now;
    this.#groups = new Groups(firstEntity, now);
    this.#identify = identify;
    this.#recordOf = recordOf;
  }

  /** How many containers have ended and have directories left. */
  get leftBehind(): number {
    return this.#left.size;
  }

  get hasContainers(): boolean {
    for (const { nodes } of this.#lives.values()) if (isContainer(nodes[0]?.identity ?? null)) return true;
    return false;
  }

  /** Whether take() would find anything. */
  get pending(): boolean {
    return this.#touched.size > 0 || this.#notices.length > 0 || this.#groups.pending;
  }

  add(node: CgroupNode): void {
    if (node.identity === null) return this.#touchOwner(node);
    const key = node.identity.containerId;
    let life = this.#lives.get(key);
    if (life === undefined) {
      life = this.#newLife(key);
      this.#lives.set(key, life);
      this.#takeOver(life);
      this.urgent = true;
    }
    place(life, node);
    this.#touched.add(life);
    if (isContainer(node.identity)) this.#groups.add(node);
  }

  /** A container's directory that was gone before anybody could look at it. False when it is known, or no container. */
  glimpse(node: CgroupNode): boolean {
    const key = node.identity?.containerId;
    if (key === undefined || !isContainer(node.identity) || this.#lives.has(key) || this.#ended.has(key)) return false;
    const life = this.#newLife(key);
    place(life, node);
    this.#groups.add(node);
    this.#end(life);
    this.#left.delete(key);
    this.#touched.add(life);
    return true;
  }

  /** Where the entity of this directory is now; null when the directory is none of an entity's. */
  placeOf(node: CgroupNode): EntityPlace | null {
    const life = this.#lifeOf(node);
    return life === undefined ? null : placeOf(life, life.nodes);
  }

  /** The number of this directory's entity; null when nobody was told of it. */
  numberOf(node: CgroupNode): number | null {
    return this.#lifeOf(node)?.entity?.entity ?? null;
  }

  /** Whether the last figures of this directory's entity are known. */
  hasFigures(node: CgroupNode): boolean {
    return (this.#lifeOf(node)?.figures ?? null) !== null;
  }

  /** The last figures of this directory's entity, as far as they are known. */
  figures(node: CgroupNode, figures: FinalFigures): void {
    const life = this.#lifeOf(node);
    if (life !== undefined) life.figures = figures;
  }

  /** @param time milliseconds since the Unix epoch */
  notice(node: CgroupNode, what: Notice['what'], time: number): void {
    const life = this.#lifeOf(node);
    if (life === undefined) return;
    if (what === 'restarted') life.figures = null;
    this.#notices.push({ life, what, time, figures: life.figures });
    this.urgent = true;
  }

  remove(node: CgroupNode): void {
    this.#groups.remove(node);
    if (node.identity === null) return this.#touchOwner(node);
    const key = node.identity.containerId;
    this.#forgetLeft(key, node);
    const life = this.#lives.get(key);
    if (life === undefined || !life.nodes.includes(node)) return;
    const main = mainNode(life.nodes);
    if (life.entity === null) life.lastNodes = [...life.nodes];
    life.nodes.splice(life.nodes.indexOf(node), 1);
    if (life.nodes.length === 0 || (node === main && isContainer(node.identity))) this.#end(life);
    this.#touched.add(life);
  }

  /** More is known of a reported entity than its paths tell. */
  rename(entity: number): void {
    const life = this.#reported.get(entity);
    if (life !== undefined) this.#touched.add(life);
  }

  /** What has happened since the last call. */
  take(): EntityBatch {
    const added: Entity[] = [];
    const changed: Entity[] = [];
    const removed: Removal[] = [];
    for (const life of this.#touched) {
      if (life.endedAt !== null) {
        this.#reportEnd(life, added, removed);
      } else if (this.everything || isContainer(life.nodes[0]!.identity)) {
        this.#report(life, added, changed);
      }
    }
    const groups = this.#groups.take();
    const notices = this.#takeNotices();
    const initial = this.#initial;
    this.#touched.clear();
    this.#initial = false;
    this.urgent = false;
    return { added, changed, removed, notices, groups, initial };
  }

  #report(life: Life, added: Entity[], changed: Entity[]): void {
    const known = life.entity;
    const number = known?.entity ?? this.#nextEntity;
    const found = assemble(life, life.nodes, number, (path) => this.#identify(number, path));
    const recordFile = this.#recordOf(number);
    const entity = recordFile === undefined ? found : { ...found, recordFile };
    if (known === null) {
      this.#nextEntity++;
      this.#reported.set(number, life);
      added.push(entity);
    } else if (sameEntity(known, entity)) {
      return;
    } else {
      changed.push(entity);
    }
    life.entity = entity;
  }

  /** One that came and went since the last report is told of all the same. */
  #reportEnd(life: Life, added: Entity[], removed: Removal[]): void {
    const identity = life.lastNodes[0]?.identity ?? null;
    // What has turned out to be no container has none any more.
    if (life.entity === null && (isContainer(identity) || (this.everything && identity !== null))) {
      const number = this.#nextEntity++;
      life.entity = assemble(life, life.lastNodes, number, (path) => this.#identify(number, path));
      added.push(life.entity);
    }
    if (life.entity !== null) removed.push({ entity: life.entity.entity, time: life.endedAt!, figures: life.figures });
  }

  #takeNotices(): Notice[] {
    const notices = this.#notices.splice(0);
    return notices.flatMap(({ life, ...notice }) =>
      life.entity === null ? [] : [{ ...notice, entity: life.entity.entity }],
    );
  }

  #newLife(key: string): Life {
    return {
      key,
      firstSeen: this.#now(),
      nodes: [],
      hierarchies: new Set(),
      entity: null,
      endedAt: null,
      figures: null,
      lastNodes: [],
    };
  }

  #lifeOf(node: CgroupNode): Life | undefined {
    const life = node.identity === null ? undefined : this.#lives.get(node.identity.containerId);
    return life?.nodes.includes(node) === true ? life : undefined;
  }

  #remember(key: string): void {
    this.#ended.delete(key);
    this.#ended.add(key);
    if (this.#ended.size <= MOST_REMEMBERED) return;
    for (const oldest of this.#ended) return void this.#ended.delete(oldest);
  }

  #end(life: Life): void {
    life.endedAt = this.#now();
    if (life.lastNodes.length === 0) life.lastNodes = [...life.nodes];
    this.#remember(life.key);
    this.#lives.delete(life.key);
    if (life.entity !== null) this.#reported.delete(life.entity.entity);
    this.urgent = true;
    if (life.nodes.length > 0) this.#left.set(life.key, new Set(life.nodes));
  }

  #forgetLeft(key: string, node: CgroupNode): void {
    const left = this.#left.get(key);
    if (left?.delete(node) && left.size === 0) this.#left.delete(key);
  }

  #takeOver(life: Life): void {
    const left = this.#left.get(life.key);
    if (left === undefined) return;
    this.#left.delete(life.key);
    for (const node of left) {
      // It may be gone, or another one by now, without anybody having looked.
      node.tree.check(node.parent!, node.name);
      if (!node.gone) place(life, node);
    }
  }

  #touchOwner(node: CgroupNode): void {
    const life = this.#lives.get(node.owner.identity!.containerId);
    if (life !== undefined) this.#touched.add(life);
  }
}
