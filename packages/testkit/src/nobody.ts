import { statSync } from 'node:fs';
import { dirname } from 'node:path';

/** A user that owns nothing. */
export const NOBODY = 65_534;

/**
 * Why a test cannot act as another user here, or false: made for tap's `skip` option. Another user must be able to enter every
 * directory on the way to `path`, which is not so where a checkout lies in somebody's private directory.
 */
export function whyNotAsNobody(path: string): string | false {
  if (process.getuid?.() !== 0) return 'changing the user needs root';
  for (let directory = path; ; directory = dirname(directory)) {
    if ((statSync(directory).mode & 0o001) === 0) return `other users may not enter ${directory}`;
    if (directory === dirname(directory)) return false;
  }
}
