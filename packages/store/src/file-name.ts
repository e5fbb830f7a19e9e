import * as path from 'node:path';

/** Tables whose files may stand in a data directory: those of this recorder, and what other writers put beside them. */
const FILE_TABLES = [
  'containers',
  'processes',
  'mappings',
  'devices',
  'interfaces',
  'node',
  'bursts',
  'series',
  'events',
  'logs',
];
const STAMP = String.raw`\d{8}T\d{6}Z`;
const FILE_NAME = new RegExp(`^(${FILE_TABLES.join('|')})-(consolidated-)?(${STAMP})(?:-(${STAMP}))?\\.parquet$`);

/** What the name of a closed file says. */
export interface FileName {
  readonly table: string;
  /** Milliseconds since the Unix epoch at which its first window starts. */
  readonly start: number;
  /** Likewise, at which the last window of a consolidated file ends; null for a single window. */
  readonly end: number | null;
}

/** `20261121T050000Z` */
export function stampOf(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}

export function fileName(table: string, startMs: number): string {
  return `${table}-${stampOf(startMs)}.parquet`;
}

/** Of a file made of those of several windows. */
export function consolidatedName(table: string, startMs: number, endMs: number): string {
  return `${table}-consolidated-${stampOf(startMs)}-${stampOf(endMs)}.parquet`;
}

/** Null for a name that is not one of ours: such a file is never read, counted or deleted. */
export function parseFileName(name: string): FileName | null {
  const match = FILE_NAME.exec(name);
  if (match === null) return null;
  const [, table, consolidated, from, to] = match;
  if ((consolidated === undefined) !== (to === undefined)) return null;
  const start = parseStamp(from!);
  const end = to === undefined ? null : parseStamp(to);
  return Number.isNaN(start) || Number.isNaN(end) ? null : { table: table!, start, end };
}

/** Digits at fixed places, without a text being made: ten thousand names are read at once. NaN for what is no time. */
function parseStamp(stamp: string): number {
  const [hour, minute, second] = [twoDigits(stamp, 9), twoDigits(stamp, 11), twoDigits(stamp, 13)];
  if (hour > 23 || minute > 59 || second > 59) return NaN;
  return midnightOf(stamp.slice(0, 8)) + ((hour * 60 + minute) * 60 + second) * 1000;
}

function twoDigits(text: string, at: number): number {
  return (text.charCodeAt(at) - 48) * 10 + text.charCodeAt(at + 1) - 48;
}

/** The files of a directory are of one day. */
let lastDay: { readonly day: string; readonly midnight: number } = { day: '', midnight: NaN };

/** Of `20261121`. */
function midnightOf(day: string): number {
  if (day !== lastDay.day) {
    const midnight = Date.parse(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T00:00:00Z`);
    // The 30th of February is read as a day in March.
    lastDay = { day, midnight: Number.isNaN(midnight) || !stampOf(midnight).startsWith(day) ? NaN : midnight };
  }
  return lastDay.midnight;
}

/** `DIR/dt=YYYY-MM-DD/identifier=<id>` for a window that starts at this time. */
export function partition(directory: string, startMs: number, identifier: string): string {
  return path.join(directory, `dt=${new Date(startMs).toISOString().slice(0, 10)}`, `identifier=${identifier}`);
}
