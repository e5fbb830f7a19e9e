import { joinRuns, SOURCES, sourceRuns } from '../made-of.ts';
import { type Replaced, REPLACES } from '../superseded.ts';
import { Unusable } from '../read/unusable.ts';

type Metadata = ReadonlyMap<string, string>;

/** Milliseconds since the Unix epoch of a window's end. @throws Unusable when the footer does not say it */
export function windowTime(metadata: Metadata, key: 'fgm.window_start' | 'fgm.window_end'): number {
  const time = Date.parse(metadata.get(key) ?? '');
  if (Number.isNaN(time)) throw new Unusable(`does not say ${key} in its footer`);
  return time;
}

/**
 * The footer's metadata of a file made of others: what all of them say alike, and what it was made of.
 * @throws Unusable when one of them does not say its window
 */
export function joinMetadata(sources: readonly Metadata[], replaced: readonly Replaced[]): Map<string, string> {
  const [first, ...rest] = sources;
  const alike = [...first!].filter(([key, value]) => rest.every((metadata) => metadata.get(key) === value));
  const joined = new Map(alike);
  for (const own of ['fgm.segment', SOURCES, REPLACES]) joined.delete(own);
  const start = Math.min(...sources.map((metadata) => windowTime(metadata, 'fgm.window_start')));
  const end = Math.max(...sources.map((metadata) => windowTime(metadata, 'fgm.window_end')));
  joined.set('fgm.window_start', new Date(start).toISOString());
  joined.set('fgm.window_end', new Date(end).toISOString());
  joined.set(SOURCES, JSON.stringify(joinRuns(sources.flatMap(sourceRuns))));
  joined.set(REPLACES, JSON.stringify(replaced));
  return joined;
}
