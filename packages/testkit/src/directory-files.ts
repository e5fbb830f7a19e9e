import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { statfsSync } from 'node:fs';
import type { Dirent, Stats } from 'node:fs';
import { join } from 'node:path';

type Kind = 'file' | 'directory' | 'link';

interface Entry {
  readonly kind: Kind;
  readonly inode: number;
  readonly links: number;
  readonly size: number;
  readonly uid: number;
  readonly changedAt: number;
}

/**
 * The `VirtualFiles` of @fgm/kernfs, of an ordinary directory as it is at the time of each look. Links are not followed, also
 * not those before the end of a path.
 */
export class DirectoryFiles {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  entry(path: string): Entry {
    const stats = lstatSync(this.#place(path));
    const { ino: inode, nlink: links, size, uid, mtimeMs: changedAt } = stats;
    return { kind: kindOf(stats), inode, links, size, uid, changedAt };
  }

  open(path: string): { readonly inode: number; read(): Uint8Array } {
    const place = this.#place(path);
    const descriptor = openSync(place, constants.O_RDONLY | constants.O_NOFOLLOW);
    const stats = fstatSync(descriptor);
    closeSync(descriptor);
    if (stats.isDirectory()) throw Object.assign(new Error(`EISDIR: ${path}`), { code: 'EISDIR', errno: -21 });
    return { inode: stats.ino, read: () => readFileSync(place) };
  }

  list(path: string): { readonly name: string; readonly kind: Kind }[] {
    const place = this.#place(path);
    if (lstatSync(place).isSymbolicLink())
      throw Object.assign(new Error(`ELOOP: ${path}`), { code: 'ELOOP', errno: -40 });
    return readdirSync(place, { withFileTypes: true }).map((entry) => ({ name: entry.name, kind: kindOf(entry) }));
  }

  link(path: string): string {
    return readlinkSync(this.#place(path));
  }

  fileSystem(path: string): number {
    return statfsSync(this.#place(path)).type;
  }

  /** @throws Error ENOENT when something before the end is a link */
  #place(path: string): string {
    for (let end = path.indexOf('/', 1); end > 0; end = path.indexOf('/', end + 1)) {
      const before = join(this.#root, path.slice(0, end));
      if (lstatSync(before).isSymbolicLink())
        throw Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT', errno: -2 });
    }
    return join(this.#root, path);
  }
}

function kindOf(entry: Stats | Dirent): Kind {
  return entry.isDirectory() ? 'directory' : entry.isSymbolicLink() ? 'link' : 'file';
}
