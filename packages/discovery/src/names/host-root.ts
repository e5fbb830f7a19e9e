import { constants } from '@fgm/kernfs/files';
import { lstat, open, opendir, readlink, type BigFileStats, type FileReader } from '@fgm/kernfs/files/promises';
import { join } from 'node:path';
import { SYSTEM_TIME, type DiscoveryTime } from '../time.ts';
import { isAbsence } from './absence.ts';

/** Larger files are none of a container: nothing that a runtime writes about one comes near. */
export const MAX_FILE_BYTES = 1024 * 1024;
/** More names in one directory are not read. */
const MAX_ENTRIES = 65_536;
/** As many links as the kernel follows in one path. */
const MAX_LINKS = 40;

/** How long a directory that is no link is taken for one, in milliseconds, and of how many that is known. */
const PLAIN_MS = 1_000;
const MOST_PLAIN = 1_024;

/** Changes of so many directories are noticed. */
const MOST_FOLLOWED = 1_024;

/** A file's time may stand still for a tick of the kernel's clock, in milliseconds, while it changes. */
const SETTLED_MS = 50;

// A FIFO without a writer must not keep us, and a link that came after the path was resolved is not followed.
const READ_FLAGS = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;

/** Tells a file from its later versions: inode, size and time of the last change. */
export type Stamp = string;

/** What a look at a file or directory has met. */
export interface Look {
  /** Null when there was none. */
  readonly stamp: Stamp | null;
  /** Whether each later change has another stamp. */
  readonly settled: boolean;
}

export interface HostFile {
  readonly path: string;
  readonly text: string;
  readonly stamp: Stamp;
}

/**
 * The files of the node, read through the directory at which its root is mounted. Symbolic links are resolved inside of that
 * root, absolute ones too, so nothing outside of it is ever read. Only regular files of a bounded size are read, without
 * waiting for anything but the disk, and never on the thread of the caller. What is absent is null; what is there and cannot
 * be read is null and counted.
 */
export class HostRoot {
  readonly root: string;
  /** Files and directories that are there and could not be read: no permission, too large, not a file, a loop of links. */
  errors = 0;
  readonly time: DiscoveryTime;
  /** Directories to which no link leads, and until when that counts, by the monotonic clock. */
  readonly #plain = new Map<string, number>();
  readonly #shareMs: number;
  /** Looks that are shared by all who ask until then, by the monotonic clock. */
  readonly #looks = new Map<string, { readonly until: number; readonly look: Promise<Look> }>();

  /** What was looked at, with its stamp when hasNews() was asked last, or when it was first looked at. */
  readonly #followed = new Map<string, Stamp | null>();

  /** @param shareMs how old a look may be that is taken for one of now, in milliseconds */
  constructor(root: string, time: DiscoveryTime = SYSTEM_TIME, shareMs = 0) {
    this.root = root;
    this.time = time;
    this.#shareMs = shareMs;
  }

