import { watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import type { CgroupNode } from './tree.ts';
import { errnoOf } from './trouble.ts';
import type { Trouble } from './trouble.ts';

/** ENOSPC: fs.inotify.max_user_watches is reached. EMFILE, ENFILE: max_user_instances, or no descriptor left. */
const LIMITS: ReadonlySet<string | null> = new Set(['ENOSPC', 'EMFILE', 'ENFILE', 'ENOMEM']);

export interface WatchListener {
  /** A name in a watched directory came, went or both; null when the kernel did not say which. */
  moved(node: CgroupNode, name: string | null): void;
  /** A file in a watched directory was written to, or the kernel says that it has changed. */
  written(node: CgroupNode, file: string): void;
  trouble(trouble: Trouble): void;
}

/** How Discovery is told of what happens in directories. */
export interface DirectoryWatches {
  readonly size: number;
  readonly errors: number;
  readonly missing: ReadonlySet<CgroupNode>;
  has(node: CgroupNode): boolean;
  open(node: CgroupNode): void;
  close(node: CgroupNode): void;
  closeAll(): void;
  retry(): CgroupNode[];
}

/**
 * The inotify watches on directories. Node shares one inotify instance among all watches of a thread. A queue overflow is
 * dropped by libuv without a word, one reason for the regular rescan.
 */
export class Watches implements DirectoryWatches {
  /** Watches that could not be set or broke. */
  errors = 0;
  /** Directories that a limit left out. */
  readonly missing = new Set<CgroupNode>();
  readonly #open = new Map<CgroupNode, FSWatcher>();
  readonly #listener: WatchListener;

  constructor(listener: WatchListener) {
    this.#listener = listener;
  }

  get size(): number {
    return this.#open.size;
  }

  has(node: CgroupNode): boolean {
    return this.#open.has(node);
  }

  /** Follows a directory, unless it is followed already. While a limit is in force it is only noted as missing. */
  open(node: CgroupNode): void {
    if (this.#open.has(node)) return;
    if (this.missing.size > 0) this.missing.add(node);
    else this.#try(node);
  }

  close(node: CgroupNode): void {
    this.missing.delete(node);
    this.#open.get(node)?.close();
    this.#open.delete(node);
  }

  closeAll(): void {
    for (const watcher of this.#open.values()) watcher.close();
    this.#open.clear();
    this.missing.clear();
  }

  /** Tries the missing ones again, up to the first failure. @returns those that are followed now, and were not before */
  retry(): CgroupNode[] {
    if (this.missing.size === 0) return [];
    const opened: CgroupNode[] = [];
    for (const node of this.missing) {
      if (!this.#try(node)) break;
      this.missing.delete(node);
      if (this.#open.has(node)) opened.push(node);
    }
    if (this.missing.size === 0) this.#listener.trouble({ what: 'watch_recovered', errno: null, path: null });
    return opened;
  }

  /** False when a limit stands in the way. */
  #try(node: CgroupNode): boolean {
    try {
      const watcher = watch(node.directory, (event, name) => {
        // `change` is a write to one of the cgroup's files, `rename` a directory that came or went.
        if (event === 'rename') this.#listener.moved(node, name);
        else if (name !== null) this.#listener.written(node, name);
      });
      watcher.on('error', (error) => this.#fail(node, error));
      this.#open.set(node, watcher);
      return true;
    } catch (error) {
      return this.#refused(node, error);
    }
  }

  #refused(node: CgroupNode, error: unknown): boolean {
    const errno = errnoOf(error);
    // Gone between being seen and being watched: its parent's watch tells.
    if (errno === 'ENOENT') return true;
    this.errors++;
    if (!LIMITS.has(errno)) {
      this.#listener.trouble({ what: 'unwatchable', errno, path: node.directory });
      return true;
    }
    this.#miss(node, errno);
    return false;
  }

  #fail(node: CgroupNode, error: unknown): void {
    this.errors++;
    this.close(node);
    this.#miss(node, errnoOf(error));
  }

  #miss(node: CgroupNode, errno: string | null): void {
    const first = this.missing.size === 0;
    this.missing.add(node);
    if (first) this.#listener.trouble({ what: 'watch_limit', errno, path: node.directory });
  }
}
