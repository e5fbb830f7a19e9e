/** How one value of a column is stored. All but `utf8` are eight bytes wide in a row block (see layout.ts). */
export type ColumnType =
  /** Integer, exact up to 2^53 while it is sampled, INT64 in files. */
  | 'int64'
  | 'double'
  /** Microseconds since the Unix epoch, UTC. */
  | 'timestamp'
  /** Index into `values`; text in files. */
  | 'enum'
  /** Text: never in a row block. It comes from the thing that a `ref` column points at (see table.ts). */
  | 'utf8'
  /** Number of the entity, process identity or mapping name this row is about. In row blocks and the spool, not in files. */
  | 'ref';

export type Kind = 'gauge' | 'counter' | 'label';

/** Base units only: what the kernel prints in kB, pages, jiffies or ns is converted before it is stored. */
export type Unit = 'bytes' | 'usec' | 'percent' | 'millicores' | 'ratio' | 'count' | 'ticks';

/** One metric or label: a column of a table. The single source for parsers, layouts, file metadata, Prometheus and docs. */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly kind: Kind;
  /** Null for labels, flags and kernel amounts whose unit is not known. */
  readonly unit: Unit | null;
  readonly help: string;
  /** Kernel file (its v2 name), or `derived` or `recorder`. */
  readonly source: string;
  /** The key inside the kernel file, where there is one. */
  readonly key?: string;
  /** The texts of an `enum` column, in the order of their index. */
  readonly values?: readonly string[];
}
