import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Asks until it is so.
 * @returns milliseconds that it took, as exact as the time between two questions
 * @throws Error when it is not so after `patienceMs`
 */
export async function eventually(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  { everyMs = 100, patienceMs = 120_000 } = {},
): Promise<number> {
  const start = performance.now();
  while (!(await isSo())) {
    if (performance.now() - start > patienceMs) throw new Error(`${what}: not after ${patienceMs} ms`);
    await pause(everyMs);
  }
  return performance.now() - start;
}
