import { isoInstant } from '../text/instant.ts';
import type { Extract } from './limit.ts';
import type { Span } from './part.ts';
import type { ExportRequest } from './request.ts';

/** Key of the description in a Parquet file's metadata. */
export const DESCRIPTION_KEY = 'fgm.export';

/** Where an export was cut, because there was more than was wanted. */
export interface Cut {
  /** Most rows that were allowed, of all files of the export together. */
  readonly max_rows: number;
  /** Most bytes that were allowed, where it was cut because of them. */
  readonly max_bytes?: number;
  /** Rows there would have been in all files. */
  readonly rows_found: number;
  /** Time of the first row that is missing, or of others that were read at the same instant. */
  readonly at: string;
}

/** What a file of an export says of itself. */
export interface Description {
  readonly version: string;
  readonly exported_at: string;
  /** What was asked for: null where nothing was said. */
  readonly query: {
    readonly layout: string;
    readonly tables: readonly string[];
    readonly metrics: readonly string[] | null;
    readonly containers: readonly string[] | null;
    readonly namespace: string | null;
    /** Each `key=value`. */
    readonly labels: readonly string[] | null;
    readonly open_windows: boolean;
  };
  /** Times of the rows: from, and before. */
  readonly range: { readonly from: string; readonly to: string };
  /** Of this file. */
  readonly rows: number;
  /** Null for all rows there are. */
  readonly cut: Cut | null;
}

/** Where an export was cut, if it was. */
export function cutOf({ cut, found }: Extract, maxRows: number): Cut | null {
  return cut && { max_rows: maxRows, rows_found: found, at: isoInstant(cut.at) };
}

/** Describes a file. @param tables those in it, @param containers full ids, @param now of the export */
export function describe(
  request: ExportRequest,
  tables: readonly string[],
  containers: readonly string[] | null,
  span: Span,
  rows: number,
  cut: Cut | null,
  now: Date,
): Description {
  const { version, layout, metrics, namespace, labels, openWindows } = request;
  return {
    version,
    exported_at: now.toISOString(),
    query: {
      layout,
      tables,
      metrics,
      containers,
      namespace,
      labels: labels?.map(([key, value]) => `${key}=${value}`) ?? null,
      open_windows: openWindows,
    },
    range: { from: isoInstant(span.from), to: isoInstant(span.to) },
    rows,
    cut,
  };
}
