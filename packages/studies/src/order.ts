/** From the median of absolute deviations to the standard deviation of a normal distribution. */
export const MAD_TO_SIGMA = 1.482602218505602;

/** The value below which a share of all lies, interpolated. NaN of nothing. */
export function quantile(values: Float64Array, share: number): number {
  return quantileOfSorted(values.toSorted(), share);
}

/** As `quantile`, of values in ascending order. */
export function quantileOfSorted(sorted: Float64Array, share: number): number {
  if (sorted.length === 0) return NaN;
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below]!;
  return low + (place - below) * (sorted[Math.min(below + 1, sorted.length - 1)]! - low);
}

export function median(values: Float64Array): number {
  return quantile(values, 0.5);
}

export function mean(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/**
 * Values around their median, in units of their spread and at most `most` of them away from it: one great value can then not
 * make up a whole result. The spread is that of the median of absolute deviations, or the standard deviation where more than half
 * of all values are the same.
 * @returns zeros where all values are the same
 */
export function standardized(values: Float64Array, most: number): Float64Array {
  const middle = median(values);
  const centred = values.map((value) => value - middle);
  const spread = median(centred.map(Math.abs)) * MAD_TO_SIGMA || rootMeanSquare(centred);
  return centred.map((value) => (spread === 0 ? 0 : Math.min(most, Math.max(-most, value / spread))));
}

function rootMeanSquare(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return Math.sqrt(sum / values.length);
}
