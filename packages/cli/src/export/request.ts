import type { Source } from '../dataset/until-whole.ts';

export const LAYOUTS = ['wide', 'long'] as const;
export type Layout = (typeof LAYOUTS)[number];
export const FORMATS = ['parquet', 'csv', 'html'] as const;
export type Format = (typeof FORMATS)[number];

/** What is to be exported, as it was asked for: lists are null where nothing was said. */
export interface ExportRequest extends Source {
  readonly layout: Layout;
  readonly format: Format;
  /** Times as people write them; null for the first or the last row. */
  readonly from: string | null;
  readonly to: string | null;
  readonly tables: readonly string[] | null;
  /** Columns, or `table.column`, with `*` for any characters. */
  readonly metrics: readonly string[] | null;
  /** Ids of containers, or their beginnings. */
  readonly containers: readonly string[] | null;
  readonly namespace: string | null;
  readonly labels: readonly (readonly [key: string, value: string])[] | null;
  readonly maxRows: number;
  /** Of a page: more rows than fit are cut. */
  readonly maxBytes: number;
  /** What a page shows first, as its address has it; null for the range and the metrics. */
  readonly view: string | null;
  /** Where to: a file, a directory for one file a table, or `-` for standard output. */
  readonly output: string;
  /** Whether files that are there already are replaced. */
  readonly force: boolean;
  /** Of this process, in bytes: what does not fit goes to scratch files; null for what the database has by itself, and no such files. */
  readonly memory: number | null;
  /** Of the program. */
  readonly version: string;
}
