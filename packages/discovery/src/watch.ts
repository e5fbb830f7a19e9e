import type { Counters } from '@fgm/ring';
import type { DiscoveryCounter } from './counters.ts';
import { EntitySet } from './entity-set.ts';
import type { EntityBatch } from './entity-set.ts';
import { detectCgroups } from './mounts.ts';
import { decideScope } from './scope.ts';
import type { ScopeRule } from './scope.ts';
import { SlicedWalk } from './sliced-walk.ts';
import { drain, makeTrees } from './tree.ts';
import type { CgroupNode, CgroupTree } from './tree.ts';
import { errnoOf } from './trouble.ts';
import type { Trouble } from './trouble.ts';
import { Watches } from './watches.ts';

export interface DiscoveryOptions {
  /** Usually /sys/fs/cgroup. */
  readonly cgroupRoot: string;
  readonly scope: ScopeRule;
  /** Number of the first entity. */
  readonly firstEntity: number;
  /** Milliseconds between walks of everything; 30,000 unless told. */
  readonly rescanMs?: number;
  /** Milliseconds between walks of what inotify's limits left out; 1,000 unless told. */
  readonly pollMs?: number;
  readonly counters?: Counters<DiscoveryCounter> | null;
}

export interface DiscoveryListener {
  entities(batch: EntityBatch): void;
  trouble(trouble: Trouble): void;
}

/** A container that goes loses its directories one by one: wait for the last before telling of fewer, in milliseconds. */
const SHRINK_MS = 5;

/**
 * Follows the cgroup trees. inotify tells of each directory that comes or goes; a walk of everything now and then finds
 * what it did not tell (a queue overflow, a watch that could not be set).
 *
 * Every directory in which an entity may begin is watched in every tree. The directories of the entities themselves are
 * watched in the first tree only: most never have children, and watches are a resource that this node's kubelet needs too.
 * Once one has, it is watched in the other trees as well.
 */
export class Discovery {
  readonly #options: DiscoveryOptions;
  readonly #listener: DiscoveryListener;
  readonly #entities: EntitySet;
  readonly #watches: Watches;
  readonly #unreadable = new Set<string>();
  readonly #walk: SlicedWalk;
  #trees: CgroupTree[] = [];
  #lastWalk = 0;
  #running = false;
  #timer: NodeJS.Timeout | null = null;
  #flushSoon: NodeJS.Immediate | null = null;
  #flushLater: NodeJS.Timeout | null = null;

