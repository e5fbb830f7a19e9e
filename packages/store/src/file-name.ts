import * as path from 'node:path';

/** Tables whose files may stand in a data directory: those of this recorder, and what other writers put beside them. */
const FILE_TABLES = [
  'containers',
  'processes',
  'mappings',
  'devices',
  'interfaces',
  'node',
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
  readonly consolidated: boolean;
}

/** `20261121T050000Z` */
export function stampOf(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}

export function fileName(table: string, startMs: number): string {
  return `${table}-${stampOf(startMs)}.parquet`;
}

/** Null for a name that is not one of ours: such a file is never read, counted or deleted. */
export function parseFileName(name: string): FileName | null {
  const match = FILE_NAME.exec(name);
  if (match === null) return null;
  const [, table, consolidated, from, to] = match;
  if ((consolidated === undefined) !== (to === undefined)) return null;
  const start = parseStamp(from!);
  return Number.isNaN(start) ? null : { table: table!, start, consolidated: consolidated !== undefined };
}

function parseStamp(stamp: string): number {
  return Date.parse(stamp.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}

/** `DIR/dt=YYYY-MM-DD/identifier=<id>` for a window that starts at this time. */
export function partition(directory: string, startMs: number, identifier: string): string {
  return path.join(directory, `dt=${new Date(startMs).toISOString().slice(0, 10)}`, `identifier=${identifier}`);
}
