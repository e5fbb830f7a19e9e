import type { Hierarchy, Identity } from '@fgm/catalog';
import { existsSync, lstatSync, readdirSync, statfsSync, type FileStats } from '@fgm/kernfs/files';
import { identify } from './identify.ts';
import { processHierarchies } from './mounts.ts';
import type { CgroupMounts } from './mounts.ts';

const CGROUP_MAGIC = 0x27e0eb;
const CGROUP2_MAGIC = 0x63677270;

/** One cgroup directory that is known to exist. */
export class CgroupNode {
  readonly tree: CgroupTree;
  readonly parent: CgroupNode | null;
  readonly name: string;
  /** Below the mount, starting with `/`. */
  readonly path: string;
  /** What it is; null when it is no entity. */
  identity: Identity | null;
  readonly children = new Map<string, CgroupNode>();
  /** Tells a directory from a later one of the same name; 0 until it was looked at. */
  inode = 0;
  gone = false;

  constructor(tree: CgroupTree, parent: CgroupNode | null, name: string) {
    this.tree = tree;
    this.parent = parent;
    this.name = name;
    this.path = parent === null ? '/' : parent.parent === null ? `/${name}` : `${parent.path}/${name}`;
    this.identity = identify(this.path);
  }

  /** The nearest entity above, or itself: whose processes the ones in here are. In the end, the host. */
  get owner(): CgroupNode {
    return ownerOf(this);
  }

  /** Absolute path. */
  get directory(): string {
    return this.parent === null ? this.tree.directory : this.tree.directory + this.path;
  }
}

function ownerOf(node: CgroupNode): CgroupNode {
  let owner = node;
  while (owner.identity === null && owner.parent !== null) owner = owner.parent;
  return owner;
}

export interface TreeListener {
  /** Called before the directory is looked into: a watch that is set now misses no child. */
  added(node: CgroupNode): void;
  /** Called after the same was done for everything below. */
  removed(node: CgroupNode): void;
  /** A directory that is there, but cannot be looked at. */
  unreadable(path: string, error: unknown): void;
}

/** The directories of one mounted hierarchy as last seen, and how that is brought up to date. */
export class CgroupTree {
  /** More than one where v1 controllers are mounted together. */
  readonly hierarchies: readonly Hierarchy[];
  readonly directory: string;
  /** Place among the trees in the order in which they are trusted to list processes; 0 is the first. */
  readonly rank: number;
  readonly root: CgroupNode;
  readonly #listener: TreeListener;
  readonly #linksCount: boolean;

  /** @param directory absolute, without a trailing slash */
  constructor(hierarchies: readonly Hierarchy[], directory: string, rank: number, listener: TreeListener) {
    this.hierarchies = hierarchies;
    this.directory = directory;
    this.rank = rank;
    this.#listener = listener;
    this.#linksCount = linksCount(directory);
    this.root = new CgroupNode(this, null, '');
    // What is mounted in a cgroup namespace begins at a container's cgroup: that is not the host.
    if (!isWhole(directory)) this.root.identity = { ...this.root.identity!, container: null };
    listener.added(this.root);
  }

  /** The node at a path below the mount. */
  find(path: string): CgroupNode | undefined {
    let node: CgroupNode | undefined = this.root;
    for (const name of path.split('/')) if (name !== '') node = node?.children.get(name);
    return node;
  }

  /**
   * Compares a directory and all below it with the disk. It yields after each directory, so that the caller can do other
   * things in between, including further calls on this tree.
   */
  *reconcile(from: CgroupNode = this.root): Generator<void, void, void> {
    const pending = [from];
    const uncertain = new Set<CgroupNode>();
    for (;;) {
      const node = pending.pop();
      if (node !== undefined) this.#visit(node, pending, uncertain);
      else if (uncertain.size > 0) this.#settle(pending, uncertain);
      else return;
      yield;
    }
  }

