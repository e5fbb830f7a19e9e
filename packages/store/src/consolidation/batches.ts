import type { Column } from '@fgm/catalog';
import type { ClosedFile } from '../closed-files.ts';
import { errnoOf } from '../directory.ts';
import { overlap, segmentNames, type SourceRun, sourceRuns } from '../made-of.ts';
import { windowTime } from './file-metadata.ts';
import { SourceFile } from '../read/source-file.ts';
import { conflict } from './union.ts';
import { Unusable } from '../read/unusable.ts';

/** Told of a file that is left alone, and why. */
export type LeaveAlone = (path: string, problem: string) => void;

/** Files that may become one: of one table, interval and version of the format, no column in two types. */
export interface Batch {
  /** In the order of their stamps. */
  readonly sources: readonly SourceFile[];
}

interface Opened {
  readonly file: ClosedFile;
  readonly source: SourceFile;
  readonly runs: readonly SourceRun[];
}

/**
 * Opens files and sorts them into batches. What cannot be part of one is left alone, with a word why, and never keeps the
 * others from it. The caller closes the sources.
 * @param unclosed names of the segments in the spool: files of these may be made once more
 */
export function openBatches(files: readonly ClosedFile[], unclosed: ReadonlySet<string>, leave: LeaveAlone): Batch[] {
  const opened = files.flatMap((file) => openOne(file, unclosed, leave) ?? []);
  const lanes = Map.groupBy(opened, ({ source: { metadata } }) =>
    JSON.stringify([metadata.get('fgm.interval_ms'), metadata.get('fgm.schema_version')]),
  );
  return [...lanes.values()].map((lane) => ({ sources: withoutConflicts(withoutCopies(lane, leave), leave) }));
}

function openOne(file: ClosedFile, unclosed: ReadonlySet<string>, leave: LeaveAlone): Opened | null {
  let source: SourceFile | null = null;
  try {
    source = SourceFile.open(file.path);
    const runs = check(source, file.table);
    if (!segmentNames(runs).some((name) => unclosed.has(name))) return { file, source, runs };
    source.close();
  } catch (cause) {
    source?.close();
    if (cause instanceof Unusable) leave(file.path, cause.message);
    // Deleted by retention since it was listed.
    else if (errnoOf(cause) !== 'ENOENT') throw cause;
  }
  return null;
}

/** @throws Unusable when the footer does not say what every recorder says */
function check({ metadata, rows }: SourceFile, table: string): SourceRun[] {
  const runs = sourceRuns(metadata);
  if (runs.length === 0) throw new Unusable('does not say of which run and window it is');
  if (metadata.get('fgm.table') !== table) throw new Unusable(`says table ${metadata.get('fgm.table')}`);
  if (!(Number(metadata.get('fgm.interval_ms')) > 0)) throw new Unusable('does not say its interval');
  if (rows === 0) throw new Unusable('has no rows');
  windowTime(metadata, 'fgm.window_start');
  windowTime(metadata, 'fgm.window_end');
  return runs;
}

/** The same window twice would be the same rows twice: the copy stays what it is. */
function withoutCopies(lane: readonly Opened[], leave: LeaveAlone): Opened[] {
  const kept: Opened[] = [];
  // Consolidated files first, so that it is the single window that is a copy.
  const order = (one: Opened): number => (one.file.end === null ? 1 : 0);
  for (const one of lane.toSorted((a, b) => order(a) - order(b))) {
    const same = kept.find((other) => overlap(other.runs, one.runs));
    if (same === undefined) kept.push(one);
    else {
      leave(one.file.path, `has a window that ${same.source.name} has, too`);
      one.source.close();
    }
  }
  return kept.sort((a, b) => a.file.start - b.file.start || (a.file.path < b.file.path ? -1 : 1));
}

function withoutConflicts(lane: readonly Opened[], leave: LeaveAlone): SourceFile[] {
  const columns = new Map<string, Column>();
  return lane.flatMap(({ source }) => {
    const problem = conflict(columns, source.columns);
    if (problem === null) {
      for (const column of source.columns) columns.set(column.name, column);
      return [source];
    }
    leave(source.path, problem);
    source.close();
    return [];
  });
}