  /** @param path absolute, as the node itself would name it */
  async read(path: string, limit: number = MAX_FILE_BYTES): Promise<HostFile | null> {
    return this.#try(async () => {
      const place = await this.#resolve(path);
      // Opening a device may do something: look before.
      if (place === null || !(await lstat(place)).isFile()) return this.#refuse(place);
      const file = await open(place, READ_FLAGS);
      try {
        const stats = await file.stat({ bigint: true });
        if (!stats.isFile() || stats.size > limit) return this.#refuse(place);
        const text = await readUpTo(file, limit);
        return text === null ? this.#refuse(place) : { path, text, stamp: stampOf(stats) };
      } finally {
        await file.close();
      }
    });
  }

  /** Null when there is no such file or directory. */
  async stamp(path: string): Promise<Stamp | null> {
    return this.#try(async () => {
      const place = await this.#resolve(path);
      return place === null ? null : stampOf(await lstat(place, { bigint: true }));
    });
  }

  /** The stamp as it is now, or was a moment ago: for directories in which many containers are looked for one after the other. */
  look(path: string): Promise<Look> {
    const now = this.time.monotonic();
    const shared = this.#looks.get(path);
    if (shared !== undefined && shared.until > now) return shared.look;
    const look = this.#lookNow(path);
    if (this.#shareMs === 0) return look;
    if (this.#looks.size >= MOST_PLAIN) this.#looks.clear();
    this.#looks.set(path, { until: now + this.#shareMs, look });
    return look;
  }

  /** From now on nothing that was seen before is taken for what is there now. */
  lookAnew(): void {
    this.#looks.clear();
  }

  /** Whether one of the things that were looked at has changed since this was asked last. */
  async hasNews(): Promise<boolean> {
    let news = false;
    for (const [path, before] of this.#followed) {
      const { stamp } = await this.look(path);
      if (stamp !== before) news = true;
      this.#followed.set(path, stamp);
    }
    return news;
  }

  async #lookNow(path: string): Promise<Look> {
    const now = this.time.wall();
    const stamp = await this.stamp(path);
    if (!this.#followed.has(path) && this.#followed.size < MOST_FOLLOWED) this.#followed.set(path, stamp);
    return { stamp, settled: stamp !== null && now - changedAt(stamp) > SETTLED_MS };
  }

  /** Names in a directory. */
  async list(path: string): Promise<readonly string[] | null> {
    return this.#try(async () => {
      const place = await this.#resolve(path);
      if (place === null) return null;
      const names: string[] = [];
      for await (const entry of await opendir(place)) {
        if (names.push(entry.name) > MAX_ENTRIES) return this.#refuse(place);
      }
      return names;
    });
  }

  /** What a symbolic link says, unresolved. */
  async link(path: string): Promise<string | null> {
    return this.#try(async () => {
      const cut = path.lastIndexOf('/');
      const directory = await this.#resolve(path.slice(0, cut) || '/');
      return directory === null ? null : await readlink(join(directory, path.slice(cut + 1)));
    });
  }

  async #try<T>(look: () => Promise<T | null>): Promise<T | null> {
    try {
      return await look();
    } catch (error) {
      if (!isAbsence(error)) this.errors++;
      return null;
    }
  }

  #refuse(place: string | null): null {
    if (place !== null) this.errors++;
    return null;
  }

  /** Where a path of the node lies here, free of links. Null when a part of it is missing. */
  async #resolve(path: string): Promise<string | null> {
    const names = path.split('/').filter((name) => name !== '' && name !== '.');
    const known = this.#plainPrefix(names);
    const pending = names.slice(known).toReversed();
    const done = names.slice(0, known);
    let links = 0;
    for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
      if (name === '..') done.pop();
      if (name === '' || name === '.' || name === '..') continue;
      const place = join(this.root, ...done, name);
      const stats = await lstat(place);
      if (!stats.isSymbolicLink()) {
        done.push(name);
        if (links === 0 && stats.isDirectory()) this.#isPlain(done.join('/'));
        continue;
      }
      if (++links > MAX_LINKS) return this.#refuse(place);
      const target = await readlink(place);
      if (target.startsWith('/')) done.length = 0;
      pending.push(...target.split('/').toReversed());
    }
    return join(this.root, ...done);
  }

  /** How many of the first names are directories that were looked at a moment ago. */
  #plainPrefix(names: readonly string[]): number {
    if (names.includes('..')) return 0;
    const now = this.time.monotonic();
    for (let count = names.length - 1; count > 0; count--) {
      if ((this.#plain.get(names.slice(0, count).join('/')) ?? 0) > now) return count;
    }
    return 0;
  }

  #isPlain(path: string): void {
    if (this.#plain.size >= MOST_PLAIN) this.#plain.clear();
    this.#plain.set(path, this.time.monotonic() + PLAIN_MS);
  }
}

/** Everything in a file; null when that is more than the limit, whatever its size claims. */
async function readUpTo(file: FileReader, limit: number): Promise<string | null> {
  const parts: Buffer[] = [];
  let total = 0;
  for (;;) {
    const buffer = Buffer.allocUnsafe(Math.min(64 * 1024, limit + 1 - total));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, total);
    if (bytesRead === 0) return Buffer.concat(parts).toString('utf8');
    parts.push(buffer.subarray(0, bytesRead));
    total += bytesRead;
    if (total > limit) return null;
  }
}

/** Milliseconds since the Unix epoch. */
function changedAt(stamp: Stamp): number {
  return Number(stamp.slice(stamp.lastIndexOf(':') + 1)) / 1e6;
}

function stampOf({ dev, ino, size, mtimeNs }: BigFileStats): Stamp {
  return `${dev}:${ino}:${size}:${mtimeNs}`;
}