  /** Looks at one name in a directory and, when it is new, at all below it. */
  check(parent: CgroupNode, name: string): void {
    if (parent.gone) return;
    const known = parent.children.get(name);
    const stats = this.#stat(known?.directory ?? `${parent.directory}/${name}`);
    if (stats === undefined) return;
    if (known !== undefined && stats?.ino === known.inode) return;
    if (known !== undefined) this.#remove(known);
    if (stats === null) return;
    drain(this.reconcile(this.#add(parent, name)));
    if (isPodmanPod(parent)) drain(this.reconcile(this.#disown(parent)));
  }

  #visit(node: CgroupNode, pending: CgroupNode[], uncertain: Set<CgroupNode>): void {
    if (node.gone) return;
    const stats = this.#stat(node.directory);
    if (stats === undefined) return;
    const { parent } = node;
    if (parent !== null && (stats === null || (node.inode !== 0 && node.inode !== stats.ino))) {
      this.#remove(node);
      if (stats !== null) pending.push(this.#add(parent, node.name));
      uncertain.add(parent);
      return;
    }
    // A mount point that cannot be seen for a moment is not the end of everything on the machine.
    if (stats === null) return this.#listener.unreadable(node.directory, { code: 'ENOENT' });
    node.inode = stats.ino;
    // Known children that survive their own visit, and as many as the kernel counts, are all there are. One that does not
    // makes its parent uncertain, because something new may have taken its place in the count.
    if (!this.#linksCount || stats.nlink - 2 !== node.children.size) this.#readChildren(node);
    for (const child of node.children.values()) pending.push(child);
  }

  #settle(pending: CgroupNode[], uncertain: Set<CgroupNode>): void {
    for (const parent of uncertain) {
      // Where nothing changes, as within an instant of a recording, a list that names what is gone would name it again and
      // again: now only what is there is taken from it.
      if (!parent.gone)
        for (const child of this.#readChildren(parent, (name) => this.#holds(parent, name))) pending.push(child);
    }
    uncertain.clear();
  }

  #holds(parent: CgroupNode, name: string): boolean {
    return this.#stat(`${parent.directory}/${name}`) !== null;
  }

  /** Brings the list of children up to date. @param takes which names that are new @returns the new ones */
  #readChildren(node: CgroupNode, takes: (name: string) => boolean = () => true): CgroupNode[] {
    let names: Set<string>;
    try {
      // Symbolic links are not directories here, and so are not followed.
      const entries = readdirSync(node.directory, { withFileTypes: true });
      names = new Set(entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name));
    } catch (error) {
      if (!isGone(error)) this.#listener.unreadable(node.directory, error);
      return [];
    }
    for (const child of node.children.values()) if (!names.has(child.name)) this.#remove(child);
    const fresh = [...names].filter((name) => !node.children.has(name) && takes(name));
    const added = fresh.map((name) => this.#add(node, name));
    return isPodmanPod(node) ? [...added, ...this.#readChildren(this.#disown(node), takes)] : added;
  }

  /** What was taken for a container is none: a directory like any other takes its place. */
  #disown(node: CgroupNode): CgroupNode {
    this.#listener.removed(node);
    node.identity = null;
    this.#listener.added(node);
    return node;
  }

  #add(parent: CgroupNode, name: string): CgroupNode {
    const node = new CgroupNode(this, parent, name);
    parent.children.set(name, node);
    this.#listener.added(node);
    return node;
  }

  #remove(top: CgroupNode): void {
    const nodes = [top];
    // A list, not recursion: cgroups may be nested deeper than the stack. It grows while it is walked.
    for (const node of nodes) for (const child of node.children.values()) nodes.push(child);
    top.parent?.children.delete(top.name);
    for (const node of nodes) node.gone = true;
    for (const node of nodes.toReversed()) this.#listener.removed(node);
  }

  /** Null when there is no such directory, undefined when that cannot be told. */
  #stat(directory: string): FileStats | null | undefined {
    try {
      const stats = lstatSync(directory, { throwIfNoEntry: false });
      return stats?.isDirectory() ? stats : null;
    } catch (error) {
      if (isGone(error)) return null;
      this.#listener.unreadable(directory, error);
      return undefined;
    }
  }
}

/**
 * Podman's cgroupfs driver puts a pod's containers into a directory that bears the pod's id, below any --cgroup-parent. By its
 * name alone it could be Docker's container with such a parent; what is in it tells.
 */
function isPodmanPod({ identity, name, children }: CgroupNode): boolean {
  if (identity?.scope !== 'container' || identity.runtime !== null || identity.qos !== null) return false;
  if (identity.containerId !== name) return false;
  // conmon stays when the containers have gone.
  for (const child of children.keys()) if (/^(?:conmon|libpod-[0-9a-f]{64})$/.test(child)) return true;
  return false;
}

/** Whether a directory is the top of its hierarchy, and not that of a cgroup namespace: files of the top, and of all others. */
function isWhole(directory: string): boolean {
  const has = (name: string): boolean => existsSync(`${directory}/${name}`);
  return has('cgroup.controllers') ? !has('cgroup.events') : has('release_agent') || !has('notify_on_release');
}

/** Whether a directory's link count is 2 + its subdirectories: always so in cgroup file systems, not in any other. */
function linksCount(directory: string): boolean {
  try {
    const { type } = statfsSync(directory);
    return type === CGROUP_MAGIC || type === CGROUP2_MAGIC;
  } catch {
    return false;
  }
}

function isGone(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENODEV' || code === 'ENOTDIR';
}

/** Runs a reconciliation to its end at once. */
export function drain(steps: Generator<void, void, void>): void {
  let step = steps.next();
  while (step.done !== true) step = steps.next();
}

/** One tree for each mounted directory, the one that is trusted most to list processes first. */
export function makeTrees(mounts: CgroupMounts, listener: TreeListener): CgroupTree[] {
  const directories = new Map<string, Hierarchy[]>();
  for (const hierarchy of processHierarchies(mounts)) {
    const directory = mounts.hierarchies[hierarchy]!;
    directories.set(directory, [...(directories.get(directory) ?? []), hierarchy]);
  }
  return [...directories].map(
    ([directory, hierarchies], rank) => new CgroupTree(hierarchies, directory, rank, listener),
  );
}
