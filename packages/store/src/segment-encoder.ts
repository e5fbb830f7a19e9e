import * as fs from 'node:fs';
import * as path from 'node:path';
import { type Column, type RecordedEvent, fileColumns, SAMPLED_TABLES, type TableName } from '@fgm/catalog';
import { writeEvents } from './event-encoder.ts';
import { readFooter } from './footer.ts';
import { ParquetFile } from './parquet-file.ts';
import { addLastTimes, orderRows, type RowOrder, usedNames, usedProcesses } from './row-order.ts';
import { otherVersion } from './schema-version.ts';
import { readSegmentInfo, type SegmentInfo, segmentName, streamFile, TEXTS_FILE } from './segment.ts';
import { StoredTable } from './stored-table.ts';
import { columnsOfFile, TableEncoder } from './table-encoder.ts';
import { readTexts } from './segment-texts.ts';
import type { Texts } from './texts.ts';
import { type Window, windowOf } from './window.ts';

/** A file made of one table of a segment, complete and verified, that does not have its final name yet. */
export interface EncodedTable {
  readonly table: TableName;
  readonly path: string;
  readonly rows: number;
  /** Values of metrics that are not null. */
  readonly values: number;
  readonly bytes: number;
}

export interface EncodedSegment {
  readonly info: SegmentInfo;
  readonly texts: Texts;
  /** Null when there was nothing in the segment. */
  readonly window: Window | null;
  readonly tables: readonly EncodedTable[];
  /** What of the segment cannot be read, in words; empty as a rule. */
  readonly damage: readonly string[];
  /** Per entity, the process identities its rows use. */
  readonly used: ReadonlyMap<number, ReadonlySet<number>>;
  /** Numbers of the names its rows use. */
  readonly usedNames: ReadonlySet<number>;
  /** Per entity, the time of its last row, in microseconds since the Unix epoch. */
  readonly lastTimes: ReadonlyMap<number, number>;
}

export interface EncodeOptions {
  /** Where unfinished files are made. */
  readonly into: string;
  /** Told how much is about to be written; may make room, or throw to stop. */
  readonly reserve?: (bytes: number) => void;
  /** Tables to leave out: those that have their file already. */
  readonly skip?: ReadonlySet<TableName>;
}

/** Unfinished files end like this, so that no reader takes them for Parquet. */
export const PART = '.parquet-part';

interface Source {
  readonly stored: StoredTable;
  readonly order: RowOrder;
}

/**
 * Turns a segment into one Parquet file per table that has rows, with nothing but the segment's own files: for rotation,
 * recovery and queries over the open window. It never changes the segment, which may still be growing. A generator that
 * gives way every few milliseconds, so that rings can be drained meanwhile.
 * @throws when the segment cannot be read or a file cannot be written; unfinished files are then removed
 */
export function* encodeSegment(directory: string, options: EncodeOptions): Generator<void, EncodedSegment> {
  const info = readSegmentInfo(directory);
  const other = otherVersion(String(info.schemaVersion));
  if (other !== null) throw new Error(`${directory} ${other}`);
  const sources: Source[] = [];
  const made: EncodedTable[] = [];
  let complete = false;
  try {
    // Streams first: what their rows refer to is in the texts before they are appended.
    const stored = openTables(directory, info);
    const { texts, events, damagedLines } = readTexts(directory);
    const damage = damageOf(stored, damagedLines);
    const used = new Map<number, Set<number>>();
    const names = new Set<number>();
    const lastTimes = new Map<number, number>();
    for (const table of stored) {
      const order = orderRows(table, texts);
      sources.push({ stored: table, order });
      for (const [entity, processes] of usedProcesses(table.table, order)) used.set(entity, processes);
      for (const name of usedNames(table.table, order)) names.add(name);
      addLastTimes(lastTimes, order);
      yield;
    }
    const window = windowOf(
      // Rows of bursts may be from before the window in which their trigger fired.
      ordersOfTicks(sources),
      events,
      info.intervalMs,
    );
    if (window === null && damage.length > 0) throw new Error(`nothing in it can be read: ${damage.join(', ')}`);
    if (window !== null) {
      for (const source of sources) {
        if (source.order.rows === 0 || options.skip?.has(source.stored.table)) continue;
        made.push(yield* encodeTable(source, info, texts, window, options));
      }
      if (events.length > 0 && !options.skip?.has('events'))
        made.push(encodeEvents(events, info, texts, window, options));
    }
    complete = true;
    return { info, texts, window, tables: made, damage, used, usedNames: names, lastTimes };
  } finally {
    for (const { stored } of sources) stored.close();
    if (!complete) for (const file of made) fs.rmSync(file.path, { force: true });
  }
}

