import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { TABLES } from '@fgm/catalog';
import type { TableName } from '@fgm/catalog';
import { Database } from '../duckdb/database.ts';
import { literals } from '../duckdb/sql-text.ts';
import { CommandFailure, errorCode, messageOf } from '../failure.ts';
import { looksLikeFixture } from '../fixture/inspect-fixture.ts';
import { readClockSteps, repeatedTicks } from './clock-steps.ts';
import type { ClockStep, RepeatedTicks } from './clock-steps.ts';
import { checkColumns } from './columns-check.ts';
import { checkContinuity } from './continuity.ts';
import type { TickRange } from './continuity.ts';
import { describeFile, walkData } from './data-tree.ts';
import type { DataFile } from './data-tree.ts';
import { readFacts } from './file-facts.ts';
import type { FileFacts } from './file-facts.ts';
import type { Finding, Rule } from './finding.ts';
import { checkIndex } from './index-check.ts';
import type { SeenContainer } from './index-check.ts';
import { readLifeStarts, startsWithin } from './life-starts.ts';
import type { LifeStart } from './life-starts.ts';
import { ROW_CHECKS } from './row-checks.ts';
import type { BrokenFile } from './row-checks.ts';
import { relation } from './rows.ts';
import type { FileBatch } from './rows.ts';

export interface Validation {
  readonly files: number;
  readonly rows: number;
  readonly findings: readonly Finding[];
}

/** Files that DuckDB looks at in one query: enough to keep it busy, few enough to keep its memory small. */
const FILES_PER_BATCH = 32;

/** What the events of a recording explain. */
interface Explained {
  readonly repeated: readonly RepeatedTicks[];
  readonly starts: readonly LifeStart[];
}

function batches(
  facts: readonly FileFacts[],
  { repeated, starts }: Explained = { repeated: [], starts: [] },
): FileBatch[] {
  return TABLES.flatMap((table: TableName) => {
    const ofTable = facts.filter(({ file }) => file.table === table);
    const count = Math.ceil(ofTable.length / FILES_PER_BATCH);
    return Array.from({ length: count }, (_, at) => {
      const files = ofTable.slice(at * FILES_PER_BATCH, (at + 1) * FILES_PER_BATCH);
      return { table, files, repeated, starts: startsWithin(starts, files) };
    });
  });
}

async function checkRows(database: Database, batch: FileBatch): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { rule, severity, sql, message } of ROW_CHECKS) {
    const text = sql(batch);
    const broken = text === null ? [] : await database.rows<BrokenFile>(text);
    findings.push(...broken.map((each) => ({ severity, path: each.file, rule, message: message(each) })));
  }
  return findings;
}

/** Pages that cannot be decompressed are found by reading them all, which the checks of rows do. */
async function checkBatch(database: Database, batch: FileBatch): Promise<Finding[]> {
  try {
    return await checkRows(database, batch);
  } catch (error) {
    const [only] = batch.files;
    if (only && batch.files.length === 1) {
      return [
        {
          severity: 'error',
          path: only.file.path,
          rule: 'footer',
          message: `its rows cannot be read: ${messageOf(error).split('\n')[0]}`,
        },
      ];
    }
    const findings: Finding[] = [];
    for (const facts of batch.files) findings.push(...(await checkBatch(database, { ...batch, files: [facts] })));
    return findings;
  }
}

/** Ticks by file. Windows that were not there may lie between those of a consolidated file: its ticks are told apart by that. */
function islands(batch: FileBatch): string {
  const consolidated = literals(batch.files.flatMap(({ file }) => (file.end === null ? [] : [file.path])));
  const ticks = `SELECT DISTINCT file, tick FROM ${relation(batch)}`;
  const numbered = `SELECT file, tick, tick - row_number() OVER (PARTITION BY file ORDER BY tick) AS island FROM (${ticks})`;
  return `SELECT file, tick, CASE WHEN list_contains(${consolidated}::VARCHAR[], file) THEN island ELSE 0 END AS island FROM (${numbered})`;
}

async function tickRanges(database: Database, batch: FileBatch): Promise<TickRange[]> {
  const rows = await database.rows<{ file: string; first: bigint; last: bigint }>(
    `SELECT file, min(tick) AS first, max(tick) AS last FROM (${islands(batch)}) GROUP BY file, island HAVING first IS NOT NULL`,
  );
  const facts = new Map(batch.files.map((each) => [each.file.path, each]));
  return rows.map(({ file, first, last }) => ({ facts: facts.get(file)!, first: Number(first), last: Number(last) }));
}

/** With the labels of the last row that has any: a container may be renamed, and the index says what it is called now. */
function seenContainers(database: Database, batch: FileBatch): Promise<SeenContainer[]> {
  const labels = ['pod', 'namespace', 'qos', 'container', 'pod_uid', 'runtime'];
  return database.rows<SeenContainer>(
    `SELECT container_id, ${labels.map((label) => `arg_max(${label}, time) AS ${label}`).join(', ')},
        min(epoch_us(time)) AS first, max(epoch_us(time)) AS last
      FROM ${relation(batch)} WHERE container_id IS NOT NULL GROUP BY container_id`,
  );
}

function merge(containers: readonly SeenContainer[]): SeenContainer[] {
  const merged = new Map<string, SeenContainer>();
  for (const one of containers) {
    const before = merged.get(one.container_id);
    const first = before && before.first < one.first ? before.first : one.first;
    const latest = before && before.last > one.last ? before : one;
    merged.set(one.container_id, { ...latest, first });
  }
  return [...merged.values()];
}

