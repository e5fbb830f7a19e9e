import { followLinks } from './follow-links.ts';
import type { VirtualFiles } from './virtual-files.ts';

interface Mount {
  readonly prefix: string;
  readonly files: VirtualFiles;
}

/** Where a path leads to when it lies below a mounted prefix. */
export interface Place {
  readonly prefix: string;
  readonly files: VirtualFiles;
  /** The path in these files. */
  readonly path: string;
}

const mounts: Mount[] = [];

/**
 * Lets every path below `prefix` lead to these files, for this thread and for who uses the functions of this directory.
 *
 * @param prefix absolute, of one name (`/node`), so that nobody looks for it in a directory of this machine
 * @returns unmounts them
 * @throws RangeError when the prefix is of another form, or taken
 */
export function mountFiles(prefix: string, files: VirtualFiles): () => void {
  if (prefix.length < 2 || prefix.lastIndexOf('/') !== 0) {
    throw new RangeError(`a place for files is wanted that is a slash and one name, found ${prefix}`);
  }
  if (mounts.some((mount) => mount.prefix === prefix)) throw new RangeError(`there are files at ${prefix} already`);
  const mount: Mount = { prefix, files };
  mounts.push(mount);
  return () => {
    const at = mounts.indexOf(mount);
    if (at >= 0) mounts.splice(at, 1);
  };
}

/** Null for what is the kernel's. */
export function placeOf(path: string): Place | null {
  return mounts.length === 0 ? null : placeIn(path);
}

function placeIn(path: string): Place | null {
  for (const { prefix, files } of mounts) {
    if (!path.startsWith(prefix)) continue;
    if (path.length === prefix.length) return { prefix, files, path: '/' };
    if (path[prefix.length] === '/') return { prefix, files, path: plain(files, path.slice(prefix.length)) };
  }
  return null;
}

/** The path without `.`, `..` and slashes that say nothing. */
function plain(files: VirtualFiles, path: string): string {
  if (path.length > 1 && !path.endsWith('/') && !path.includes('//') && !path.includes('/.')) return path;
  // `..` leads to the parent of what a link before it points at. What follows the last one is looked at later.
  const back = path.lastIndexOf('/../');
  if (path.endsWith('/..')) return followLinks(files, path);
  if (back >= 0) return plain(files, `${followLinks(files, path.slice(0, back + 3))}/${path.slice(back + 4)}`);
  const names = namesOf(path);
  return names.length === 0 ? '/' : `/${names.join('/')}`;
}

/** The names in a path, without those that say nothing. */
export function namesOf(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.');
}
