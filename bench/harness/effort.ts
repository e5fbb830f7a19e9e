/** How long benchmarks may take: to be published, to be looked at, or to prove that they run. */
export type Effort = 'full' | 'quick' | 'smoke';

const EFFORTS: readonly string[] = ['full', 'quick', 'smoke'] satisfies Effort[];

/** bench/run.ts tells its benchmarks by these, so that each remains a command without flags. */
export const EFFORT_VARIABLE = 'FGM_BENCH_EFFORT';
/** Set when two versions of the code are compared: what it is measured against otherwise would only take time. */
export const ALONE_VARIABLE = 'FGM_BENCH_ALONE';

/** @throws RangeError when the variable holds something else */
export function effort(): Effort {
  const found = process.env[EFFORT_VARIABLE] ?? 'full';
  if (!EFFORTS.includes(found))
    throw new RangeError(`${EFFORT_VARIABLE}: want one of ${EFFORTS.join(', ')}, found ${found}`);
  return found as Effort;
}

/** Whether references are left out. */
export function alone(): boolean {
  return process.env[ALONE_VARIABLE] === '1';
}

/** What belongs to the present effort. */
export function byEffort<T>(choices: Readonly<Record<Effort, T>>): T {
  return choices[effort()];
}
