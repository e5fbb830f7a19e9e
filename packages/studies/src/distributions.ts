/** Tails of distributions: how probable something at least so great is by chance. */

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
] as const;

/** Logarithm of the gamma function of a positive number. */
function lnGamma(x: number): number {
  let sum: number = LANCZOS[0];
  for (let at = 1; at < LANCZOS.length; at++) sum += LANCZOS[at]! / (x - 1 + at);
  const t = x + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

/**
 * Regularized incomplete beta function, by its continued fraction (Numerical Recipes, 6.4).
 * @param x from 0 to 1
 */
function incompleteBeta(a: number, b: number, x: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(lnGamma(a + b) - lnGamma(a) - lnGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  return x < (a + 1) / (a + b + 2) ? (front * fraction(a, b, x)) / a : 1 - (front * fraction(b, a, 1 - x)) / b;
}

function fraction(a: number, b: number, x: number): number {
  const away = (value: number): number => (Math.abs(value) < 1e-300 ? 1e-300 : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let result = d;
  for (let m = 1; m <= 300; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    result *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    result *= d * c;
    if (Math.abs(d * c - 1) < 1e-14) break;
  }
  return result;
}

/**
 * Probability of a value of Student's distribution at least so far from 0, on either side.
 * @param freedom degrees of freedom, need not be whole
 */
export function studentTails(t: number, freedom: number): number {
  if (!(freedom > 0) || Number.isNaN(t)) return 1;
  return incompleteBeta(freedom / 2, 0.5, freedom / (freedom + t * t));
}

/** Probability of a value of the normal distribution at least so far from 0, on either side. */
export function normalTails(z: number): number {
  // Of so many degrees of freedom Student's distribution differs from the normal one by less than a part in a thousand up to z = 6.
  return studentTails(z, 1e6);
}

/** How far from 0 Student's distribution goes with a probability of all but `p`, both tails together. */
export function studentQuantile(p: number, freedom: number): number {
  let low = 0;
  let high = 1;
  while (studentTails(high, freedom) > p && high < 1e12) high *= 2;
  for (let round = 0; round < 60; round++) {
    const middle = (low + high) / 2;
    if (studentTails(middle, freedom) > p) low = middle;
    else high = middle;
  }
  return high;
}

/** Logarithm of the probability that so many values of the exponential distribution of mean 1 have at least this sum. */
export function lnGammaTail(count: number, sum: number): number {
  if (!(sum > 0)) return 0;
  let term = 1;
  let total = 1;
  for (let at = 1; at < count; at++) total += term *= sum / at;
  return Math.min(0, Math.log(total) - sum);
}

/** Probability of at least one such chance in so many. */
export function amongMany(p: number, chances: number): number {
  return p >= 1 ? 1 : -Math.expm1(chances * Math.log1p(-p));
}
