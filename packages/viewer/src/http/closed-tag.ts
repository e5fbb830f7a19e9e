import { createHash } from 'node:crypto';
import type { Recordings } from '../recordings/recordings.ts';
import type { Range } from './range.ts';

/**
 * An entity tag for an answer about a range that is closed: it changes with the files that the answer is made of, and with the
 * question.
 */
export function closedTag({ all }: Recordings, { from, to }: Range, question: string): string {
  const hash = createHash('sha256').update(question);
  for (const recording of all) {
    for (const { path, start, end, bytes, modified } of recording.files()) {
      if (start < to && (end ?? Infinity) > from) hash.update(`\n${path} ${bytes} ${modified}`);
    }
  }
  return `"${hash.digest('base64url').slice(0, 27)}"`;
}
