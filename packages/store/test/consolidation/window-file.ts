/** Files as a recorder closes them, with whatever rows and columns a test wants, and what it takes to look at them. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { type Column, fileColumns } from '@fgm/catalog';
import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { consolidate, type ConsolidationOptions } from '../../src/consolidation/consolidate.ts';
import type { ConsolidationReport, ConsolidationTotals } from '../../src/consolidation/report.ts';
import { isText } from '../../src/read/source-columns.ts';
import { fileName, partition } from '../../src/file-name.ts';
import { NumericBatch } from '../../src/numeric-batch.ts';
import { encodeNumeric } from '../../src/numeric-columns.ts';
import { ParquetFile } from '../../src/parquet-file.ts';
import { encodeText } from '../../src/text-column.ts';

/** Doubles are numbers, or bigints of their bits. */
export type Cell = bigint | number | string | null;
export type WindowRow = Readonly<Record<string, Cell>>;

/** 2026-11-21T05:00:00Z */
export const HOUR = Date.UTC(2026, 10, 21, 5);
/** When that hour is over for good. */
export const LATER = HOUR + 2 * 3_600_000;

export interface Window {
  readonly table: string;
  /** Milliseconds since the Unix epoch. */
  readonly start: number;
  readonly end?: number;
  readonly runId?: string;
  readonly number: number;
  readonly rows: readonly WindowRow[];
  readonly columns?: readonly Column[];
  readonly metadata?: Readonly<Record<string, string>>;
  readonly stamp?: number;
}

/** The catalog's columns of a table that are named, and others as whole numbers. */
export function columnsNamed(
  table: 'containers' | 'processes' | 'devices' | 'events',
  names: readonly string[],
): Column[] {
  const known = new Map(fileColumns(table).map((column) => [column.name, column]));
  const made = (name: string): Column => ({
    name,
    type: 'int64',
    kind: 'gauge',
    unit: 'count',
    help: 'Only here.',
    source: 'test',
  });
  return names.map((name) => known.get(name) ?? made(name));
}

const CONTAINER_COLUMNS = ['time', 'tick', 'container_id', 'memory_current_bytes', 'cpu_usage_millicores'];

function bitsOf(value: bigint | number): bigint {
  return typeof value === 'bigint' ? value : new BigInt64Array(Float64Array.of(value).buffer)[0]!;
}

export function writeWindow(directory: string, window: Window): string {
  const { table, start, rows, number, runId = 'run-a', end = start + 90_000 } = window;
  const columns = window.columns ?? columnsNamed('containers', CONTAINER_COLUMNS);
  const stamp = window.stamp ?? start;
  const file = path.join(partition(directory, stamp, 'node-a'), fileName(table, stamp));
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const parquet = new ParquetFile(file, columns);
  const batch = new NumericBatch(1, Math.max(rows.length, 1));
  for (const column of columns) {
    if (isText(column)) {
      const texts = rows.map((row) => (row[column.name] ?? null) as string | null);
      parquet.column(encodeText(column.name, { texts, lengths: texts.map(() => 1) }, 3));
      continue;
    }
    batch.begin([column], rows.length);
    for (const [row, cells] of rows.entries()) {
      const value = cells[column.name] ?? null;
      if (value === null) continue;
      batch.set(row, column.type === 'double' ? bitsOf(value as number) : BigInt(value));
    }
    for (const chunk of encodeNumeric(batch, 3)) parquet.column(chunk);
  }
  parquet.endGroup(rows.length);
  const metadata = {
    'fgm.schema_version': '1',
    'fgm.table': table,
    'fgm.interval_ms': '1000',
    'fgm.run_id': runId,
    'fgm.segment': `${runId}-${number}`,
    'fgm.recorder_version': '0.0.0',
    'fgm.kernel_release': '6.1.0-test',
    'fgm.node': 'node-a',
    'fgm.window_start': new Date(start).toISOString(),
    'fgm.window_end': new Date(end).toISOString(),
    ...window.metadata,
  };
  parquet.finish('fine-grained-monitor version 0.0.0', new Map(Object.entries(metadata)));
  return file;
}

/** A row of `containers`. @param second of the hour */
export function containerRow(id: string, second: number, cells: WindowRow = {}): WindowRow {
  const time = BigInt(HOUR + second * 1000) * 1000n;
  return { time, tick: BigInt(HOUR / 1000 + second), container_id: id, ...cells };
}

/** Windows of 90 seconds, one after the other, in which some containers have a row a second. */
export function writeHour(directory: string, windows: number, ids: readonly string[] = ['a', 'b']): string[] {
  return Array.from({ length: windows }, (_, index) => {
    const seconds = Array.from({ length: 90 }, (__, second) => index * 90 + second);
    const rows = ids.flatMap((id) =>
      seconds.map((second) => containerRow(id, second, { memory_current_bytes: BigInt(second * 4096) })),
    );
    return writeWindow(directory, { table: 'containers', start: HOUR + index * 90_000, number: index + 1, rows });
  });
}

export interface Done {
  readonly totals: ConsolidationTotals;
  readonly reports: readonly ConsolidationReport[];
}

export async function run(directory: string, options: Partial<ConsolidationOptions> = {}): Promise<Done> {
  const reports: ConsolidationReport[] = [];
  const report = (one: ConsolidationReport): void => void reports.push(one);
  const totals = await consolidate({ directory, now: () => LATER, level: 3, limit: null, report, ...options });
  return { totals, reports };
}

/** All rows of a file as another reader sees them: integers are bigints, times microseconds, absent is null. */
export async function readExactly(file: string): Promise<Record<string, Cell>[]> {
  const bytes = fs.readFileSync(file);
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  const parsers = { timestampFromMicroseconds: (usec: bigint) => usec };
  const rows = await parquetReadObjects({ file: buffer, compressors, parsers });
  return rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([key, value]) => [key, (value ?? null) as Cell])),
  );
}
