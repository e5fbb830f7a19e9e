import { blockColumns, makeLayout, rowsThatFit, type Column, type Layout, type SampledTable } from '@fgm/catalog';
import { extraMemoryStatColumns } from '@fgm/kernfs';
import fs from 'node:fs';
import path from 'node:path';

/**
 * Bytes of a slot of the ring, and so of a row block: some 150 containers or 370 processes. Larger blocks would make the
 * writer's record batches fewer, smaller ones would keep less memory in use on small machines.
 */
const SLOT_BYTES = 256 * 1024;
const MEMORY_STAT_BYTES = 64 * 1024;
/** Slots of each shard's ring. Only those in use cost memory; the rest is room for a writer that is held up. */
const SLOTS = 256;

export interface Layouts {
  readonly containers: Layout;
  readonly processes: Layout;
  readonly mappings: Layout;
  readonly slots: number;
  readonly slotBytes: number;
  /** Columns of `containers` that only this kernel has. */
  readonly extra: readonly Column[];
}

/** The row blocks of this run, with columns for what this kernel's memory.stat has and the catalog does not know. */
export function makeLayouts(memoryStat: Uint8Array | null): Layouts {
  const known = makeLayout('containers', blockColumns('containers'), 64);
  const extra = memoryStat === null ? [] : extraMemoryStatColumns(known, memoryStat, memoryStat.length);
  const layout = (table: SampledTable, more: readonly Column[] = []): Layout => {
    const columns = blockColumns(table, more);
    return makeLayout(table, columns, rowsThatFit(columns.length, SLOT_BYTES));
  };
  return {
    containers: layout('containers', extra),
    processes: layout('processes'),
    mappings: layout('mappings'),
    slots: SLOTS,
    slotBytes: SLOT_BYTES,
    extra,
  };
}

/**
 * The text of some cgroup v2 memory.stat of this machine: all have the same keys, so the first one found will do. Null
 * where there is none (cgroup v1, or no memory controller).
 */
export function anyMemoryStat(v2Root: string | undefined): Uint8Array | null {
  if (v2Root === undefined) return null;
  const directories = [v2Root, ...subdirectories(v2Root)];
  for (const directory of directories) {
    try {
      return firstBytes(path.join(directory, 'memory.stat'));
    } catch {
      // not in this one: the root has none before Linux 5.12, and children may not have the controller
    }
  }
  return null;
}

/** As much as a memory.stat can have, so that an endless file is not read to its end. */
function firstBytes(file: string): Uint8Array {
  const descriptor = fs.openSync(file, 'r');
  try {
    const bytes = new Uint8Array(MEMORY_STAT_BYTES);
    return bytes.subarray(0, fs.readSync(descriptor, bytes));
  } finally {
    fs.closeSync(descriptor);
  }
}

function subdirectories(directory: string): string[] {
  try {
    const entries = fs.readdirSync(directory, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map((entry) => path.join(directory, entry.name));
  } catch {
    return [];
  }
}
