import type { Column } from '@fgm/catalog';
import type { IndexEntry } from '@fgm/store';
import type { Origin } from '../recordings/recording.ts';

/** A container of an exported page, and the node that it ran on. */
export interface EmbeddedContainer extends IndexEntry {
  readonly node: string;
}

/** What an exported page says of itself, beside the Parquet files that stand in it. */
export interface Manifest {
  readonly version: string;
  readonly exported_at: string;
  /** What it shows first, as the address of the page has it: `?from=…&to=…&panel=…`. */
  readonly view: string;
  /** What a reader must know: where it was cut, and why. */
  readonly notes: readonly string[];
  readonly nodes: readonly Origin[];
  /** Times of the rows in it, in milliseconds since the Unix epoch. */
  readonly earliest: number;
  readonly latest: number;
  readonly containers: readonly EmbeddedContainer[];
  /** Columns of the embedded file of each table, in its order. Rows stand by node, container, what tells rows apart, and time. */
  readonly tables: Readonly<Record<string, readonly Column[]>>;
}

/** Id of the element that has the manifest, as JSON. */
export const MANIFEST_ID = 'fgm-manifest';
/** Start of the id of an element that has a table, as Parquet in Base64. */
export const TABLE_ID = 'fgm-table-';