  constructor(options: DiscoveryOptions, listener: DiscoveryListener) {
    this.#options = options;
    this.#listener = listener;
    this.#entities = new EntitySet(options.firstEntity, Date.now);
    this.#walk = new SlicedWalk(
      () => walkAll(this.#trees),
      (usec) => this.#walked(usec),
    );
    this.#watches = new Watches({
      moved: (node, name) => this.#moved(node, name),
      trouble: (trouble) => listener.trouble(trouble),
    });
  }

  /** Scans and reports what there is before it returns, then follows it until stop(). */
  start(): void {
    this.#running = true;
    if (!this.#plant()) this.#listener.trouble({ what: 'no_cgroups', errno: null, path: this.#options.cgroupRoot });
    this.#listener.entities(this.#entities.take());
    this.#publish();
    this.#arm();
  }

  /** Walks everything now, in slices between events. */
  rescan(): void {
    if (!this.#running) return;
    if (this.#trees.length === 0) this.#plant();
    else this.#walk.run();
  }

  stop(): void {
    this.#running = false;
    this.#walk.cancel();
    this.#watches.closeAll();
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#flushLater !== null) clearTimeout(this.#flushLater);
    if (this.#flushSoon !== null) clearImmediate(this.#flushSoon);
    this.#publish();
  }

  /** Finds the mounts and walks them for the first time. False when there are none. */
  #plant(): boolean {
    const startedAt = performance.now();
    this.#trees = makeTrees(detectCgroups(this.#options.cgroupRoot), {
      added: (node) => this.#added(node),
      removed: (node) => this.#removed(node),
      unreadable: (path, error) => this.#report(path, error),
    });
    drain(walkAll(this.#trees));
    this.#walked((performance.now() - startedAt) * 1_000);
    if (this.#trees.length === 0) return false;
    decideScope(this.#options.scope, this.#entities);
    return true;
  }

  #added(node: CgroupNode): void {
    if (this.#isWatched(node)) this.#watches.open(node);
    if (isInside(node)) this.#watchEverywhere(node.parent!);
    this.#entities.add(node);
    this.#schedule();
  }

  #removed(node: CgroupNode): void {
    this.#watches.close(node);
    this.#unreadable.delete(node.directory);
    this.#entities.remove(node);
    this.#schedule();
  }

  #isWatched(node: CgroupNode): boolean {
    if (node.tree.rank === 0 || node.owner.parent === null || isInside(node)) return true;
    // Known in this tree only: nobody else would tell of its children.
    return this.#trees[0]?.find(node.path) === undefined;
  }

  /** An entity has children in one tree: from now on it may get some in each. */
  #watchEverywhere(parent: CgroupNode): void {
    for (const tree of this.#trees) {
      const node = tree.find(parent.path);
      if (node === undefined || this.#watches.has(node) || this.#watches.missing.has(node)) continue;
      this.#watches.open(node);
      if (tree !== parent.tree) drain(tree.reconcile(node));
    }
  }

  #moved(node: CgroupNode, name: string | null): void {
    if (node.gone) return;
    if (name === null) return drain(node.tree.reconcile(node));
    // A directory's own end is told by its own name, as if it were a child of that name.
    if (name === node.name && node.parent !== null) this.#renew(node, node.parent);
    node.tree.check(node, name);
  }

  /** The watch may have been on a directory that is no more: sets it again, if the directory is still there. */
  #renew(node: CgroupNode, parent: CgroupNode): void {
    node.tree.check(parent, node.name);
    if (node.gone) return;
    this.#watches.close(node);
    this.#watches.open(node);
    drain(node.tree.reconcile(node));
  }

  #schedule(): void {
    if (!this.#running || this.#flushSoon !== null) return;
    if (this.#entities.urgent) this.#flushSoon = setImmediate(() => this.#flush());
    else if (this.#entities.pending) this.#flushLater ??= setTimeout(() => this.#flush(), SHRINK_MS);
  }

  #flush(): void {
    if (this.#flushSoon !== null) clearImmediate(this.#flushSoon);
    if (this.#flushLater !== null) clearTimeout(this.#flushLater);
    this.#flushSoon = this.#flushLater = null;
    const batch = this.#entities.take();
    if (batch.added.length + batch.changed.length + batch.removed.length > 0) this.#listener.entities(batch);
    this.#publish();
  }

  #arm(): void {
    const { rescanMs = 30_000, pollMs = 1_000 } = this.#options;
    const blind = this.#watches.missing.size > 0 || this.#trees.length === 0;
    this.#timer = setTimeout(() => this.#tick(rescanMs), blind ? Math.min(pollMs, rescanMs) : rescanMs);
  }

  #tick(rescanMs: number): void {
    for (const node of this.#watches.retry()) drain(node.tree.reconcile(node));
    if (this.#trees.length === 0 || performance.now() - this.#lastWalk >= rescanMs) this.rescan();
    else if (this.#watches.missing.size > 0) this.#walkMissing();
    this.#publish();
    this.#arm();
  }

  #walkMissing(): void {
    const { missing } = this.#watches;
    // What is below another missing one is walked with it.
    const tops = [...missing].filter((node) => node.parent === null || !missing.has(node.parent));
    for (const node of tops) drain(node.tree.reconcile(node));
    this.#count('rescans', 1);
  }

  #walked(usec: number): void {
    this.#lastWalk = performance.now();
    this.#count('scans', 1);
    this.#count('scan_usec', usec);
  }

  /** Once for each directory, not at every walk. */
  #report(path: string, error: unknown): void {
    if (this.#unreadable.has(path)) return;
    this.#unreadable.add(path);
    this.#listener.trouble({ what: 'unreadable', errno: errnoOf(error), path });
  }

  #count(name: DiscoveryCounter, amount: number): void {
    const { counters } = this.#options;
    counters?.add(counters.index(name), amount);
  }

  #publish(): void {
    const { counters } = this.#options;
    counters?.set(counters.index('watches'), this.#watches.size);
    counters?.set(counters.index('watch_errors'), this.#watches.errors);
  }
}

function* walkAll(trees: readonly CgroupTree[]): Generator<void, void, void> {
  for (const tree of trees) yield* tree.reconcile();
}

/** Whether a directory lies in that of a container or service. */
function isInside(node: CgroupNode): boolean {
  return node.parent !== null && node.parent.owner.parent !== null;
}
