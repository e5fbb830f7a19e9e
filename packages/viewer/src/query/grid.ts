/** Equal stretches of time that values are put into. Times in milliseconds since the Unix epoch. */
export interface Grid {
  readonly from: number;
  readonly step: number;
  readonly buckets: number;
}

/**
 * As many buckets as there are ticks, or fewer and larger ones where that is more than wanted. Buckets begin at multiples of their
 * length, so that the same rows stand in the same bucket, whatever the range.
 * @param interval milliseconds between ticks, @param most buckets
 */
export function gridOf(from: number, to: number, interval: number, most: number): Grid {
  const ticks = Math.max(1, Math.ceil((to - from) / interval));
  const step = interval * Math.max(1, Math.ceil(ticks / most));
  const start = Math.floor(from / step) * step;
  return { from: start, step, buckets: Math.max(1, Math.ceil((to - start) / step)) };
}
