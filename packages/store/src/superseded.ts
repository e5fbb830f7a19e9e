/**
 * Which files a consolidated file has taken the place of. Between its getting a name and the deletion of the last file that
 * it was made of, the same rows stand in two files: a reader leaves out those that are superseded. They are known by name,
 * size and a checksum of their footer, so that a later file of the same name is not taken for one of them.
 */
import * as path from 'node:path';
import { crc32 } from 'node:zlib';
import { type ClosedFile, listClosedFiles, namesBelow } from './closed-files.ts';
import { type Footer, readFooter, readFooterBytes } from './footer.ts';

/** Key of the footer under which a consolidated file says what it replaces. */
export const REPLACES = 'fgm.replaces';

/** A file of the same directory that a consolidated file was made of. */
export interface Replaced {
  readonly name: string;
  readonly bytes: number;
  /** CRC-32 of its footer. */
  readonly footer: number;
}

export function checksumOf(footer: Uint8Array): number {
  return crc32(footer);
}

/** What a consolidated file replaces; nothing for any other file. */
export function replacedBy({ metadata }: Pick<Footer, 'metadata'>): Replaced[] {
  try {
    const list = JSON.parse(metadata.get(REPLACES) ?? '[]') as unknown;
    return Array.isArray(list) ? list.filter(isReplaced) : [];
  } catch {
    // Not written by us, so it says nothing about our files.
    return [];
  }
}

function isReplaced(entry: unknown): entry is Replaced {
  const { name, bytes, footer } = (entry ?? {}) as Partial<Replaced>;
  return typeof name === 'string' && typeof bytes === 'number' && typeof footer === 'number';
}

/** Files of one listing. */
export interface Resolved {
  /** Every row once, oldest first. */
  readonly visible: readonly ClosedFile[];
  /** Files that are still there although another one has all of their rows, each with that other one. */
  readonly superseded: ReadonlyMap<ClosedFile, ClosedFile>;
}

/** Tells the files of a listing that are superseded from those that count. */
export function resolve(files: readonly ClosedFile[]): Resolved {
  const superseded = new Map<ClosedFile, ClosedFile>();
  if (!files.some(({ end }) => end !== null)) return { visible: files, superseded };
  const places = Map.groupBy(files, ({ path: file, table }) => `${path.dirname(file)} ${table}`);
  for (const same of places.values()) {
    for (const one of same) {
      if (one.end !== null) addReplaced(one, same, superseded);
    }
  }
  return { visible: files.filter((file) => !superseded.has(file)), superseded };
}

function addReplaced(by: ClosedFile, files: readonly ClosedFile[], superseded: Map<ClosedFile, ClosedFile>): void {
  // Footers are read only where there is something to decide: a consolidated file's name spans all that it was made of.
  const spanned = files.filter((file) => file !== by && file.start >= by.start && file.start <= by.end!);
  if (spanned.length === 0) return;
  const replaced = new Map(footerOf(by).map((entry) => [entry.name, entry]));
  for (const file of spanned) {
    const entry = replaced.get(path.basename(file.path));
    if (entry?.bytes === file.bytes && hasFooter(file, entry.footer)) superseded.set(file, by);
  }
}

function footerOf(file: ClosedFile): Replaced[] {
  try {
    return replacedBy(readFooter(file.path));
  } catch {
    // Gone, or broken: then it replaces nothing.
    return [];
  }
}

function hasFooter(file: ClosedFile, checksum: number): boolean {
  try {
    return checksumOf(readFooterBytes(file.path)) === checksum;
  } catch {
    return false;
  }
}

/** A listing that is not the same twice was torn by a change; it settles as soon as nothing changes meanwhile. */
const MOST_LISTINGS = 20;

/**
 * The closed files of a data directory without those that are superseded, oldest first, at one moment: reading a large
 * directory takes several system calls, between which a consolidated file may take the place of others.
 */
export function listFiles(directory: string): Resolved {
  let names = namesBelow(directory);
  for (let tries = 1; ; tries++) {
    const resolved = resolve(listClosedFiles(directory));
    const again = namesBelow(directory);
    if (names === again || tries === MOST_LISTINGS) return resolved;
    names = again;
  }
}
