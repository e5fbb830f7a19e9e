import { crossCorrelation } from './cross-correlation.ts';
import { dependence } from './dependence.ts';
import { amongMany, studentTails } from './distributions.ts';
import { type Grid, gridOf, stepOf } from './grid.ts';
import { standardized } from './order.ts';
import { type Certainty, FALSE_ALARMS, present, type Series } from './series.ts';

/** A series that goes with another. */
export interface Correlation {
  readonly name: string;
  /** Pearson's, -1 to 1, at the lag. */
  readonly correlation: number;
  /** Milliseconds by which the candidate comes after the series; negative where it comes before. */
  readonly lag: number;
  /** 1 less the probability of such a correlation in series that have nothing to do with each other. */
  readonly confidence: number;
}

export interface CorrelationOptions extends Certainty {
  /** Milliseconds that a candidate may come before or after; 60 s unless told otherwise. */
  readonly maxLag?: number;
}

const MAX_LAG_MS = 60_000;

/** More points are put together, which makes lags as coarse. */
const MOST_POINTS = 16_384;

/** Pairs of values at a lag, and independent ones of them, without which nothing is said. */
const LEAST_PAIRS = 16;
const LEAST_INDEPENDENT = 5;

/** Values further than so many spreads from the median count as much as those. */
const MOST_SPREADS = 10;

/**
 * Which of many series go with one, the strongest correlation first; none where there is no significant one.
 *
 * Each candidate is put on the grid of the series and moved by up to `maxLag`. The significance is that of as many values as are
 * independent in both (Bartlett), which keeps two slow series from seeming alike, corrected for the lags and the number of candidates.
 * Series of more than 16,384 intervals are thinned to means. A candidate costs about as much as ten Fourier transforms of that size.
 */
export function correlation(
  series: Series,
  candidates: ReadonlyMap<string, Series>,
  { falseAlarms = FALSE_ALARMS, maxLag = MAX_LAG_MS }: CorrelationOptions = {},
): Correlation[] {
  const own = present(series);
  if (own.times.length < LEAST_PAIRS || !(maxLag >= 0)) return [];
  const step = stepOf(own, MOST_POINTS);
  const [from, last] = [own.times[0]!, own.times.at(-1)!];
  const points = Math.min(MOST_POINTS, Math.round((last - from) / step) + 1);
  // Further than two thirds of the range, there is too little left to compare.
  const lags = Math.min(Math.floor(maxLag / step), Math.floor((points * 2) / 3));
  const left = even(gridOf(own, from, step, points));
  const found: Correlation[] = [];
  for (const [name, candidate] of candidates) {
    const one = best(left, even(gridOf(present(candidate), from, step, points)), lags);
    if (one === null) continue;
    const p = amongMany(one.p, candidates.size);
    if (p < falseAlarms) found.push({ name, correlation: one.correlation, lag: one.lag * step, confidence: 1 - p });
  }
  return found.toSorted((one, other) => Math.abs(other.correlation) - Math.abs(one.correlation));
}

/** Around the median, in units of the spread, and bounded. */
function even(grid: Grid): Grid {
  const there = standardized(
    grid.values.filter((_, at) => grid.mask[at] === 1),
    MOST_SPREADS,
  );
  let next = 0;
  return { ...grid, values: grid.mask.map((one) => (one === 1 ? there[next++]! : 0)) };
}

interface Best {
  readonly correlation: number;
  readonly lag: number;
  readonly p: number;
}

function best(left: Grid, right: Grid, lags: number): Best | null {
  const { correlations, pairs } = crossCorrelation(left, right, lags);
  let at = -1;
  let most = 0;
  for (const [index, one] of correlations.entries()) {
    // Of what is the same but for its number of pairs, more pairs say more.
    const weight = pairs[index]! < LEAST_PAIRS ? 0 : Math.abs(one) * Math.sqrt(pairs[index]!);
    if (weight > most) [at, most] = [index, weight];
  }
  if (at < 0) return null;
  const correlation = correlations[at]!;
  const worth = dependence(centred(left), centred(right));
  const independent = pairs[at]! / worth;
  if (independent < LEAST_INDEPENDENT) return null;
  // Each lag counts as a chance of its own. Those of slow series are alike, for which too little is then told rather than too much.
  const t = Math.abs(correlation) * Math.sqrt((independent - 2) / Math.max(1e-12, 1 - correlation ** 2));
  return { correlation, lag: at - lags, p: amongMany(studentTails(t, independent - 2), correlations.length) };
}

/** Around its mean, 0 where there is nothing. */
function centred({ values, mask }: Grid): Float64Array {
  let sum = 0;
  let count = 0;
  for (let at = 0; at < values.length; at++) {
    sum += values[at]!;
    count += mask[at]!;
  }
  return values.map((value, at) => mask[at]! * (value - sum / count));
}
