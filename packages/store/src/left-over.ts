import * as fs from 'node:fs';
import * as path from 'node:path';
import { namesIn } from './directory.ts';
import { otherVersion } from './schema-version.ts';
import { BROKEN, listSegments, readSegmentInfo, segmentBytes, UNFINISHED } from './segment.ts';

/** A segment that another version of the recorder wrote: it waits for one that knows it. */
export interface Foreign {
  readonly directory: string;
  readonly reason: string;
}

export interface LeftOver {
  /** Those to close, oldest first; some may turn out to be broken. */
  readonly segments: readonly string[];
  readonly foreign: readonly Foreign[];
}

/** What dead runs left in a spool. Leftovers of a segment's making or deletion go: nothing is in them that is not elsewhere. */
export function findLeftOver(spool: string): LeftOver {
  for (const name of namesIn(spool)) {
    if (name.startsWith(UNFINISHED)) fs.rmSync(path.join(spool, name), { recursive: true, force: true });
  }
  const all = listSegments(spool).map((directory) => ({ directory, reason: otherVersionOf(directory) }));
  return {
    segments: all.flatMap(({ directory, reason }) => (reason === null ? [directory] : [])),
    foreign: all.flatMap(({ directory, reason }) => (reason === null ? [] : [{ directory, reason }])),
  };
}

/** Null also where it does not say, because it cannot be read. */
function otherVersionOf(segment: string): string | null {
  try {
    return otherVersion(String(readSegmentInfo(segment).schemaVersion));
  } catch {
    return null;
  }
}

/** Bytes of the segments in a spool that nobody closes: those put aside, and foreign ones. */
export function idleBytes(spool: string, foreign: readonly Foreign[]): number {
  const aside = namesIn(spool).filter((name) => name.startsWith(BROKEN));
  const idle = [...aside.map((name) => path.join(spool, name)), ...foreign.map(({ directory }) => directory)];
  return idle.reduce((sum, segment) => sum + segmentBytes(segment), 0);
}
