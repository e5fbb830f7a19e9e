import {
  blockColumns,
  makeLayout,
  rowsThatFit,
  SAMPLED_TABLES,
  type Column,
  type Layout,
  type SampledTable,
} from '@fgm/catalog';
import type { CgroupMounts } from '@fgm/discovery';
import { foundColumns, foundNodeColumns } from './found-columns.ts';

/**
 * Bytes of a slot of the ring, and so of a row block: some 150 containers or 370 processes. Larger blocks would make the
 * writer's record batches fewer, smaller ones would keep less memory in use on small machines.
 */
const SLOT_BYTES = 256 * 1024;
/** Slots of each shard's ring. Only those in use cost memory; the rest is room for a writer that is held up. */
const SLOTS = 256;
/** 64 values and their validity. */
const BYTES_PER_NODE_COLUMN = 64 * 8 + 8;

export interface Layouts {
  readonly tables: Readonly<Record<SampledTable, Layout>>;
  readonly slots: number;
  readonly slotBytes: number;
  /** Columns of `containers` that only this machine has. */
  readonly extra: readonly Column[];
}

/**
 * The row blocks of this run, with columns for what only this machine has.
 *
 * @param numa whether memory nodes have columns of their own
 */
export function makeLayouts(cgroups: CgroupMounts, numa: boolean, procRoot: string): Layouts {
  const extra = foundColumns(makeLayout('containers', blockColumns('containers'), 64), cgroups, numa);
  const known = makeLayout('node', blockColumns('node'), 64);
  const extras: Partial<Record<SampledTable, readonly Column[]>> = {
    containers: extra,
    node: foundNodeColumns(known, procRoot, Math.floor(SLOT_BYTES / BYTES_PER_NODE_COLUMN) - known.columns.length),
  };
  const layout = (table: SampledTable, more: readonly Column[] = []): Layout => {
    const columns = blockColumns(table, more);
    // There is one node: more rows would only be copied for nothing.
    return makeLayout(table, columns, table === 'node' ? 64 : rowsThatFit(columns.length, SLOT_BYTES));
  };
  return {
    tables: everyTable((table) => layout(table, extras[table])),
    slots: SLOTS,
    slotBytes: SLOT_BYTES,
    extra,
  };
}

function everyTable<T>(make: (table: SampledTable) => T): Record<SampledTable, T> {
  return Object.fromEntries(SAMPLED_TABLES.map((table) => [table, make(table)])) as Record<SampledTable, T>;
}
