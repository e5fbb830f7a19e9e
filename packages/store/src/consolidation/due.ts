import type { ClosedFile } from '../closed-files.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** How long after its end an hour may still get windows: the last one has to be closed first. */
export const GRACE_MS = 120_000;
/** A segment is opened a moment before the first tick of its window. */
const OPENED_BEFORE_MS = 10_000;
/** A file that spans more than this is one of a day. */
const LONGEST_HOUR_MS = 2 * HOUR_MS;

/** What decides whether an hour or a day is over. Times are milliseconds since the Unix epoch. */
export interface Clock {
  readonly now: number;
  /** When the segments were opened that are not closed files yet. */
  readonly opened: readonly number[];
}

/** Files of one table in one directory, by the UTC hour of their stamp, of hours that are over and have more than one. */
export function dueHours(files: readonly ClosedFile[], clock: Clock): ClosedFile[][] {
  const hourly = files.filter(({ start, end }) => end === null || end - start < LONGEST_HOUR_MS);
  const hours = Map.groupBy(hourly, ({ start }) => Math.floor(start / HOUR_MS) * HOUR_MS);
  return [...hours].flatMap(([hour, same]) => (same.length > 1 && isOver(hour, HOUR_MS, clock) ? [same] : []));
}

/** All files of one table in the directory of a day, when the day is over and there is more than one. */
export function dueDay(files: readonly ClosedFile[], clock: Clock): readonly ClosedFile[] | null {
  const [first] = files;
  if (first === undefined || files.length < 2) return null;
  return isOver(Math.floor(first.start / DAY_MS) * DAY_MS, DAY_MS, clock) ? files : null;
}

function isOver(start: number, length: number, { now, opened }: Clock): boolean {
  const isOpen = opened.some((at) => at >= start - OPENED_BEFORE_MS && at < start + length);
  return now >= start + length + GRACE_MS && !isOpen;
}
