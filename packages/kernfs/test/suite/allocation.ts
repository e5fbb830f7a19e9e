import { getHeapStatistics } from 'node:v8';

export const CALLS = 10_000;
/** What one boxed number a call would come to is sixteen times this. */
export const ALLOCATION_BUDGET = CALLS;
/** Above this a scavenge may have hidden what was allocated. */
const SCAVENGE_BYTES = 8 * 1024 * 1024;

/**
 * Bytes of heap that so many calls allocate once their code is compiled: the least of some rounds. The heap's size is exact
 * but drops with a collection, the sum of allocations never drops but counts whole pages; together they cannot be fooled.
 */
export function allocatedBy(call: () => void): number {
  let least = Infinity;
  for (let round = 0; round < 30 && least > ALLOCATION_BUDGET; round++) least = Math.min(least, allocatedInRound(call));
  return least;
}

function allocatedInRound(call: () => void): number {
  if (globalThis.gc === undefined) throw new Error('needs --expose-gc');
  globalThis.gc();
  const pages = getHeapStatistics().total_allocated_bytes;
  const before = process.memoryUsage().heapUsed;
  for (let index = 0; index < CALLS; index++) call();
  const after = process.memoryUsage().heapUsed;
  const inPages = getHeapStatistics().total_allocated_bytes - pages;
  return inPages > SCAVENGE_BYTES ? inPages : after - before;
}
