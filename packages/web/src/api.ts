/** What the viewer's HTTP API answers (docs/viewer.md, /openapi.json). */
import { offline } from './offline.ts';
import { request } from './token.ts';

export interface Instance {
  readonly version: string;
  readonly now: number;
  readonly state: 'waiting' | 'ready';
  readonly recording: boolean;
  readonly earliest: number | null;
  readonly latest: number | null;
  readonly nodes: readonly { readonly node: string; readonly cluster: string | null; readonly interval_ms: number }[];
  /** Files read so far to know all containers, where there is no index.json. */
  readonly indexing: { readonly read: number; readonly files: number } | null;
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
}

export interface Metric {
  readonly id: string;
  readonly table: string;
  readonly name: string;
  readonly kind: 'gauge' | 'counter';
  readonly unit: string | null;
  readonly shown_unit: string | null;
  readonly limit: string | null;
  readonly help: string;
  readonly source: string;
}

export interface Container {
  readonly id: string;
  readonly key: string;
  readonly node: string;
  readonly namespace: string | null;
  readonly pod: string | null;
  readonly container: string | null;
  readonly qos: string | null;
  readonly runtime: string | null;
  readonly first_seen: number;
  readonly last_seen: number;
  readonly value?: number | null;
}

export type Values = readonly (number | null)[];

export interface Line {
  readonly node: string | null;
  readonly container: string | null;
  readonly key: string | null;
  readonly keys: Readonly<Record<string, string | null>>;
  readonly values: Values;
  readonly lowest?: Values;
  readonly highest?: Values;
}

export interface Timeseries {
  readonly from: number;
  readonly step: number;
  readonly buckets: number;
  readonly charts: readonly {
    readonly metric: string;
    readonly kind: string;
    readonly unit: string | null;
    readonly lines: readonly Line[];
    readonly total: number;
  }[];
}

export interface RecordedEvent {
  readonly time: number;
  readonly type: string;
  readonly severity: 'info' | 'warning' | 'critical';
  readonly node: string | null;
  readonly container: string | null;
  readonly pid: number | null;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Something that a study has found. */
export interface Finding {
  readonly text: string;
  readonly confidence: number;
  readonly from: number;
  readonly to: number;
  readonly line: readonly [number, number] | null;
  readonly facts: Readonly<Record<string, number | null>>;
}

export interface Studied {
  readonly study: string;
  readonly metric: string;
  readonly unit: string | null;
  readonly lines: readonly (Pick<Line, 'node' | 'container' | 'key' | 'keys'> & {
    readonly findings: readonly Finding[];
  })[];
}

/** A process as it was at an instant. */
export interface ProcessAt {
  readonly node: string | null;
  readonly container: string;
  readonly key: string;
  readonly pid: number;
  readonly comm: string | null;
  readonly cmdline: string | null;
  readonly state: string | null;
  readonly time: number;
  readonly cpu_millicores: number | null;
  readonly stat_rss_bytes: number | null;
  readonly uss_bytes: number | null;
  readonly smaps_rollup_pss_bytes: number | null;
  readonly stat_num_threads: number | null;
}

/** What the viewer said went wrong. */
export class ApiError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
  }
}

export type Parameters = Readonly<Record<string, string | number | boolean | undefined>>;

/** A path of the API with its query. */
export function questionOf(path: string, parameters: Parameters): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) query.set(name, String(value));
  const text = query.toString();
  return `${path}${text === '' ? '' : `?${text}`}`;
}

interface Answer {
  readonly ok: boolean;
  readonly text: string;
}

async function ask(question: string, signal?: AbortSignal): Promise<Answer> {
  if (offline !== null) {
    const { status, text } = await offline.ask(question, signal);
    return { ok: status < 400, text };
  }
  const response = await request(question, signal);
  return { ok: response.ok, text: await response.text() };
}

/** While the viewer still finds out which containers there are it is asked again after so long, in milliseconds. */
export const INDEXING_MS = 2_000;

/** What is answered, as it is. @throws ApiError, or the browser's own error when nobody answers */
export async function getText(path: string, parameters: Parameters = {}, signal?: AbortSignal): Promise<string> {
  for (;;) {
    const { ok, text } = await ask(questionOf(path, parameters), signal);
    if (ok) return text;
    const problem = problemOf(text);
    if (problem.code !== 'indexing') throw problem;
    await new Promise((resolve) => setTimeout(resolve, INDEXING_MS));
    signal?.throwIfAborted();
  }
}

/** What a failure says. @param text as it was answered */
export function problemOf(text: string): ApiError {
  const { error } = JSON.parse(text) as { error?: { code: string; message: string } };
  return new ApiError(error?.code ?? 'internal', error?.message ?? 'the viewer failed');
}

/** Likewise, of what is JSON. */
export async function get<T>(path: string, parameters: Parameters = {}, signal?: AbortSignal): Promise<T> {
  return JSON.parse(await getText(path, parameters, signal)) as T;
}
