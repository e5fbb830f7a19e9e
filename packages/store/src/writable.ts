import * as fs from 'node:fs';
import * as path from 'node:path';
import { errnoOf } from './directory.ts';

/**
 * A directory of an earlier recording that this process may not write: one of another user, where nobody has the capability to
 * pass over that. Without looking, a recorder would find out when it closes its first window.
 *
 * @returns its path, or null when there is none
 */
export function unwritableDirectory(directory: string, identifier: string): string | null {
  for (const place of places(directory, identifier)) if (isForbidden(place)) return place;
  return null;
}

/** Those that a recorder makes files in, or removes them from; each before what is in it. */
function* places(directory: string, identifier: string): Generator<string> {
  yield directory;
  for (const name of subdirectories(directory)) {
    const place = path.join(directory, name);
    if (name.startsWith('dt=')) yield* [place, path.join(place, `identifier=${identifier}`)];
    if (name !== 'spool') continue;
    yield place;
    for (const segment of subdirectories(place)) yield path.join(place, segment);
  }
}

function subdirectories(directory: string): string[] {
  const entries = fs.readdirSync(directory, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

/** Only for want of rights: other troubles have other remedies, and somebody else who tells of them. */
function isForbidden(directory: string): boolean {
  try {
    fs.accessSync(directory, fs.constants.R_OK | fs.constants.W_OK | fs.constants.X_OK);
    return false;
  } catch (error) {
    return errnoOf(error) === 'EACCES';
  }
}
