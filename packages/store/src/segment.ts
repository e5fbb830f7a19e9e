import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Column, SampledTable } from '@fgm/catalog';
import { SAMPLED_TABLES, SCHEMA_VERSION } from '@fgm/catalog';
import type { WriterOptions } from './messages.ts';
import { READ_FLAGS } from './read-flags.ts';

/** segment.json: all that is needed, with the other files beside it, to turn a segment into Parquet. */
export interface SegmentInfo {
  readonly schemaVersion: number;
  readonly runId: string;
  /** Counts the segments of a run. */
  readonly number: number;
  readonly identifier: string;
  readonly node: string;
  readonly cluster: string | null;
  readonly intervalMs: number;
  readonly compressionLevel: number;
  readonly recorderVersion: string;
  readonly kernelRelease: string;
  /** Milliseconds since the Unix epoch. */
  readonly openedAt: number;
  /** The columns of each table's row blocks, extra ones included. */
  readonly columns: Readonly<Partial<Record<SampledTable, readonly Column[]>>>;
}

/** Of segment `number` of a run. @param openedAt milliseconds since the Unix epoch */
export function segmentInfo(options: WriterOptions, number: number, openedAt: number): SegmentInfo {
  const { runId, identifier, node, cluster, intervalMs, compressionLevel, recorderVersion, kernelRelease, layouts } =
    options;
  return {
    schemaVersion: SCHEMA_VERSION,
    runId,
    number,
    identifier,
    node,
    cluster,
    intervalMs,
    compressionLevel,
    recorderVersion,
    kernelRelease,
    openedAt,
    columns: Object.fromEntries(SAMPLED_TABLES.map((table) => [table, layouts[table].columns])),
  };
}

export const SPOOL = 'spool';
export const SEGMENT_FILE = 'segment.json';
export const TEXTS_FILE = 'texts.jsonl';

/** Names the segment in the spool and, as `fgm.segment`, in the footers of the files made of it. */
export function segmentName(info: Pick<SegmentInfo, 'runId' | 'number'>): string {
  return `${info.runId}-${info.number}`;
}

export function streamFile(table: SampledTable): string {
  return `${table}.arrows`;
}

/** @throws Error naming the file when it is missing, not JSON or not a segment's. */
export function readSegmentInfo(directory: string): SegmentInfo {
  const file = path.join(directory, SEGMENT_FILE);
  let info: Partial<SegmentInfo>;
  try {
    info = JSON.parse(fs.readFileSync(file, { encoding: 'utf8', flag: READ_FLAGS })) as Partial<SegmentInfo>;
  } catch (cause) {
    throw new Error(`${file}: cannot be read as a segment`, { cause });
  }
  const complete =
    typeof info.schemaVersion === 'number' &&
    typeof info.runId === 'string' &&
    typeof info.number === 'number' &&
    typeof info.identifier === 'string' &&
    typeof info.intervalMs === 'number' &&
    typeof info.columns === 'object';
  if (!complete)
    throw new Error(`${file}: schemaVersion, runId, number, identifier, intervalMs or columns are missing`);
  return info as SegmentInfo;
}

/** Full paths of the segments in a spool, those of one run in their order; broken ones that were moved aside are left out. */
export function listSegments(spool: string): string[] {
  const order = (name: string): [string, number] => {
    const dash = name.lastIndexOf('-');
    return [name.slice(0, dash), Number(name.slice(dash + 1))];
  };
  const names = readDirectories(spool).filter((name) => /^[^.].*-\d+$/.test(name) && !name.startsWith(BROKEN));
  return names
    .map((name) => [name, ...order(name)] as const)
    .sort((a, b) => (a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : a[2] - b[2]))
    .map(([name]) => path.join(spool, name));
}

/** What directories begin with that are being made or deleted: never a segment. */
export const UNFINISHED = '.';

/** What a segment that cannot be read is renamed to begin with. */
export const BROKEN = 'broken-';

function readDirectories(directory: string): string[] {
  try {
    return fs
      .readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw cause;
  }
}

/** Bytes of all files in a segment; 0 when it is gone. */
export function segmentBytes(directory: string): number {
  let bytes = 0;
  for (const file of [SEGMENT_FILE, TEXTS_FILE, ...SAMPLED_TABLES.map(streamFile)]) {
    bytes += fs.statSync(path.join(directory, file), { throwIfNoEntry: false })?.size ?? 0;
  }
  return bytes;
}
