import type { Grid } from './grid.ts';

/** Without the sine of a frequency, in cycles from point to point, that is nearest to the values there are. */
export function withoutSine({ values, mask, ...grid }: Grid, frequency: number): Grid {
  const straight = withoutLine(values, mask);
  let [cc, cs, ss, cv, sv] = [0, 0, 0, 0, 0];
  for (let at = 0; at < values.length; at++) {
    if (mask[at] !== 1) continue;
    const cosine = Math.cos(2 * Math.PI * frequency * at);
    const sine = Math.sin(2 * Math.PI * frequency * at);
    cc += cosine * cosine;
    cs += cosine * sine;
    ss += sine * sine;
    cv += cosine * straight[at]!;
    sv += sine * straight[at]!;
  }
  const determinant = cc * ss - cs * cs;
  if (!(determinant > 1e-9 * cc * ss)) return { ...grid, values, mask };
  const a = (cv * ss - sv * cs) / determinant;
  const b = (sv * cc - cv * cs) / determinant;
  const without = straight.map((value, at) => {
    const angle = 2 * Math.PI * frequency * at;
    return mask[at]! * (value - a * Math.cos(angle) - b * Math.sin(angle));
  });
  return { ...grid, values: without, mask };
}

/** Values without the straight line that is nearest to them, by these weights. */
export function withoutLine(values: Float64Array, weights: Float64Array): Float64Array {
  let sum = 0;
  let place = 0;
  let level = 0;
  for (let at = 0; at < values.length; at++) {
    sum += weights[at]!;
    place += weights[at]! * at;
    level += weights[at]! * values[at]!;
  }
  place /= sum;
  level /= sum;
  let across = 0;
  let along = 0;
  for (let at = 0; at < values.length; at++) {
    across += weights[at]! * (at - place) * (values[at]! - level);
    along += weights[at]! * (at - place) ** 2;
  }
  const slope = along > 0 ? across / along : 0;
  return values.map((value, at) => value - level - slope * (at - place));
}

/** Sum of the squares of the values there are, without the straight line that is nearest to them. */
export function squaresOf({ values, mask }: Grid): number {
  const straight = withoutLine(values, mask);
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += mask[at]! * straight[at]! ** 2;
  return sum;
}