/** What the window is made of: the rows of ticks, and those between ticks only where there are no others. */
function ordersOfTicks(sources: readonly Source[]): RowOrder[] {
  const ticks = sources.filter(({ stored, order }) => stored.table !== 'bursts' && order.rows > 0);
  return (ticks.length > 0 ? ticks : sources).map(({ order }) => order);
}

function openTables(directory: string, info: SegmentInfo): StoredTable[] {
  const opened: StoredTable[] = [];
  try {
    for (const table of SAMPLED_TABLES) {
      const columns = info.columns[table];
      const stored = columns === undefined ? null : StoredTable.open(directory, table, columns);
      if (stored !== null) opened.push(stored);
    }
  } catch (cause) {
    for (const stored of opened) stored.close();
    throw cause;
  }
  return opened;
}

function damageOf(stored: readonly StoredTable[], damagedLines: number): string[] {
  const damaged = stored.filter(({ damagedBytes }) => damagedBytes > 0);
  const streams = damaged.map(({ table, damagedBytes }) => `the last ${damagedBytes} bytes of ${streamFile(table)}`);
  return damagedLines === 0 ? streams : [...streams, `${damagedLines} lines of ${TEXTS_FILE}`];
}

function* encodeTable(
  { stored, order }: Source,
  info: SegmentInfo,
  texts: Texts,
  window: Window,
  options: EncodeOptions,
): Generator<void, EncodedTable> {
  const encoder = new TableEncoder(stored, order, info, texts);
  const columns = columnsOfFile(stored);
  const file = new ParquetFile(path.join(options.into, stored.table + PART), columns, options.reserve);
  let complete = false;
  try {
    yield* encoder.write(file);
    finish(file, stored.table, columns, order.rows, info, window);
    complete = true;
  } finally {
    if (!complete) file.discard();
  }
  yield;
  return { table: stored.table, path: file.path, rows: order.rows, values: encoder.values, bytes: file.length };
}

function encodeEvents(
  events: readonly RecordedEvent[],
  info: SegmentInfo,
  texts: Texts,
  window: Window,
  options: EncodeOptions,
): EncodedTable {
  const columns = fileColumns('events');
  const file = new ParquetFile(path.join(options.into, `events${PART}`), columns, options.reserve);
  let complete = false;
  try {
    writeEvents(file, columns, events, info, texts);
    finish(file, 'events', columns, events.length, info, window);
    complete = true;
  } finally {
    if (!complete) file.discard();
  }
  return { table: 'events', path: file.path, rows: events.length, values: 0, bytes: file.length };
}

/** Closes the file and reads its footer back: nothing gets a final name that cannot be opened. */
function finish(
  file: ParquetFile,
  table: TableName,
  columns: readonly Column[],
  rows: number,
  info: SegmentInfo,
  window: Window,
): void {
  file.finish(`fine-grained-monitor version ${info.recorderVersion}`, footerMetadata(table, info, window));
  const footer = readFooter(file.path);
  if (footer.rows !== rows || footer.elements.length !== columns.length + 1) {
    const found = `${footer.rows} rows and ${footer.elements.length - 1} columns`;
    throw new Error(`${file.path}: ${rows} rows and ${columns.length} columns wanted, found ${found}`);
  }
}

function footerMetadata(table: TableName, info: SegmentInfo, window: Window): Map<string, string> {
  const metadata = new Map([
    ['fgm.schema_version', String(info.schemaVersion)],
    ['fgm.table', table],
    ['fgm.interval_ms', String(info.intervalMs)],
    ['fgm.run_id', info.runId],
    ['fgm.segment', segmentName(info)],
    ['fgm.recorder_version', info.recorderVersion],
    ['fgm.kernel_release', info.kernelRelease],
    ['fgm.node', info.node],
    ['fgm.window_start', new Date(window.start).toISOString()],
    ['fgm.window_end', new Date(window.end).toISOString()],
  ]);
  if (info.cluster !== null) metadata.set('fgm.cluster', info.cluster);
  return metadata;
}
