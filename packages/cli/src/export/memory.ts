import { mkdtempSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeAtEnd } from '../dataset/remove-at-end.ts';

const MIB = 2 ** 20;
/** What the process takes beside the memory that the database counts: 45 MiB of Node.js and the library, and what fragments. */
const BASE_BYTES = 64 * MIB;
/** Of a process: with 48 MiB the database makes files of a few columns, however long they are. */
export const LEAST_MEMORY = 112 * MIB;
/** More would only hold more row groups in memory at once. */
const MOST_THREADS = 4;
const BYTES_A_THREAD = 64 * MIB;
/** Each thread holds a row group for each table, as rows, until it is written. */
const GROUP_BYTES = 32 * MIB;

/** What a database may take. */
export interface MemoryPlan {
  /** Bytes; undefined for what it takes by itself. */
  readonly memoryBytes?: number;
  /** Directory for what does not fit. */
  readonly scratch?: string;
  readonly threads: number;
  /** Bytes of a row group, as rows. */
  readonly groupBytes: number;
}

/** @param memory bytes of the whole process; null where it does not matter */
export function memoryPlan(memory: number | null): MemoryPlan {
  const most = Math.min(availableParallelism(), MOST_THREADS);
  if (memory === null) return { threads: most, groupBytes: GROUP_BYTES };
  const memoryBytes = memory - BASE_BYTES;
  const scratch = mkdtempSync(join(tmpdir(), 'fgm-spill-'));
  removeAtEnd(scratch);
  const threads = Math.max(1, Math.min(most, Math.floor(memoryBytes / BYTES_A_THREAD)));
  return { memoryBytes, scratch, threads, groupBytes: Math.min(GROUP_BYTES, memoryBytes / 8) };
}
