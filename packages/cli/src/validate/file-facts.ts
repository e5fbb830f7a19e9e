import { SCHEMA_VERSION } from '@fgm/catalog';
import { readFooter, sourceRuns } from '@fgm/store';
import type { Footer } from '@fgm/store';
import { messageOf } from '../failure.ts';
import { checkColumnMetadata } from './column-metadata.ts';
import type { DataFile } from './data-tree.ts';
import { errorsOf } from './finding.ts';
import type { Finding } from './finding.ts';

/** What the footer says that the rows are checked against. */
export interface FileFacts {
  readonly file: DataFile;
  readonly rows: number;
  readonly runIds: readonly string[];
  readonly intervalMs: number;
  /** Milliseconds since the Unix epoch; the end is not included. */
  readonly windowStart: number;
  readonly windowEnd: number;
}

/** Of a file made of those of several windows. */
const WANTED_CONSOLIDATED = [
  'fgm.schema_version',
  'fgm.table',
  'fgm.interval_ms',
  'fgm.sources',
  'fgm.replaces',
  'fgm.window_start',
  'fgm.window_end',
] as const;

const WANTED = [
  'fgm.schema_version',
  'fgm.table',
  'fgm.interval_ms',
  'fgm.run_id',
  'fgm.segment',
  'fgm.recorder_version',
  'fgm.kernel_release',
  'fgm.node',
  'fgm.window_start',
  'fgm.window_end',
] as const;

/** A name that was taken is followed by that of the next second: more than a minute of that is something else. */
const MOST_COLLISIONS_MS = 60_000;

function checkMetadata(file: DataFile, metadata: ReadonlyMap<string, string>): string[] {
  const missing = (file.end === null ? WANTED : WANTED_CONSOLIDATED).filter((key) => !metadata.has(key));
  const problems = missing.map((key) => `has no ${key}`);
  if (file.end !== null && sourceRuns(metadata).length === 0) problems.push('does not say what it was made of');
  const version = metadata.get('fgm.schema_version');
  if (version !== undefined && version !== String(SCHEMA_VERSION)) {
    problems.push(`has schema version ${version}; wanted ${SCHEMA_VERSION}`);
  }
  const table = metadata.get('fgm.table');
  if (table !== undefined && table !== file.table) problems.push(`says table ${table}, its name says ${file.table}`);
  return problems;
}

function checkWindow(file: DataFile, start: number, end: number): string[] {
  if (Number.isNaN(start) || Number.isNaN(end) || end < start)
    return ['has a window whose ends are not times in order'];
  const lag = file.start - Math.floor(start / 1000) * 1000;
  const problems: string[] = [];
  const iso = (ms: number): string => new Date(ms).toISOString();
  if (!(lag >= 0 && lag <= MOST_COLLISIONS_MS)) {
    problems.push(`has a window that starts at ${iso(start)}, its name says ${iso(file.start)}`);
  }
  if (file.end !== null && file.end < Math.floor(end / 1000) * 1000) {
    problems.push(`has windows until ${iso(end)}, its name says ${iso(file.end)}`);
  }
  return problems;
}

function runsOf(metadata: ReadonlyMap<string, string>): string[] {
  const own = metadata.get('fgm.run_id');
  return own === undefined ? sourceRuns(metadata).map(({ run_id }) => run_id) : [own];
}

function factsOf(file: DataFile, { metadata, rows }: Footer): FileFacts {
  const time = (key: string): number => Date.parse(metadata.get(key) ?? '');
  return {
    file,
    rows,
    runIds: runsOf(metadata),
    intervalMs: Number(metadata.get('fgm.interval_ms') ?? NaN),
    windowStart: time('fgm.window_start'),
    windowEnd: time('fgm.window_end'),
  };
}

function footerProblems({ file, intervalMs, windowStart, windowEnd }: FileFacts, { metadata }: Footer): string[] {
  const problems = checkMetadata(file, metadata);
  if (!(intervalMs > 0)) problems.push(`has the interval ${metadata.get('fgm.interval_ms')}; wanted milliseconds`);
  problems.push(...checkWindow(file, windowStart, windowEnd));
  return problems.map((problem) => `the footer ${problem}`);
}

/** What is left of a footer once it has been checked. Footers are large, so they are not kept. */
export interface ReadFile {
  /** Null where the footer cannot be read. */
  readonly facts: FileFacts | null;
  readonly findings: readonly Finding[];
}

/** Reads and checks the footer of a file. */
export async function readFacts(file: DataFile): Promise<ReadFile> {
  let footer: Footer;
  try {
    footer = readFooter(file.path);
  } catch (error) {
    return { facts: null, findings: errorsOf(file.path, 'footer', [`cannot be read: ${messageOf(error)}`]) };
  }
  const facts = factsOf(file, footer);
  const findings = [
    ...errorsOf(file.path, 'footer', facts.rows === 0 ? ['has no rows; wanted no file'] : []),
    ...errorsOf(file.path, 'footer-metadata', footerProblems(facts, footer)),
  ];
  try {
    findings.push(...(await checkColumnMetadata(file, footer)));
  } catch (error) {
    // Bytes that are no schema: whatever they make of apache-arrow is a finding about this file, and no reason to stop.
    return { facts: null, findings: errorsOf(file.path, 'footer', [`holds no readable schema: ${messageOf(error)}`]) };
  }
  return { facts, findings };
}
