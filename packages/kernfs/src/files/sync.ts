/**
 * The functions of node:fs by which the files of a node are read: /proc, cgroups, what runtimes keep. Below a mounted prefix
 * (mounted.ts) they read files that were recorded; for everything else they are those of node:fs, at the price of one
 * comparison. Only what readers use is offered, with the names and the meaning of node:fs.
 */
import * as fs from 'node:fs';
import { asked, entryOf, followLinks } from './follow-links.ts';
import { placeOf } from './mounted.ts';
import { listedName, NameListing, sortedNames, type ListedName, type Listing } from './names.ts';
import { FIRST_VIRTUAL, forget, keepOpen, openFile, OpenFile } from './open-files.ts';
import { ErrnoError } from './virtual-files.ts';
import { VirtualStats, type FileStats } from './virtual-stats.ts';

export { constants } from 'node:fs';
export { openFiles } from './open-files.ts';
export type { FileStats };

/** @param flags recorded files can only be read: EROFS */
export function openSync(path: string, flags: 'r' | 'r+'): number {
  const place = placeOf(path);
  if (place === null) return fs.openSync(path, flags);
  if (flags !== 'r') throw new ErrnoError('EROFS', -30, path);
  return keepOpen(new OpenFile(place, true));
}

export function readSync(
  descriptor: number,
  buffer: Uint8Array,
  offset: number,
  length: number,
  position: number,
): number {
  if (descriptor < FIRST_VIRTUAL) return fs.readSync(descriptor, buffer, offset, length, position);
  return openFile(descriptor).read(buffer, offset, length, position);
}

export function writeSync(
  descriptor: number,
  bytes: Uint8Array,
  offset: number,
  length: number,
  position: number,
): number {
  if (descriptor < FIRST_VIRTUAL) return fs.writeSync(descriptor, bytes, offset, length, position);
  throw new ErrnoError('EBADF', -9, String(descriptor));
}

export function closeSync(descriptor: number): void {
  if (descriptor < FIRST_VIRTUAL) fs.closeSync(descriptor);
  else forget(descriptor);
}

export function fstatSync(descriptor: number): FileStats {
  if (descriptor < FIRST_VIRTUAL) return fs.fstatSync(descriptor);
  return new VirtualStats(openFile(descriptor).entry());
}

/** @param path of a small file */
export function readFileSync(path: string, encoding: 'utf8'): string {
  const place = placeOf(path);
  if (place === null) return fs.readFileSync(path, encoding);
  return Buffer.from(new OpenFile(place, true).text(true)).toString(encoding);
}

export function readdirSync(path: string): string[];
export function readdirSync(path: string, options: { readonly withFileTypes: true }): ListedName[];
export function readdirSync(path: string, options?: { readonly withFileTypes: true }): string[] | ListedName[] {
  const place = placeOf(path);
  if (place === null) return options === undefined ? fs.readdirSync(path) : fs.readdirSync(path, options);
  const names = sortedNames(place);
  return options === undefined ? names.map(({ name }) => name) : names.map(listedName);
}

export function opendirSync(path: string, options: { readonly bufferSize: number }): Listing {
  const place = placeOf(path);
  return place === null ? fs.opendirSync(path, options) : new NameListing(sortedNames(place));
}

export function readlinkSync(path: string): string {
  const place = placeOf(path);
  if (place === null) return fs.readlinkSync(path);
  return asked(place.files, place.path, false, (link) => place.files.link(link));
}

/** What is not there need not be an exception. */
interface MayBeMissing {
  readonly throwIfNoEntry: false;
}

export function lstatSync(path: string): FileStats;
export function lstatSync(path: string, options: MayBeMissing): FileStats | undefined;
export function lstatSync(path: string, options?: MayBeMissing): FileStats | undefined {
  return orMissing(options, ['ENOENT'], () => {
    const place = placeOf(path);
    if (place !== null) return new VirtualStats(entryOf(place.files, place.path, false));
    return options === undefined ? fs.lstatSync(path) : fs.lstatSync(path, options);
  });
}

export function statSync(path: string): FileStats;
export function statSync(path: string, options: MayBeMissing): FileStats | undefined;
export function statSync(path: string, options?: MayBeMissing): FileStats | undefined {
  return orMissing(options, ['ENOENT', 'ENOTDIR'], () => {
    const place = placeOf(path);
    if (place !== null) return new VirtualStats(entryOf(place.files, place.path, true));
    return options === undefined ? fs.statSync(path) : fs.statSync(path, options);
  });
}

export function statfsSync(path: string): { readonly type: number } {
  const place = placeOf(path);
  if (place === null) return fs.statfsSync(path);
  return { type: asked(place.files, place.path, true, (one) => place.files.fileSystem(one)) };
}

export function existsSync(path: string): boolean {
  try {
    return placeOf(path) === null ? fs.existsSync(path) : statSync(path) !== undefined;
  } catch {
    return false; // whatever keeps it from being looked at, as in node:fs
  }
}

export function realpathSync(path: string): string {
  const place = placeOf(path);
  if (place === null) return fs.realpathSync(path);
  const real = followLinks(place.files, place.path);
  return real === '/' ? place.prefix : place.prefix + real;
}

/** @param missing what stands for an entry that is not there, to node:fs's functions */
function orMissing<T>(options: MayBeMissing | undefined, missing: readonly string[], look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (options !== undefined && missing.includes(code)) return undefined;
    throw error;
  }
}
