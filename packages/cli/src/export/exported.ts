import type { Cut } from './description.ts';

/** A file that was made. */
export interface ExportedFile {
  /** `-` for standard output. */
  readonly path: string;
  readonly tables: readonly string[];
  readonly rows: number;
  readonly bytes: number;
}

/** What was exported. */
export interface Exported {
  readonly layout: string;
  readonly format: string;
  readonly files: readonly ExportedFile[];
  readonly rows: number;
  readonly bytes: number;
  /** Times of the rows: from, and before. */
  readonly from: string;
  readonly to: string;
  readonly cut: Cut | null;
}
