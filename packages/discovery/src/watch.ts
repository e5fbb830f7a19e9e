import type { LateNames, Written } from '@fgm/catalog';
import type { Counters } from '@fgm/ring';
import type { DiscoveryCounter } from './counters.ts';
import { EntitySet } from './entity-set.ts';
import type { EntityBatch } from './entity-set.ts';
import { Endings } from './endings.ts';
import { FinalReader } from './final-figures.ts';
import { WrittenFiles } from './written-files.ts';
import { detectCgroups } from './mounts.ts';
import { NAME_SOURCES } from './names/facts.ts';
import { Names } from './names/names.ts';
import type { NameCounts } from './names/names.ts';
import { decideScope } from './scope.ts';
import type { ScopeRule } from './scope.ts';
import { SlicedWalk } from './sliced-walk.ts';
import { CgroupNode, drain, makeTrees } from './tree.ts';
import type { CgroupTree } from './tree.ts';
import { errnoOf } from './trouble.ts';
import { SYSTEM_TIME, type DiscoveryTime, type Timer } from './time.ts';
import type { Trouble } from './trouble.ts';
import { Watches, type DirectoryWatches, type WatchListener } from './watches.ts';

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
  /** Descriptors that may be kept open, watches aside; 4,096 unless told. */
  readonly mostOpen?: number;
  readonly counters?: Counters<DiscoveryCounter> | null;
  /** Where the node's root directory is; null, the default, asks nobody for names. */
  readonly hostRoot?: string | null;
  /** /proc unless told. */
  readonly procRoot?: string;
}

export interface DiscoveryListener {
  entities(batch: EntityBatch): void;
  /** Files of these entities have changed. It comes after the batch in which they were added. */
  written(written: readonly Written[]): void;
  /** An entity that is gone has got its names now. */
  late(late: LateNames): void;
  trouble(trouble: Trouble): void;
}

/** What is another where a recording is read. */
export interface DiscoverySurroundings {
  readonly time: DiscoveryTime;
  readonly watches: (listener: WatchListener) => DirectoryWatches;
  /** Whose runtimes are believed beside the system's; this process's unless given, null for nobody's. */
  readonly ownUser?: number | null;
}

