import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';

/** Whatever knows how much CPU time it has used. */
export interface Accounted {
  /** Microseconds so far, by the kernel's accounting. */
  cpuUsec(): number;
}

/** CPU milliseconds of each of so many seconds, for several at once: the n-th numbers are of the same second. */
export async function cpuBySecond(accounted: readonly Accounted[], seconds: number): Promise<number[][]> {
  const used = accounted.map((): number[] => []);
  let before = accounted.map((one) => one.cpuUsec());
  let from = performance.now();
  const start = from;
  for (let second = 1; second <= seconds; second++) {
    await pause(Math.max(0, start + second * 1000 - performance.now()));
    const now = accounted.map((one) => one.cpuUsec());
    const end = performance.now();
    // A timer that fires late has measured more than a second.
    for (const [index, numbers] of used.entries()) numbers.push((now[index]! - before[index]!) / (end - from));
    [before, from] = [now, end];
  }
  return used;
}
