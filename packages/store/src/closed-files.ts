import * as fs from 'node:fs';
import * as path from 'node:path';
import { entriesIn, namesIn } from './directory.ts';
import { type FileName, parseFileName } from './file-name.ts';

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
  /** Milliseconds since the Unix epoch at which the last of its windows ends, from its name; null for a single window. */
  readonly end: number | null;
}

/** A directory of a data directory that may have files of ours. */
interface Place {
  readonly directory: string;
  readonly identifier: string;
}

/** Size and time of a file are asked for when somebody wants them: a week has ten thousand files, most of which nobody opens. */
class ListedFile implements ClosedFile {
  readonly table: string;
  readonly path: string;
  readonly identifier: string;
  readonly start: number;
  readonly end: number | null;
  #stat: { readonly size: number; readonly mtimeMs: number } | null = null;

  constructor({ directory, identifier }: Place, name: string, { table, start, end }: FileName) {
    this.table = table;
    this.path = `${directory}/${name}`;
    this.identifier = identifier;
    this.start = start;
    this.end = end;
  }

  get bytes(): number {
    return this.#known().size;
  }

  get modified(): number {
    return this.#known().mtimeMs;
  }

  #known(): { readonly size: number; readonly mtimeMs: number } {
    // One that is gone by now holds nothing; who opens it is told.
    return (this.#stat ??= fs.lstatSync(this.path, { throwIfNoEntry: false }) ?? { size: 0, mtimeMs: 0 });
  }
}

/**
 * The finished files below a data directory, oldest first. Only names of our own pattern count, in directories of our own
 * pattern: anything else in there is left alone.
 * @param known files found before, by path, whose sizes and times are kept
 */
export function listClosedFiles(directory: string, known: ReadonlyMap<string, ClosedFile> = new Map()): ClosedFile[] {
  const files: ClosedFile[] = [];
  for (const place of placesIn(directory)) {
    for (const entry of entriesIn(place.directory)) {
      const parsed = parseFileName(entry.name);
      if (parsed === null || !entry.isFile()) continue;
      const file = new ListedFile(place, entry.name, parsed);
      files.push(known.get(file.path) ?? file);
    }
  }
  return files.sort((a, b) => a.start - b.start || (a.path < b.path ? -1 : 1));
}

/** What tells whether a listing is still that of before: every name that stands where files of ours do. */
export function namesBelow(directory: string): string {
  return placesIn(directory)
    .map((place) => `${place.directory}\n${namesIn(place.directory).join('\n')}`)
    .join('\n\n');
}

function placesIn(directory: string): Place[] {
  const dates = namesIn(directory).filter((name) => /^dt=\d{4}-\d\d-\d\d$/.test(name));
  return dates.flatMap((date) =>
    namesIn(path.join(directory, date)).flatMap((name) =>
      name.startsWith('identifier=')
        ? [{ directory: path.join(directory, date, name), identifier: name.slice('identifier='.length) }]
        : [],
    ),
  );
}
