/** How much neighbours in a series say the same. */

/** Correlation of a series around 0 with itself, `lag` values later, over the whole sum of squares. */
function ownCorrelation(values: Float64Array, lag: number, squares: number): number {
  let sum = 0;
  for (let at = lag; at < values.length; at++) sum += values[at]! * values[at - lag]!;
  return sum / squares;
}

function squaresOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return sum;
}

/** Lags after which a correlation that is still there does not make much of a difference any more. */
const MOST_LAGS = 400;

/**
 * How many values of a pair of series are worth one that is independent of all others (Bartlett): 1 + 2·Σ ρx·ρy, up to where the
 * sum's window is five times itself (Sokal), so that noise of far lags is not added up. Of a series with itself, the root of it
 * is that of its mean.
 * @param values around 0, 0 where there is none
 */
export function dependence(left: Float64Array, right: Float64Array): number {
  const leftSquares = squaresOf(left);
  const rightSquares = squaresOf(right);
  if (leftSquares === 0 || rightSquares === 0) return 1;
  let total = 1;
  const most = Math.min(MOST_LAGS, left.length - 1);
  for (let lag = 1; lag <= most; lag++) {
    total += 2 * ownCorrelation(left, lag, leftSquares) * ownCorrelation(right, lag, rightSquares);
    if (lag >= 5 * total) break;
  }
  return Math.max(1, total);
}

/** As `dependence`, for the mean of one series: 1 + 2·Σ ρ. */
export function correlationTime(values: Float64Array): number {
  const squares = squaresOf(values);
  if (squares === 0) return 1;
  let total = 1;
  const most = Math.min(MOST_LAGS, values.length - 1);
  for (let lag = 1; lag <= most; lag++) {
    total += 2 * ownCorrelation(values, lag, squares);
    if (lag >= 5 * total) break;
  }
  return Math.max(1, total);
}
