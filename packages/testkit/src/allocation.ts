import { getHeapStatistics } from 'node:v8';

/** Runs of which the best counts: allocation by others (the compiler, the test runner) only ever makes a run dearer. */
const RUNS = 3;

/** Runs that may say nothing, because the heap is smaller after them: what an earlier collection has cleared is given back late. */
const MOST_SPOILT = 20;

/** Below this many bytes handed out there was no collection: the young generation is at least this large. */
const COLLECTION_FREE = 768 * 1024;

interface HeapUse {
  /** Bytes in use: exact, but a collection makes them smaller. */
  readonly used: number;
  /** Bytes ever handed out, in steps of 256 KiB; absent before Node 25. */
  readonly handedOut: number | undefined;
}

function heapUse(): HeapUse {
  const statistics: { total_allocated_bytes?: number; used_heap_size: number } = getHeapStatistics();
  return { used: statistics.used_heap_size, handedOut: statistics.total_allocated_bytes };
}

function between(before: HeapUse, after: HeapUse): number {
  const handedOut = after.handedOut === undefined ? 0 : after.handedOut - before.handedOut!;
  return handedOut < COLLECTION_FREE ? after.used - before.used : handedOut;
}

/**
 * Heap bytes that one call allocates, garbage included: the average over `calls` calls, after as many to warm up. The call
 * gets its number, to vary its input by. Reading the heap's use costs some hundred bytes itself, so 1,000 calls or more show
 * a budget of one byte. Before Node 25 `calls` times the true figure must stay below a megabyte, because a collection would
 * hide what it clears.
 * @throws Error without `node --expose-gc`, and where the heap hardly ever grows from call to call
 */
export function bytesPerCall(calls: number, call: (number: number) => void): number {
  if (!globalThis.gc) throw new Error('bytesPerCall needs node --expose-gc');
  for (let number = 0; number < calls; number++) call(number);
  const runs: number[] = [];
  for (let run = 0; runs.length < RUNS; run++) {
    if (run === RUNS + MOST_SPOILT)
      throw new Error(`bytesPerCall: the heap was smaller after ${MOST_SPOILT} of ${run} runs`);
    globalThis.gc();
    const before = heapUse();
    for (let number = 0; number < calls; number++) call(number);
    const bytes = between(before, heapUse());
    if (bytes >= 0) runs.push(bytes / calls);
  }
  return Math.min(...runs);
}
