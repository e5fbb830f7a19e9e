import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ENTRY_COLUMNS, INDEX_FILE, indexKey } from '@fgm/store';
import { errorCode, messageOf } from '../failure.ts';
import { errorsOf } from './finding.ts';
import { occursTwice } from './clock-steps.ts';
import type { ClockStep } from './clock-steps.ts';
import type { Finding, Severity } from './finding.ts';

/** A container as the files know it. Times are microseconds since the Unix epoch. */
export interface SeenContainer extends Record<string, bigint | string | null> {
  readonly container_id: string;
  readonly pod: string | null;
  readonly namespace: string | null;
  readonly qos: string | null;
  readonly container: string | null;
  readonly pod_uid: string | null;
  readonly runtime: string | null;
  readonly first: bigint;
  readonly last: bigint;
}

/** What the files of a directory have in them. Times are microseconds since the Unix epoch. */
export interface SeenData {
  readonly containers: readonly SeenContainer[];
  readonly earliest: number;
  readonly latest: number;
  /** Clocks that were set back. */
  readonly steps?: readonly ClockStep[];
}

/** Discovery and sampling look at their clocks at different moments of a tick. */
const SLACK_USEC = 2_000_000;

type Json = Readonly<Record<string, unknown>>;

const LABELS_OF_ENTRY = { full_id: 'container_id', ...ENTRY_COLUMNS } as const satisfies Record<
  string,
  keyof SeenContainer
>;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function usecOf(value: unknown): number {
  return typeof value === 'string' ? Date.parse(value) * 1000 : NaN;
}

function shapeProblems(document: Json): string[] {
  const { schema_version, updated_at, containers, data_range } = document;
  const problems: string[] = [];
  if (schema_version !== 1) problems.push(`schema_version is ${JSON.stringify(schema_version)}; wanted 1`);
  if (Number.isNaN(usecOf(updated_at))) problems.push('updated_at is no ISO 8601 time');
  if (!isObject(containers)) problems.push('containers is no object');
  if (!isObject(data_range)) problems.push('data_range is no object');
  else if (typeof data_range['rotation_interval_sec'] !== 'number')
    problems.push('data_range.rotation_interval_sec is no number');
  return problems;
}

function rangeProblems(range: Json, { earliest, latest }: SeenData): string[] {
  const problems: string[] = [];
  const iso = (usec: number): string => new Date(usec / 1000).toISOString();
  if (!(usecOf(range['earliest']) <= earliest + SLACK_USEC)) {
    problems.push(`data_range.earliest is ${JSON.stringify(range['earliest'])}, the files begin at ${iso(earliest)}`);
  }
  if (!(usecOf(range['latest']) >= latest - SLACK_USEC)) {
    problems.push(`data_range.latest is ${JSON.stringify(range['latest'])}, the files end at ${iso(latest)}`);
  }
  return problems;
}

function entryProblems(entries: Json, seen: SeenContainer, steps: readonly ClockStep[]): string[] {
  const key = indexKey(seen.container_id);
  const entry = entries[key];
  if (!isObject(entry)) return [`containers has no ${key}, which the files have`];
  const labels = Object.entries(LABELS_OF_ENTRY).flatMap(([field, label]) =>
    (entry[field] ?? null) === seen[label]
      ? []
      : [`containers.${key}.${field} is ${JSON.stringify(entry[field])}, the files say ${JSON.stringify(seen[label])}`],
  );
  // Seen first at a time that came again: rows may then be from before it, and from after the time it was seen last.
  const twice = (usec: bigint): boolean => occursTwice(steps, Number(usec) / 1000);
  const first = usecOf(entry['first_seen']) <= Number(seen.first) + SLACK_USEC || twice(seen.first);
  const last = usecOf(entry['last_seen']) >= Number(seen.last) - SLACK_USEC || twice(seen.last);
  return [
    ...labels,
    ...(first ? [] : [`containers.${key}.first_seen is after its first row`]),
    ...(last ? [] : [`containers.${key}.last_seen is before its last row`]),
  ];
}

/** Containers whose key is theirs alone, and the keys of the others. */
function byKey(containers: readonly SeenContainer[]): { clear: SeenContainer[]; shared: string[] } {
  const keys = Map.groupBy(containers, ({ container_id }) => indexKey(container_id));
  const clear = [...keys.values()].flatMap((same) => (same.length === 1 ? same : []));
  const shared = [...keys].flatMap(([key, same]) => (same.length === 1 ? [] : [key]));
  return { clear, shared };
}

/** Checks index.json against what the files have. A recorder that runs may be ahead of its files. */
export function checkIndex(directory: string, seen: SeenData): Finding[] {
  const path = join(directory, INDEX_FILE);
  const finding = (severity: Severity, message: string): Finding => ({ severity, path, rule: 'index', message });
  let document: unknown;
  try {
    document = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (errorCode(error) === 'ENOENT')
      return [finding('warning', 'is missing; the next start of a recorder makes it anew')];
    return [finding('error', `cannot be read: ${messageOf(error)}`)];
  }
  if (!isObject(document)) return [finding('error', 'is no object')];
  const shape = shapeProblems(document);
  if (shape.length > 0) return errorsOf(path, 'index', shape);
  const entries = document['containers'] as Json;
  const { clear, shared } = byKey(seen.containers);
  const problems = [
    ...rangeProblems(document['data_range'] as Json, seen),
    ...clear.flatMap((container) => entryProblems(entries, container, seen.steps ?? [])),
  ];
  return [
    ...errorsOf(path, 'index', problems),
    ...shared.map((key) =>
      finding('info', `${key} stands for more than one container: only one of them can have an entry`),
    ),
  ];
}
