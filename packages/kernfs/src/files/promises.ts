/** The functions of node:fs/promises by which the files of a node are read, as sync.ts has those of node:fs. */
import { constants } from 'node:fs';
import * as fs from 'node:fs/promises';
import { placeOf } from './mounted.ts';
import { NameListing, sortedNames } from './names.ts';
import { OpenFile } from './open-files.ts';
import { entryOf } from './follow-links.ts';
import * as sync from './sync.ts';
import { BigVirtualStats, VirtualStats, type BigFileStats, type FileStats } from './virtual-stats.ts';

export type { BigFileStats };

/** What is asked of a FileHandle. */
export interface FileReader {
  stat(): Promise<FileStats>;
  stat(options: { readonly bigint: true }): Promise<BigFileStats>;
  read(buffer: Uint8Array, offset: number, length: number, position: number): Promise<{ readonly bytesRead: number }>;
  readFile(encoding: 'utf8'): Promise<string>;
  close(): Promise<void>;
}

export async function lstat(path: string): Promise<FileStats>;
export async function lstat(path: string, options: { readonly bigint: true }): Promise<BigFileStats>;
export async function lstat(path: string, options?: { readonly bigint: true }): Promise<FileStats | BigFileStats> {
  const place = placeOf(path);
  if (place === null) return options === undefined ? fs.lstat(path) : fs.lstat(path, options);
  const entry = entryOf(place.files, place.path, false);
  return options === undefined ? new VirtualStats(entry) : new BigVirtualStats(entry);
}

export async function stat(path: string): Promise<FileStats> {
  return placeOf(path) === null ? fs.stat(path) : sync.statSync(path);
}

export async function readlink(path: string): Promise<string> {
  return placeOf(path) === null ? fs.readlink(path) : sync.readlinkSync(path);
}

/** @param flags of open(2), for reading */
export async function open(path: string, flags: number): Promise<FileReader> {
  const place = placeOf(path);
  if (place === null) return fs.open(path, flags);
  return new VirtualReader(new OpenFile(place, (flags & constants.O_NOFOLLOW) === 0));
}

export async function opendir(path: string): Promise<AsyncIterable<{ readonly name: string }>> {
  const place = placeOf(path);
  return place === null ? fs.opendir(path) : eachName(new NameListing(sortedNames(place)));
}

async function* eachName(names: NameListing): AsyncGenerator<{ readonly name: string }> {
  for (let next = names.readSync(); next !== null; next = names.readSync()) yield next;
}

class VirtualReader implements FileReader {
  readonly #file: OpenFile;

  constructor(file: OpenFile) {
    this.#file = file;
  }

  stat(): Promise<FileStats>;
  stat(options: { readonly bigint: true }): Promise<BigFileStats>;
  async stat(options?: { readonly bigint: true }): Promise<FileStats | BigFileStats> {
    const entry = this.#file.entry();
    return options === undefined ? new VirtualStats(entry) : new BigVirtualStats(entry);
  }

  async read(buffer: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesRead: number }> {
    return { bytesRead: this.#file.read(buffer, offset, length, position) };
  }

  async readFile(encoding: 'utf8'): Promise<string> {
    return Buffer.from(this.#file.text(true)).toString(encoding);
  }

  async close(): Promise<void> {}
}
