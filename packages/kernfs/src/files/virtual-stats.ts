import type { VirtualEntry } from './virtual-files.ts';

/** What is asked of node:fs's Stats, which have it too. */
export interface FileStats {
  readonly dev: number;
  readonly ino: number;
  readonly nlink: number;
  readonly size: number;
  readonly uid: number;
  /** Milliseconds since the Unix epoch. */
  readonly mtimeMs: number;
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}

/** What is asked of node:fs's BigIntStats. */
export interface BigFileStats {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly size: bigint;
  readonly mtimeNs: bigint;
  isFile(): boolean;
}

/** All files of a tree seem to be on one device. */
const DEVICE = 1;

export class VirtualStats implements FileStats {
  readonly dev = DEVICE;
  readonly ino: number;
  readonly nlink: number;
  readonly size: number;
  readonly uid: number;
  readonly mtimeMs: number;
  readonly #kind: VirtualEntry['kind'];

  constructor({ kind, inode, links, size, uid, changedAt }: VirtualEntry) {
    this.ino = inode;
    this.nlink = links;
    this.size = size;
    this.uid = uid;
    this.mtimeMs = changedAt;
    this.#kind = kind;
  }

  isFile(): boolean {
    return this.#kind === 'file';
  }

  isDirectory(): boolean {
    return this.#kind === 'directory';
  }

  isSymbolicLink(): boolean {
    return this.#kind === 'link';
  }
}

export class BigVirtualStats implements BigFileStats {
  readonly dev = BigInt(DEVICE);
  readonly ino: bigint;
  readonly size: bigint;
  readonly mtimeNs: bigint;
  readonly #isFile: boolean;

  constructor({ kind, inode, size, changedAt }: VirtualEntry) {
    this.ino = BigInt(inode);
    this.size = BigInt(size);
    this.mtimeNs = BigInt(Math.round(changedAt * 1e6));
    this.#isFile = kind === 'file';
  }

  isFile(): boolean {
    return this.#isFile;
  }
}
