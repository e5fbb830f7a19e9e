import * as fs from 'node:fs';
import * as path from 'node:path';
import { type ClosedFile, listFiles } from '@fgm/store';

/** A directory may change twice within one tick of the clock that stamps it: so long after a change it is read again, in milliseconds. */
const SETTLED_MS = 50;

/**
 * The closed files of a data directory, oldest first. Ten thousand files take a tenth of a second to list, so that is done only when
 * a directory says that a name has come or gone.
 */
export class ClosedListing {
  readonly #directory: string;
  #stamps = '';
  #readAt = 0;
  #files: readonly ClosedFile[] = [];

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** @param again even if nothing seems to have changed */
  read(again = false): readonly ClosedFile[] {
    const { stamps, newest } = this.#look();
    if (again || stamps !== this.#stamps || this.#readAt - newest < SETTLED_MS) {
      this.#readAt = Date.now();
      this.#files = listFiles(this.#directory).visible;
      this.#stamps = stamps;
    }
    return this.#files;
  }

  /** When each directory last got or lost a name. */
  #look(): { readonly stamps: string; readonly newest: number } {
    const days = namesIn(this.#directory).filter((name) => name.startsWith('dt='));
    const directories = [
      this.#directory,
      ...days.flatMap((day) => {
        const directory = path.join(this.#directory, day);
        return [directory, ...namesIn(directory).map((name) => path.join(directory, name))];
      }),
    ];
    let newest = 0;
    const stamps = directories.map((directory) => {
      const modified = modifiedAt(directory);
      newest = Math.max(newest, modified);
      return `${directory} ${modified}`;
    });
    return { stamps: stamps.join('\n'), newest };
  }
}

/** Milliseconds since the Unix epoch; 0 for what is not there or cannot be looked at. */
function modifiedAt(file: string): number {
  try {
    return fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  } catch {
    return 0;
  }
}

function namesIn(directory: string): string[] {
  try {
    return fs.readdirSync(directory);
  } catch {
    // Not there yet, or gone by now: then nothing is in it.
    return [];
  }
}
