import type { Limit } from './room.ts';

/** What consolidation says while it works. Paths of directories where it is about several files. */
export type ConsolidationReport =
  | {
      readonly type: 'merged';
      readonly table: string;
      /** The new file. */
      readonly path: string;
      /** How many files became one. */
      readonly sources: number;
      readonly rows: number;
      readonly bytesIn: number;
      readonly bytes: number;
      readonly ms: number;
    }
  /** Of a dry run. */
  | {
      readonly type: 'planned';
      readonly table: string;
      readonly path: string;
      readonly sources: readonly string[];
      readonly rows: number;
      readonly bytesIn: number;
    }
  /** A file that is not touched: not one of a recorder, broken, not readable, or not to be merged with the others. */
  | { readonly type: 'left'; readonly path: string; readonly problem: string }
  /** There is no room at present. */
  | {
      readonly type: 'waiting';
      readonly table: string;
      readonly path: string;
      readonly sources: number;
      readonly problem: string;
    }
  /** The sources are what they were; it is tried again. */
  | {
      readonly type: 'failed';
      readonly table: string;
      readonly path: string;
      readonly errno: string | null;
      readonly problem: string;
    }
  /** A file was deleted that another one had replaced when consolidation was cut short. */
  | { readonly type: 'cleared'; readonly path: string; readonly replacedBy: string };

/** What one run of it came to. */
export interface ConsolidationTotals {
  /** Files made. */
  files: number;
  /** Files that they were made of. */
  sources: number;
  rows: number;
  bytesIn: number;
  bytesOut: number;
  failed: number;
  /** Files left alone. */
  left: number;
}

/** What the recorder's child process is started with. */
export interface ConsolidationTask {
  /** The data directory. */
  readonly directory: string;
  /** ZSTD level of the files. */
  readonly level: number;
  readonly limit: Limit | null;
}

/** What it tells the recorder. */
export type FromConsolidation =
  | ConsolidationReport
  /** `problems`: what the system refused when it lowered its priority. */
  | { readonly type: 'started'; readonly problems: readonly string[] }
  | {
      readonly type: 'ended';
      readonly totals: ConsolidationTotals;
      readonly cpuSeconds: number;
      readonly maxRssBytes: number;
    }
  /** It could not do its work at all. */
  | { readonly type: 'died'; readonly problem: string };
