import { asked } from './follow-links.ts';
import type { Place } from './mounted.ts';
import type { VirtualName } from './virtual-files.ts';

/** What is asked of node:fs's Dirent. */
export interface ListedName {
  readonly name: string;
  isDirectory(): boolean;
}

/** What is asked of node:fs's Dir. */
export interface Listing {
  /** The next name; null at the end. */
  readSync(): { readonly name: string } | null;
  closeSync(): void;
}

/** Sorted as by libuv: in the order of their bytes. @throws ErrnoError as readdir(3) */
export function sortedNames({ files, path }: Place): VirtualName[] {
  const names = [...asked(files, path, true, (place) => files.list(place))];
  return names.sort((left, right) => (left.name < right.name ? -1 : left.name > right.name ? 1 : 0));
}

export function listedName({ name, kind }: VirtualName): ListedName {
  return { name, isDirectory: () => kind === 'directory' };
}

/** Names that have been read already. */
export class NameListing implements Listing {
  readonly #names: readonly VirtualName[];
  #at = 0;

  constructor(names: readonly VirtualName[]) {
    this.#names = names;
  }

  readSync(): VirtualName | null {
    return this.#names[this.#at++] ?? null;
  }

  closeSync(): void {
    this.#at = this.#names.length;
  }
}
