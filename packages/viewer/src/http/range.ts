import type { Recordings } from '../recordings/recordings.ts';
import type { Limits } from './context.ts';
import { Problem } from './problem.ts';
import { parseTime } from './time-text.ts';

/** The last quarter of an hour, where a request names no range. */
const DEFAULT_MS = 15 * 60_000;
/** Nothing happens that long without being seen: while something is recorded, the newest data are of now. */
const LIVE_MS = 120_000;

/** A recorder writes at least once a minute: whoever has not for so long is gone, in milliseconds. */
const SILENT_MS = 150_000;

/** Times in milliseconds since the Unix epoch, `to` not included. */
export interface Range {
  readonly from: number;
  readonly to: number;
  /** Whether all of it is in closed files, so that the same question has the same answer. */
  readonly closed: boolean;
}

/** From when to when there are data. */
export interface Extent {
  readonly earliest: number | null;
  readonly latest: number | null;
  /** Start of the oldest window that is still being recorded; null when there is none. */
  readonly openSince: number | null;
}

export function extentOf({ all }: Pick<Recordings, 'all'>, now = Date.now()): Extent {
  let earliest = Infinity;
  let latest = -Infinity;
  let openSince = Infinity;
  for (const recording of all) {
    const files = recording.files();
    const range = recording.index()?.data_range;
    if (files[0] !== undefined) earliest = Math.min(earliest, files[0].start);
    if (range?.latest) latest = Math.max(latest, Date.parse(range.latest));
    for (const window of recording.windows()) {
      earliest = Math.min(earliest, window.info.openedAt);
      openSince = Math.min(openSince, window.info.openedAt);
      latest = Math.max(latest, Math.min(now, window.modified));
    }
  }
  const finite = (time: number): number | null => (Number.isFinite(time) ? time : null);
  return { earliest: finite(earliest), latest: finite(latest), openSince: finite(openSince) };
}

/** Whether somebody records at the moment. */
export function isRecording({ openSince, latest }: Extent, now = Date.now()): boolean {
  return openSince !== null && latest !== null && now - latest < SILENT_MS;
}

/**
 * The range of a request.
 * @throws Problem when it makes no sense or is longer than allowed
 */
export function rangeOf(
  recordings: Recordings,
  limits: Limits,
  { from, to }: { readonly from?: string | undefined; readonly to?: string | undefined },
  now = Date.now(),
): Range {
  const { latest, openSince } = extentOf(recordings, now);
  const newest = latest === null || now - latest < LIVE_MS ? now : latest;
  const end = to === undefined ? newest + 1 : parseTime('to', to, newest);
  const start = from === undefined ? end - DEFAULT_MS : parseTime('from', from, newest);
  if (start >= end) throw new Problem('bad_request', 'from must be before to');
  if (end - start > limits.rangeMs) {
    const days = Math.floor(limits.rangeMs / 86_400_000);
    throw new Problem('range_too_long', `from and to are more than ${days} days apart: ask for less`);
  }
  return { from: start, to: end, closed: openSince === null ? latest !== null && end <= latest : end <= openSince };
}
