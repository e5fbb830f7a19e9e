import {
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { INDEX_FILE, SPOOL } from '@fgm/store';
import { removeAtEnd } from '../dataset/remove-at-end.ts';
import { CommandFailure, errorCode, UsageError } from '../failure.ts';

/** Whether the files of a recording lie here: what is put between them would be taken for some of them, or be deleted. */
function isDataDirectory(directory: string): boolean {
  let names: readonly string[];
  try {
    names = readdirSync(directory);
  } catch {
    // What cannot be listed on the way up, as it belongs to somebody else.
    return false;
  }
  const described = names.some((name) => name === INDEX_FILE || /^session-.*\.json$/.test(name));
  return described && names.some((name) => name === SPOOL || /^dt=\d{4}-\d\d-\d\d$/.test(name));
}

/** A directory, and all that it lies in. */
function upwards(directory: string): string[] {
  const parent = dirname(directory);
  return parent === directory ? [directory] : [directory, ...upwards(parent)];
}

/** @throws UsageError for a place within a recording, one of those that are read or any other */
function refuseDataDirectory(directory: string, sources: readonly string[]): void {
  const read = new Set(sources.map((source) => realpathSync(source)));
  const found = upwards(directory).find((each) => read.has(each) || isDataDirectory(each));
  if (found !== undefined) {
    throw new UsageError(
      `--output: ${found} is a data directory, which only a recorder writes to; wanted another place`,
    );
  }
}

function realDirectory(directory: string): string {
  try {
    const real = realpathSync(directory);
    if (statSync(real).isDirectory()) return real;
  } catch (cause) {
    throw new CommandFailure(`--output: ${directory} cannot be opened (${errorCode(cause)}); make it first`, { cause });
  }
  throw new UsageError(`--output: ${directory} is not a directory`);
}

/** @throws UsageError for a file that is there already, and for what is no file */
function refuseExisting(path: string, force: boolean): void {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return;
  if (stat.isDirectory()) throw new UsageError(`--output: ${path} is a directory; wanted the name of a file`);
  if (!stat.isFile())
    throw new UsageError(`--output: ${path} is no regular file; wanted another name, or - for standard output`);
  if (!force) throw new UsageError(`--output: ${path} is there already; --force replaces it`);
}

function sync(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** A file that is being made: aside, until it is whole. */
export interface NewFile {
  /** Its final path. */
  readonly path: string;
  /** Where it is written. */
  readonly aside: string;
}

/**
 * Files that get their names when all of them are complete. They are written in a directory of their own beside their place,
 * which goes away with whatever is in it, however the process ends, but for `kill -9`.
 */
export class Target {
  readonly #directory: string;
  readonly #scratch: string;
  readonly #remove: () => void;
  readonly #force: boolean;
  readonly #files: NewFile[] = [];
  #made = 0;

  private constructor(directory: string, scratchIn: string, force: boolean) {
    this.#directory = directory;
    this.#force = force;
    this.#scratch = mkdtempSync(join(scratchIn, '.fgm-export-'));
    this.#remove = removeAtEnd(this.#scratch);
  }

  /** Files of these names in a directory, which is made where it is missing. */
  static inDirectory(path: string, sources: readonly string[], force: boolean): Target {
    const parent = realDirectory(existsSync(path) ? path : dirname(resolve(path)));
    refuseDataDirectory(parent, sources);
    return new Target(path, parent, force);
  }

  /** One file. */
  static forFile(path: string, sources: readonly string[], force: boolean): Target {
    const parent = realDirectory(dirname(path));
    refuseDataDirectory(parent, sources);
    return new Target(dirname(path), parent, force);
  }

  /** For a file that goes to standard output, and has no name in the end. */
  static scratch(): Target {
    return new Target(tmpdir(), tmpdir(), false);
  }

  /** @throws UsageError when it is there already and must not be replaced */
  add(name: string): NewFile {
    const path = join(this.#directory, name);
    refuseExisting(path, this.#force);
    const file = { path, aside: this.aside() };
    this.#files.push(file);
    return file;
  }

  /** A file that goes away in the end. It has a plain name, as that goes into SQL. */
  aside(): string {
    const path = join(this.#scratch, `${this.#made++}.part`);
    // Made by us, and so with the rights that our files have.
    writeFileSync(path, '', { flag: 'wx' });
    return path;
  }

  /** Gives all files their names, in the order in which they were added. */
  publish(): void {
    for (const { aside } of this.#files) sync(aside);
    const made = !existsSync(this.#directory);
    if (made) mkdirSync(this.#directory);
    try {
      // Again: it took a while to make them.
      for (const { path } of this.#files) refuseExisting(path, this.#force);
      for (const { aside, path } of this.#files) renameSync(aside, path);
      sync(this.#directory);
    } catch (error) {
      if (made && readdirSync(this.#directory).length === 0) rmdirSync(this.#directory);
      throw error;
    }
    if (made) sync(dirname(resolve(this.#directory)));
  }

  close(): void {
    this.#remove();
  }
}

/** The name of the file that a path ends in. @throws UsageError when it ends in none */
export function fileNameOf(path: string): string {
  const name = basename(path);
  if (path.endsWith('/') || ['', '.', '..'].includes(name)) {
    throw new UsageError(`--output: ${JSON.stringify(path)} is not the name of a file`);
  }
  return name;
}
