import { existsSync } from 'node:fs';
import { listFiles, listOpenWindows, readFooter, sourceRuns } from '@fgm/store';
import type { ClosedFile } from '@fgm/store';
import { mustBeDirectory } from '../dataset/dataset.ts';
import { groupByColumns } from '../dataset/same-columns.ts';
import type { Database } from '../duckdb/database.ts';
import { readFiles } from '../duckdb/views.ts';
import { CommandFailure, messageOf } from '../failure.ts';

export interface TableSummary {
  readonly table: string;
  readonly files: number;
  readonly rows: number;
  readonly bytes: number;
}

export interface ContainerSummary {
  readonly scope: string | null;
  readonly namespace: string | null;
  readonly pod: string | null;
  readonly container: string | null;
  readonly containerId: string;
  readonly rows: number;
  readonly first: string;
  readonly last: string;
}

export interface OpenWindowSummary {
  readonly path: string;
  readonly bytes: number;
  readonly openedAt: string;
}

/** What is in a data directory. Rows are those of closed files. */
export interface DirectorySummary {
  readonly path: string;
  readonly earliest: string | null;
  readonly latest: string | null;
  readonly bytes: number;
  readonly tables: readonly TableSummary[];
  readonly identifiers: readonly string[];
  readonly runs: readonly string[];
  readonly openWindows: readonly OpenWindowSummary[];
  readonly containers: readonly ContainerSummary[];
  /** Files that cannot be read, and why. */
  readonly broken: readonly { readonly path: string; readonly problem: string }[];
}

interface ReadFile {
  readonly file: ClosedFile;
  readonly rows: number;
  readonly runs: readonly string[];
}

function tablesOf(files: readonly ReadFile[]): TableSummary[] {
  return [...Map.groupBy(files, ({ file }) => file.table)].map(([table, same]) => ({
    table,
    files: same.length,
    rows: same.reduce((sum, { rows }) => sum + rows, 0),
    bytes: same.reduce((sum, { file }) => sum + file.bytes, 0),
  }));
}

async function containersOf(database: Database, files: readonly string[]): Promise<ContainerSummary[]> {
  if (files.length === 0) return [];
  const rows = await database.rows<{
    [key in keyof ContainerSummary]: key extends 'rows' | 'first' | 'last' ? bigint : string;
  }>(
    `SELECT any_value(scope) AS scope, any_value(namespace) AS namespace, any_value(pod) AS pod,
        any_value(container) AS container, container_id AS containerId, count(*) AS rows,
        min(epoch_us(time)) AS first, max(epoch_us(time)) AS last
      FROM ${readFiles(groupByColumns(files))} GROUP BY container_id ORDER BY namespace, pod, container, container_id`,
  );
  return rows.map((row) => ({ ...row, rows: Number(row.rows), first: isoOf(row.first), last: isoOf(row.last) }));
}

function runsOf(metadata: ReadonlyMap<string, string>): string[] {
  const own = metadata.get('fgm.run_id');
  return own === undefined ? sourceRuns(metadata).map(({ run_id }) => run_id) : [own];
}

function isoOf(usec: bigint): string {
  return new Date(Number(usec / 1000n)).toISOString();
}

function readAll(files: readonly ClosedFile[]): { good: ReadFile[]; broken: { path: string; problem: string }[] } {
  const good: ReadFile[] = [];
  const broken: { path: string; problem: string }[] = [];
  for (const file of files) {
    try {
      const { rows, metadata } = readFooter(file.path);
      good.push({ file, rows, runs: runsOf(metadata) });
    } catch (error) {
      broken.push({ path: file.path, problem: messageOf(error) });
    }
  }
  return { good, broken };
}

const MOST_ATTEMPTS = 5;

/** @throws CommandFailure when it is not a data directory, or nothing is recorded in it */
export async function summariseDirectory(database: Database, directory: string): Promise<DirectorySummary> {
  mustBeDirectory(directory);
  for (let tries = 1; ; tries++) {
    const closed = listFiles(directory).visible;
    // What was deleted meanwhile may be in a consolidated file now: then the list has to be made anew.
    const isLost = (): boolean => tries < MOST_ATTEMPTS && closed.some(({ path }) => !existsSync(path));
    try {
      const summary = await summarise(database, directory, closed);
      if (!isLost()) return summary;
    } catch (error) {
      if (!isLost()) throw error;
    }
  }
}

async function summarise(
  database: Database,
  directory: string,
  closed: readonly ClosedFile[],
): Promise<DirectorySummary> {
  const windows = listOpenWindows(directory);
  if (closed.length + windows.length === 0) {
    throw new CommandFailure(
      `${directory}: nothing is recorded here; wanted a data directory with dt=… or spool in it`,
    );
  }
  const { good, broken } = readAll(closed);
  const sampled = good.filter(({ file }) => file.table === 'containers').map(({ file }) => file.path);
  const containers = await containersOf(database, sampled);
  const first = containers.map((each) => each.first).sort();
  const last = containers.map((each) => each.last).sort();
  return {
    path: directory,
    earliest: first[0] ?? null,
    latest: last.at(-1) ?? null,
    bytes: closed.reduce((sum, { bytes }) => sum + bytes, 0) + windows.reduce((sum, { bytes }) => sum + bytes, 0),
    tables: tablesOf(good),
    identifiers: [...new Set(closed.map(({ identifier }) => identifier))],
    runs: [...new Set(good.flatMap(({ runs }) => runs))],
    openWindows: windows.map(({ directory: path, bytes, info }) => ({
      path,
      bytes,
      openedAt: new Date(info.openedAt).toISOString(),
    })),
    containers,
    broken,
  };
}
