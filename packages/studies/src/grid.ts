import { median } from './order.ts';
import type { Series } from './series.ts';

/** Values at equal distances. Times in milliseconds. */
export interface Grid {
  /** Time of the first value. */
  readonly from: number;
  readonly step: number;
  /** Means of the values that are nearest to each point; 0 where there are none. */
  readonly values: Float64Array;
  /** 1 where there is a value, 0 where there is none. */
  readonly mask: Float64Array;
}

/** The usual distance between two values, in milliseconds: the median of all. NaN of fewer than two. */
export function intervalOf({ times }: Series): number {
  return median(times.subarray(1).map((time, at) => time - times[at]!));
}

/** The distance between points that a series can be put on: its interval, or as many of them as it takes to need at most `most`. */
export function stepOf(series: Series, most: number): number {
  const { times } = series;
  const interval = intervalOf(series);
  const range = times.at(-1)! - times[0]!;
  return interval * Math.max(1, Math.ceil((range / interval + 1) / most));
}

/**
 * @param series of `present` values, two at least
 * @param from time of the first point, @param step between points, @param points how many; values beyond them are left out
 */
export function gridOf({ times, values }: Series, from: number, step: number, points: number): Grid {
  const sums = new Float64Array(points);
  const counts = new Float64Array(points);
  for (let row = 0; row < times.length; row++) {
    const at = Math.round((times[row]! - from) / step);
    if (at < 0 || at >= points) continue;
    sums[at]! += values[row]!;
    counts[at]!++;
  }
  return {
    from,
    step,
    values: sums.map((sum, at) => (counts[at] === 0 ? 0 : sum / counts[at]!)),
    mask: counts.map((count) => Math.min(1, count)),
  };
}

/** All of a series on a grid of at most `most` points. */
export function wholeGrid(series: Series, most: number): Grid {
  const { times } = series;
  const step = stepOf(series, most);
  const from = times[0]!;
  return gridOf(series, from, step, Math.min(most, Math.round((times.at(-1)! - from) / step) + 1));
}
