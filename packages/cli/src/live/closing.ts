import { relative } from 'node:path';
import type { LiveSnapshot } from '@fgm/agent';
import { formatBytes, plural } from '../text/quantity.ts';
import { countScopes } from './render.ts';

const EXAMPLE = 'SELECT container, max(memory_current_bytes) FROM containers GROUP BY container';

/** The path as one would type it here. */
function typed(directory: string): string {
  const path = relative(process.cwd(), directory);
  const short = path !== '' && !path.startsWith('..') ? `./${path}` : directory;
  return /^[\w./-]+$/.test(short) ? short : `'${short.replaceAll("'", `'\\''`)}'`;
}

/** What was recorded, and how to look at it. */
export function closingLines(snapshot: LiveSnapshot | null, directory: string): string[] {
  if (!snapshot) return ['Nothing was recorded.'];
  const { rows, self } = snapshot;
  const place = typed(directory);
  // Started by npm or npx, it is not on the PATH of the shell that is returned to.
  const command = process.env['npm_execpath'] === undefined ? 'fgm' : 'npx fgm';
  return [
    `Recorded ${plural(self.ticks, 'tick')} of ${countScopes(rows)} in ${place} (${formatBytes(self.storeBytes)}). To look at it:`,
    `  ${command} query ${place} "${EXAMPLE}"`,
    `  ${command} inspect ${place}`,
  ];
}
