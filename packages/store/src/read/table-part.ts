import type { Column } from '@fgm/catalog';
import type { RowGroup } from './file-places.ts';

/** Consecutive rows of one container, service or host. */
export interface Stretch {
  /** Its id, as in the column `container_id`; empty where rows are about none. */
  readonly container: string;
  /** Its first row, counted from the start of the part. */
  readonly from: number;
  /** The row after its last one. */
  readonly to: number;
}

/** A column of texts: per row a place in the dictionary, or -1 for none. */
export interface TextColumn {
  readonly codes: Int32Array;
  readonly dictionary: readonly string[];
}

/**
 * Rows of one table that stand together: a closed file, or a window that is still being recorded. They are sorted by container,
 * then by what else tells the table's rows apart, then by time.
 */
export interface TablePart {
  readonly table: string;
  readonly columns: readonly Column[];
  readonly rows: number;
  /** What can be read at once. */
  readonly groups: readonly RowGroup[];
  has(column: string): boolean;
  /**
   * The rows of a group by container.
   * @param wanted ids in their order, where only these matter: a group that has none of them may give nothing
   */
  stretches(group: number, wanted: readonly string[] | null): readonly Stretch[];
  /** Whether a group may have rows of this time, in milliseconds since the Unix epoch, `to` not included. */
  mayHave(group: number, from: number, to: number): boolean;
  /**
   * Values of a column of numbers for rows of one group; NaN where there is none. Timestamps in microseconds since the Unix epoch.
   * Exact to 2^53.
   * @param into where they may be put if it is long enough: what is returned is then a part of it
   */
  numbers(column: string, from: number, to: number, into?: Float64Array): Float64Array;
  /** Likewise of a column of texts. */
  texts(column: string, from: number, to: number): TextColumn;
  close(): void;
}
