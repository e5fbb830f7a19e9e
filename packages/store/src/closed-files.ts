import * as fs from 'node:fs';
import * as path from 'node:path';
import { namesIn } from './directory.ts';
import { parseFileName } from './file-name.ts';

/** A finished Parquet file of a data directory. */
export interface ClosedFile {
  readonly table: string;
  readonly path: string;
  /** Of the directory it is in: `identifier=<id>`. */
  readonly identifier: string;
  /** Milliseconds since the Unix epoch, from its name. */
  readonly start: number;
  readonly bytes: number;
  /** Milliseconds since the Unix epoch at which it was last written. */
  readonly modified: number;
  readonly consolidated: boolean;
}

/**
 * The finished files below a data directory, oldest first. Only names of our own pattern count, in directories of our own
 * pattern: anything else in there is left alone.
 * @param known files found before, by path, that need no second stat
 */
export function listClosedFiles(directory: string, known: ReadonlyMap<string, ClosedFile> = new Map()): ClosedFile[] {
  const files: ClosedFile[] = [];
  for (const date of namesIn(directory)) {
    if (!/^dt=\d{4}-\d\d-\d\d$/.test(date)) continue;
    for (const part of namesIn(path.join(directory, date))) {
      if (!part.startsWith('identifier=')) continue;
      for (const name of namesIn(path.join(directory, date, part))) {
        const file = path.join(directory, date, part, name);
        const closed = known.get(file) ?? describe(file, name, part.slice('identifier='.length));
        if (closed !== null) files.push(closed);
      }
    }
  }
  return files.sort((a, b) => a.start - b.start || (a.path < b.path ? -1 : 1));
}

function describe(file: string, name: string, identifier: string): ClosedFile | null {
  const parsed = parseFileName(name);
  if (parsed === null) return null;
  const stat = fs.lstatSync(file, { throwIfNoEntry: false });
  if (stat === undefined || !stat.isFile()) return null;
  return { ...parsed, path: file, identifier, bytes: stat.size, modified: stat.mtimeMs };
}
