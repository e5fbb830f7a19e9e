import { ErrnoError, type VirtualEntry, type VirtualFiles } from './virtual-files.ts';

/** As many links as the kernel follows in one path. */
const MOST_LINKS = 40;

/**
 * Follows every link in a path, absolute ones from the top of these files.
 * @returns the path of what is there, free of links
 * @throws ErrnoError as open(2)
 */
export function followLinks(files: VirtualFiles, path: string): string {
  const pending = path.split('/').toReversed();
  const done: string[] = [];
  let links = 0;
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (name === '..') done.pop();
    if (name === '' || name === '.' || name === '..') continue;
    const place = `/${[...done, name].join('/')}`;
    const entry = files.entry(place);
    if (entry.kind !== 'link') {
      mayGoOn(entry, pending, place);
      done.push(name);
      continue;
    }
    if (++links > MOST_LINKS) throw new ErrnoError('ELOOP', -40, path);
    const target = files.link(place);
    if (target.startsWith('/')) done.length = 0;
    pending.push(...target.split('/').toReversed());
  }
  return `/${done.join('/')}`;
}

function mayGoOn({ kind }: VirtualEntry, pending: readonly string[], place: string): void {
  if (pending.length > 0 && kind !== 'directory') throw new ErrnoError('ENOTDIR', -20, place);
}

/**
 * Asks for a path as it is, and when there is nothing, for what its links lead to.
 * @param last whether a link at the end is followed too
 * @throws ErrnoError of whichever says more
 */
export function asked<T>(files: VirtualFiles, path: string, last: boolean, ask: (path: string) => T): T {
  try {
    return ask(path);
  } catch (error) {
    if (!MAY_BE_LINKS.has((error as NodeJS.ErrnoException).code)) throw error;
    const cut = path.lastIndexOf('/');
    const place = last ? followLinks(files, path) : join(followLinks(files, path.slice(0, cut)), path.slice(cut + 1));
    if (place === path) throw error;
    return ask(place);
  }
}

const MAY_BE_LINKS: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ENOTDIR', 'ELOOP']);

function join(directory: string, name: string): string {
  return directory === '/' ? `/${name}` : `${directory}/${name}`;
}

/** What is at a path, or at the end of the links that it leads to. */
export function entryOf(files: VirtualFiles, path: string, last: boolean): VirtualEntry {
  const entry = asked(files, path, last, (place) => files.entry(place));
  return last && entry.kind === 'link' ? files.entry(followLinks(files, path)) : entry;
}