/** Checks of a directory that no file can be held to alone. */
async function checkDirectory(
  database: Database,
  directory: string,
  facts: readonly FileFacts[],
  steps: readonly ClockStep[],
): Promise<Finding[]> {
  const ranges: TickRange[] = [];
  const seen: SeenContainer[] = [];
  for (const batch of batches(facts).filter(({ table }) => table === 'containers')) {
    ranges.push(...(await tickRanges(database, batch)));
    seen.push(...(await seenContainers(database, batch)));
  }
  const containers = merge(seen);
  const earliest = containers.reduce((least, { first }) => Math.min(least, Number(first)), Infinity);
  const latest = containers.reduce((most, { last }) => Math.max(most, Number(last)), -Infinity);
  const index = containers.length === 0 ? [] : checkIndex(directory, { containers, earliest, latest, steps });
  return [...checkContinuity(ranges, steps), ...index, ...checkSessions(directory, facts)];
}

function checkSessions(directory: string, facts: readonly FileFacts[]): Finding[] {
  const runs = new Set(facts.flatMap(({ runIds }) => runIds).filter((runId) => runId !== ''));
  return [...runs].flatMap((runId): Finding[] => {
    const path = join(directory, `session-${runId}.json`);
    if (existsSync(path)) return [];
    return [
      { severity: 'warning', path, rule: 'session', message: 'is missing: the settings of this run are not known' },
    ];
  });
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (cause) {
    throw new CommandFailure(`${path}: cannot be opened (${errorCode(cause)}); wanted a file or a data directory`, {
      cause,
    });
  }
}

function walk(
  target: string,
  directory: boolean,
): { readonly files: readonly DataFile[]; readonly findings: readonly Finding[] } {
  if (directory) return walkData(target);
  const { file, findings } = describeFile(target);
  return { files: file ? [file] : [], findings };
}

/** Whether nothing in a directory is of a recording. */
function isForeign({ files, findings }: ReturnType<typeof walk>): boolean {
  return files.length === 0 && findings.every(({ rule }) => rule === 'unexpected-file');
}

function fixtureText(target: string): string {
  return `${target}: is a fixture, not a recording; fgm inspect says what is in it, fgm replay makes a recording of it`;
}

async function readAll(files: readonly DataFile[]): Promise<{ facts: FileFacts[]; findings: Finding[] }> {
  const facts: FileFacts[] = [];
  const findings: Finding[] = [];
  for (const file of files) {
    const read = await readFacts(file);
    if (read.facts) facts.push(read.facts);
    findings.push(...read.findings);
  }
  return { facts, findings };
}

/** Files without a finding of this rule. */
function without(facts: readonly FileFacts[], findings: readonly Finding[], rule: Rule): FileFacts[] {
  const broken = new Set(findings.flatMap((finding) => (finding.rule === rule ? [finding.path] : [])));
  return facts.filter(({ file }) => !broken.has(file.path));
}

/** An events file that cannot be read has a finding of its own. */
async function orNone<T>(read: Promise<T[]>): Promise<T[]> {
  try {
    return await read;
  } catch {
    return [];
  }
}

/** All checks that look into the files. Those that lack columns or cannot be read are not looked at any further. */
async function checkContent(facts: readonly FileFacts[], directory: string | null): Promise<Finding[]> {
  if (facts.length === 0) return [];
  const database = await Database.open();
  try {
    const columns = await checkColumns(database, facts);
    const sound = without(facts, columns, 'columns');
    const rows: Finding[] = [];
    const steps = await orNone(readClockSteps(database, sound));
    const starts = await orNone(readLifeStarts(database, sound));
    const explained = { repeated: repeatedTicks(steps, sound), starts };
    for (const batch of batches(sound, explained)) rows.push(...(await checkBatch(database, batch)));
    const whole = without(sound, rows, 'footer');
    const across = directory === null ? [] : await checkDirectory(database, directory, whole, steps);
    return [...columns, ...rows, ...across];
  } finally {
    database.close();
  }
}

/**
 * Checks a file or a data directory against every rule of the file format.
 *
 * @throws CommandFailure when there is nothing to check
 */
export async function validate(target: string): Promise<Validation> {
  const directory = isDirectory(target);
  for (let tries = 1; ; tries++) {
    const walked = walk(target, directory);
    if (directory && isForeign(walked) && looksLikeFixture(target)) throw new CommandFailure(fixtureText(target));
    const validation = await validateFiles(target, directory, walked);
    // What was deleted meanwhile may be in a consolidated file now: then the list has to be made anew.
    if (tries === MOST_ATTEMPTS || walked.files.every(({ path }) => existsSync(path))) return validation;
  }
}

const MOST_ATTEMPTS = 5;

async function validateFiles(
  target: string,
  directory: boolean,
  { files, findings }: ReturnType<typeof walk>,
): Promise<Validation> {
  if (files.length === 0 && findings.length === 0) throw new CommandFailure(`${target}: nothing is recorded here`);
  const read = await readAll(files);
  const content = await checkContent(read.facts, directory ? target : null);
  const rows = read.facts.reduce((sum, facts) => sum + facts.rows, 0);
  return { files: files.length, rows, findings: [...findings, ...read.findings, ...content] };
}
