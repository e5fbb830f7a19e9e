import { Fourier, powerOfTwo } from './fourier.ts';
import type { Grid } from './grid.ts';

/** Correlations by lag, from the most negative lag to the greatest. */
export interface CrossCorrelation {
  /** Pearson's; 0 where one of both does not change. */
  readonly correlations: Float64Array;
  /** Pairs of values that each of them is known from. */
  readonly pairs: Float64Array;
}

/** Below this part of what it is made of, a variance is rounding. */
const ROUNDING = 1e-9;

/**
 * Pearson's correlation of the pairs that there are at each lag, gaps left out: exactly that of each lag for itself, by six products
 * of Fourier transforms.
 * @param left on the same grid as `right`, @param lags the greatest one, in points
 */
export function crossCorrelation(left: Grid, right: Grid, lags: number): CrossCorrelation {
  const fourier = new Fourier(powerOfTwo(left.values.length + lags + 1));
  const [x, xx, m] = transformed(fourier, left);
  const [y, yy, n] = transformed(fourier, right);
  const sum = (one: Transformed, other: Transformed): Float64Array => product(fourier, one, other, lags);
  const pairs = sum(m, n).map(Math.round);
  const [sumX, sumY, sumXX, sumYY, sumXY] = [sum(x, n), sum(m, y), sum(xx, n), sum(m, yy), sum(x, y)] as Five;
  const correlations = pairs.map((count, at) => {
    if (count < 2) return 0;
    const varianceX = sumXX[at]! - sumX[at]! ** 2 / count;
    const varianceY = sumYY[at]! - sumY[at]! ** 2 / count;
    if (varianceX <= ROUNDING * xx.total || varianceY <= ROUNDING * yy.total) return 0;
    const both = sumXY[at]! - (sumX[at]! * sumY[at]!) / count;
    return Math.min(1, Math.max(-1, both / Math.sqrt(varianceX * varianceY)));
  });
  return { correlations, pairs };
}

type Five = [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];

interface Transformed {
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
  readonly total: number;
}

/** Of the values, their squares, and where they are. */
function transformed(fourier: Fourier, { values, mask }: Grid): [Transformed, Transformed, Transformed] {
  const one = (numbers: Float64Array): Transformed => {
    const real = new Float64Array(fourier.size);
    const imaginary = new Float64Array(fourier.size);
    real.set(numbers);
    fourier.transform(real, imaginary);
    return { real, imaginary, total: numbers.reduce((a, b) => a + b, 0) };
  };
  return [one(values), one(values.map((value) => value * value)), one(mask)];
}

/** Sums of the products of each value with the one of the other series so much later. */
function product(fourier: Fourier, left: Transformed, right: Transformed, lags: number): Float64Array {
  const { size } = fourier;
  const real = left.real.map((re, at) => re * right.real[at]! + left.imaginary[at]! * right.imaginary[at]!);
  const imaginary = left.real.map((re, at) => re * right.imaginary[at]! - left.imaginary[at]! * right.real[at]!);
  fourier.transform(imaginary, real);
  return new Float64Array(2 * lags + 1).map((_, at) => real[(at - lags + size) % size]! / size);
}
