import type { Readable } from 'node:stream';

/** What is wanted as a file. Lists are null for all. */
export interface ExportRequest {
  readonly format: ExportFormat;
  readonly layout: 'wide' | 'long';
  readonly directories: readonly string[];
  readonly tables: readonly string[] | null;
  readonly metrics: readonly string[] | null;
  /** Full ids. */
  readonly containers: readonly string[] | null;
  readonly namespace: string | null;
  /** `key=value,key=value`. */
  readonly labels: string | null;
  /** Milliseconds since the Unix epoch; `to` is not included. */
  readonly from: number;
  readonly to: number;
  readonly maxRows: number;
  /** What a page shows first, as its address has it. */
  readonly view: string | null;
}

export const EXPORT_FORMATS = ['parquet', 'csv', 'html'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** A file that has been made. Whoever has it must read it to its end, or destroy it. */
export interface ExportedFile {
  readonly content: Readable;
  readonly bytes: number;
  readonly rows: number;
  /** Times of the rows, as texts. */
  readonly from: string;
  readonly to: string;
  /** What is missing; null for nothing. */
  readonly cut: string | null;
}

/** Why there is no file. */
export class ExportFailure extends Error {
  readonly kind: 'asked wrongly' | 'no rows' | 'too large' | 'failed';

  constructor(kind: ExportFailure['kind'], message: string) {
    super(message);
    this.name = 'ExportFailure';
    this.kind = kind;
  }
}

/**
 * Makes files of rows. Given by who starts the viewer: what makes them is large, and has no place in a process that is there all the time.
 * @param signal aborted when nobody waits for the file any more
 * @throws ExportFailure
 */
export type Exporter = (request: ExportRequest, signal: AbortSignal) => Promise<ExportedFile>;

/** How long a file may take to be sent, in milliseconds: it stands on the disk until then. */
export interface SendingLimits {
  /** Who takes nothing for so long is cut off. */
  readonly stallMs: number;
  /** Whoever is not done after so long is, too. */
  readonly totalMs: number;
}

export const SENDING_LIMITS: SendingLimits = { stallMs: 30_000, totalMs: 30 * 60_000 };
