import type { Series } from './series.ts';

export const AGGREGATES = ['sum', 'avg', 'min', 'max', 'count'] as const;
export type Aggregate = (typeof AGGREGATES)[number];

/**
 * One value a bucket out of many series; NaN where none of them has a value. What is in a bucket for a part of its ticks counts for
 * that part.
 */
export function aggregate(series: readonly Series[], how: Aggregate, buckets: number): Float64Array {
  const values = new Float64Array(buckets).fill(NaN);
  const counts = new Float64Array(buckets);
  for (const { values: one, sums } of series) {
    for (let at = 0; at < buckets; at++) {
      const rows = one.count(at);
      if (rows === 0) continue;
      // Bursts have many rows a tick.
      const share = sums === null ? 1 : Math.min(1, rows / sums.counts[at]!);
      const value = how === 'min' ? one.lowest[at]! : how === 'max' ? one.highest[at]! : one.mean(at) * share;
      values[at] = counts[at] === 0 ? value : joined(how, values[at]!, value);
      counts[at]! += share;
    }
  }
  if (how === 'avg') for (let at = 0; at < buckets; at++) values[at]! /= counts[at]!;
  if (how === 'count') for (let at = 0; at < buckets; at++) values[at] = counts[at] === 0 ? NaN : counts[at]!;
  return values;
}

function joined(how: Aggregate, left: number, right: number): number {
  if (how === 'min') return Math.min(left, right);
  return how === 'max' ? Math.max(left, right) : left + right;
}