const OF_THIS_MACHINE: DiscoverySurroundings = {
  time: SYSTEM_TIME,
  watches: (listener) => new Watches(listener),
};

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
  readonly #time: DiscoveryTime;
  readonly #watches: DirectoryWatches;
  readonly #reader: FinalReader;
  readonly #endings: Endings;
  readonly #written = new WrittenFiles();
  readonly #unreadable = new Set<string>();
  readonly #walk: SlicedWalk;
  readonly #names: Names | null;
  #trees: CgroupTree[] = [];
  #lastWalk = 0;
  #running = false;
  #timer: Timer | null = null;
  #flushSoon: Timer | null = null;
  #flushLater: Timer | null = null;

  constructor(
    options: DiscoveryOptions,
    listener: DiscoveryListener,
    surroundings: DiscoverySurroundings = OF_THIS_MACHINE,
  ) {
    const { time } = surroundings;
    this.#options = options;
    this.#listener = listener;
    this.#time = time;
    this.#reader = new FinalReader(time.usec.bind(time));
    this.#names = this.#makeNames(options, surroundings);
    this.#entities = new EntitySet(
      options.firstEntity,
      () => time.wall(),
      (entity, path) => this.#names?.identify(entity, path) ?? path,
      (entity) => this.#names?.recordFile(entity),
    );
    this.#walk = new SlicedWalk(
      () => walkAll(this.#trees),
      (usec) => this.#walked(usec),
      time,
    );
    this.#endings = this.#makeEndings();
    this.#watches = surroundings.watches({
      moved: (node, name) => this.#moved(node, name),
      written: (node, file) => this.#fileWritten(node, file),
      trouble: (trouble) => listener.trouble(trouble),
    });
  }

  #makeEndings(): Endings {
    const entities = this.#entities;
    const noticed = (what: 'stopped' | 'restarted') => (node: CgroupNode, time: number) => {
      entities.notice(node, what, time);
      this.#schedule();
    };
    return new Endings(
      {
        place: (node) => entities.placeOf(node),
        figures: (node, figures) => entities.figures(node, figures),
        stopped: noticed('stopped'),
        restarted: noticed('restarted'),
      },
      this.#reader,
      this.#time,
      this.#options.mostOpen,
    );
  }

  /** Scans and reports what there is before it returns, then follows it until stop(). */
  start(): void {
    this.#running = true;
    if (!this.#plant()) this.#listener.trouble({ what: 'no_cgroups', errno: null, path: this.#options.cgroupRoot });
    this.#tell(this.#entities.take());
    this.#arm();
  }

  /** Walks everything now, in slices between events. */
  rescan(): void {
    if (!this.#running) return;
    if (this.#trees.length === 0) this.#plant();
    else this.#walk.run();
    this.#names?.rescan();
  }

  /** Looks at everything now, to its end, and tells what is new: where nothing tells of what happens. */
  look(): void {
    if (!this.#running) return;
    if (this.#trees.length === 0) this.#plant();
    this.#endings.lookAtAll();
    drain(walkAll(this.#trees));
    this.#flush();
  }

  stop(): void {
    this.#running = false;
    this.#walk.cancel();
    this.#names?.stop();
    this.#watches.closeAll();
    this.#endings.closeAll();
    if (this.#timer !== null) this.#time.cancel(this.#timer);
    this.#cancelFlush();
    this.#publish();
  }

  /** Finds the mounts and walks them for the first time. False when there are none. */
  #plant(): boolean {
    const startedAt = this.#time.monotonic();
    this.#trees = makeTrees(detectCgroups(this.#options.cgroupRoot), {
      added: (node) => this.#added(node),
      removed: (node) => this.#removed(node),
      unreadable: (path, error) => this.#report(path, error),
    });
    drain(walkAll(this.#trees));
    this.#walked((this.#time.monotonic() - startedAt) * 1_000);
    if (this.#trees.length === 0) return false;
    decideScope(this.#options.scope, this.#entities);
    return true;
  }

  #added(node: CgroupNode): void {
    if (this.#isWatched(node)) this.#watches.open(node);
    if (isInside(node)) this.#watchEverywhere(node.parent!);
    this.#entities.add(node);
    if (tellsItsEnd(node)) this.#endings.add(node, this.#lastWalk > 0);
    this.#schedule();
  }

  #removed(node: CgroupNode): void {
    this.#watches.close(node);
    this.#unreadable.delete(node.directory);
    if (!this.#endings.remove(node)) this.#readWhatIsLeft(node);
    this.#entities.remove(node);
    this.#schedule();
  }

  #isWatched(node: CgroupNode): boolean {
    if (node.tree.rank === 0 || tellsItsEnd(node) || node.owner.parent === null || isInside(node)) return true;
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
    const known = node.children.has(name);
    node.tree.check(node, name);
    if (!known && !node.gone && !node.children.has(name)) this.#glimpsed(node, name);
  }

  /** Something came and went before it could be looked at: only its name tells what it was. */
  #glimpsed(parent: CgroupNode, name: string): void {
    if (this.#entities.glimpse(new CgroupNode(parent.tree, parent, name))) this.#count('glimpsed', 1);
    this.#schedule();
  }

  #fileWritten(node: CgroupNode, file: string): void {
    if (node.gone || !this.#running) return;
    if (file === EVENTS_FILE) this.#endings.changed(node);
    if (node.owner.parent === null) return;
    this.#written.add(node.owner, file);
    this.#flushSoon ??= this.#time.soon(() => this.#flush());
  }

  /**
   * A container's directory is gone and no end was seen: cgroup v1 does not tell, and words can be lost. Runtimes remove
   * the directories of one container one after the other, so that the others may still be read.
   */
  #readWhatIsLeft(node: CgroupNode): void {
    if (node.identity === null || this.#entities.hasFigures(node)) return;
    const place = this.#entities.placeOf(node);
    const figures = place === null ? null : this.#reader.read(place);
    if (figures !== null) this.#entities.figures(node, figures);
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
    if (this.#entities.urgent) this.#flushSoon = this.#time.soon(() => this.#flush());
    else if (this.#entities.pending) this.#flushLater ??= this.#time.after(SHRINK_MS, () => this.#flush());
  }

  #flush(): void {
    this.#cancelFlush();
    const batch = this.#entities.take();
    if (isNews(batch)) this.#tell(batch);
    else this.#publish();
    const written = this.#written.take((node) => this.#entities.numberOf(node));
    if (written.length > 0) this.#listener.written(written);
  }

  #cancelFlush(): void {
    if (this.#flushSoon !== null) this.#time.cancelSoon(this.#flushSoon);
    if (this.#flushLater !== null) this.#time.cancel(this.#flushLater);
    this.#flushSoon = this.#flushLater = null;
  }

  /** Names are asked for after the news is out. */
  #tell(batch: EntityBatch): void {
    this.#listener.entities(batch);
    this.#names?.follow(batch);
    this.#publish();
  }

  #makeNames(
    { hostRoot, procRoot = '/proc' }: DiscoveryOptions,
    { time, ownUser }: DiscoverySurroundings,
  ): Names | null {
    if (hostRoot === undefined || hostRoot === null) return null;
    return new Names(
      { hostRoot, procRoot, time, ...(ownUser === undefined ? {} : { ownUser }) },
      {
        changed: (entity) => {
          this.#entities.rename(entity);
          this.#schedule();
        },
        late: (late) => this.#listener.late(late),
      },
    );
  }

  #arm(): void {
    const { rescanMs = 30_000, pollMs = 1_000 } = this.#options;
    const blind = this.#watches.missing.size > 0 || this.#trees.length === 0;
    const wait = blind ? Math.min(pollMs, rescanMs) : rescanMs;
    this.#timer = this.#time.after(wait, () => this.#tick(rescanMs));
  }

  #tick(rescanMs: number): void {
    for (const node of this.#watches.retry()) drain(node.tree.reconcile(node));
    if (this.#trees.length === 0 || this.#time.monotonic() - this.#lastWalk >= rescanMs) this.rescan();
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
    this.#lastWalk = this.#time.monotonic();
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
    counters?.set(counters.index('ends'), this.#endings.seen);
    if (this.#names !== null) this.#publishNames(this.#names.counts);
  }

  #publishNames({ resolved, contradictions, readErrors, unnamed }: NameCounts): void {
    const { counters } = this.#options;
    for (const source of NAME_SOURCES) counters?.set(counters.index(`names_${source}`), resolved[source]);
    counters?.set(counters.index('name_contradictions'), contradictions);
    counters?.set(counters.index('name_read_errors'), readErrors);
    counters?.set(counters.index('unnamed'), unnamed);
  }
}

function isNews({ added, changed, removed, notices, groups }: EntityBatch): boolean {
  return [added, changed, removed, notices, groups.added, groups.changed, groups.removed].some(
    (list) => list.length > 0,
  );
}

const EVENTS_FILE = 'cgroup.events';

/** Whether the kernel tells when the last process of this entity has gone. The root of a tree has no end. */
function tellsItsEnd(node: CgroupNode): boolean {
  return node.identity !== null && node.parent !== null && node.tree.hierarchies.includes('v2');
}

function* walkAll(trees: readonly CgroupTree[]): Generator<void, void, void> {
  for (const tree of trees) yield* tree.reconcile();
}

/** Whether a directory lies in that of a container or service. */
function isInside(node: CgroupNode): boolean {
  return node.parent !== null && node.parent.owner.parent !== null;
}
