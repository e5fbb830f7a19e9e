/** A measured value: x in any unit of time, y in any unit. */
export type Point = readonly [x: number, y: number];

/** How much y grows with each x, and between which slopes the true one lies, by and large, in 19 of 20 cases. */
export interface Trend {
  readonly slope: number;
  readonly low: number;
  readonly high: number;
}

/** Two-sided 95 % of the normal distribution. */
const Z = 1.96;

/**
 * The trend of a series that jumps: Theil and Sen's median of all pairwise slopes, which a few outliers do not bend, with Sen's
 * confidence interval (P. K. Sen, 1968). Neighbours in a series of memory sizes are alike, so that it says less than its number
 * of points promises; the interval is widened by as much.
 *
 * @throws RangeError with fewer than four points
 */
export function trendOf(points: readonly Point[]): Trend {
  if (points.length < 4) throw new RangeError(`a trend takes 4 points, found ${points.length}`);
  const slopes = pairwiseSlopes(points);
  const slope = middle(slopes);
  const reach = Z * Math.sqrt(kendallVariance(points) * widening(points, slope));
  const at = (place: number): number => slopes[Math.min(slopes.length - 1, Math.max(0, Math.round(place)))]!;
  return { slope, low: at((slopes.length - reach) / 2), high: at((slopes.length + reach) / 2) };
}

/** In ascending order. */
function pairwiseSlopes(points: readonly Point[]): number[] {
  const slopes: number[] = [];
  for (const [index, [x, y]] of points.entries())
    for (const [laterX, laterY] of points.slice(index + 1)) slopes.push((laterY - y) / (laterX - x));
  return slopes.sort((a, b) => a - b);
}

/** Of numbers in ascending order. */
function middle(sorted: readonly number[]): number {
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/** Variance of Kendall's S for independent points; ties count less. */
function kendallVariance(points: readonly Point[]): number {
  const term = (count: number): number => count * (count - 1) * (2 * count + 5);
  const ties = new Map<number, number>();
  for (const [, y] of points) ties.set(y, (ties.get(y) ?? 0) + 1);
  const tied = [...ties.values()].reduce((sum, count) => sum + term(count), 0);
  return (term(points.length) - tied) / 18;
}

/**
 * How much less a series says than its number of points: for one in which each value keeps a share r of the one before it,
 * (1 + r) / (1 - r). What is measured of r once the slope is taken off is too little by (1 + 4r) / n (M. Kendall, 1954).
 */
function widening(points: readonly Point[], slope: number): number {
  const measured = keptShare(ranksOf(points.map(([x, y]) => y - slope * x)));
  const kept = Math.min(0.95, Math.max(0, measured + (1 + 4 * measured) / points.length));
  return (1 + kept) / (1 - kept);
}

/** Equal values share the mean of their ranks. */
function ranksOf(values: readonly number[]): number[] {
  const sorted = values.toSorted((a, b) => a - b);
  return values.map((value) => (sorted.indexOf(value) + sorted.lastIndexOf(value)) / 2);
}

/** Correlation of each value with the one before it; 0 where all are the same. */
function keptShare(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const covariance = values.slice(1).reduce((sum, value, before) => sum + (value - mean) * (values[before]! - mean), 0);
  return variance === 0 ? 0 : covariance / variance;
}

/**
 * Medians of equal spans of x, of those that hold points: what is left of a saw-tooth of garbage collections.
 *
 * @param spans how many, over the whole of the points
 */
export function mediansOf(points: readonly Point[], spans: number): Point[] {
  const from = points[0]![0];
  const width = (points.at(-1)![0] - from) / spans;
  const held = Array.from({ length: spans }, (): Point[] => []);
  for (const point of points) held[Math.min(spans - 1, Math.floor((point[0] - from) / width))]!.push(point);
  return held
    .filter((span) => span.length > 0)
    .map((span) => {
      const at = (place: 0 | 1): number => middle(span.map((point) => point[place]).sort((a, b) => a - b));
      return [at(0), at(1)];
    });
}
