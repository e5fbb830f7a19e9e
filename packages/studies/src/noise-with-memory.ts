/**
 * How likely a stretch of values is as noise with memory, with and without a step in it.
 *
 * The noise is white and a first-order memory together (ARMA(1,1)), which at its end is a wandering level in white noise. What the noise
 * is like is fitted anew with and without the step, so a step only counts for what a wandering level could not do as well.
 */

/** How much of the memory is left a value later. */
const MEMORIES = [0.5, 0.8, 0.93, 0.98, 1] as const;
/** How much of a surprise stays in it: all of it is a walk, little of it a level that hardly wanders. */
const GAINS = [0.02, 0.05, 0.1, 0.2, 0.4, 0.7, 1] as const;

/** From here on the noise is a walk. */
const WALKING = 0.93;
const WALKING_GAIN = 0.15;

const ROUNDING = 1e-12;

const MODELS: readonly (readonly [memory: number, kept: number])[] = [
  [0, 0],
  ...MEMORIES.flatMap((memory) => GAINS.map((gain) => [memory, memory * (1 - gain)] as const)),
];

export interface Likelihoods {
  /** Twice the logarithm of how much likelier the values are with a step than without one. */
  readonly step: number;
  /** The same, than with a straight line. */
  readonly overLine: number;
  /** Whether the noise is more of a walk than of a level, also with the step. */
  readonly wanders: boolean;
}

/** @param place of the first value after the step, from the start of the values */
export function stepLikelihoods(values: Float64Array, place: number): Likelihoods {
  let [plain, line, step] = [Infinity, Infinity, Infinity];
  let wanders = false;
  for (const [memory, kept] of MODELS) {
    const squares = squaresLeft(values, place, memory, kept);
    plain = Math.min(plain, squares.plain);
    line = Math.min(line, squares.line);
    if (squares.step < step) {
      step = squares.step;
      wanders = memory >= WALKING && memory - kept >= WALKING_GAIN;
    }
  }
  const count = values.length;
  // What is left of nothing is rounding.
  const ratio = (of: number): number => (of > 0 ? count * Math.log(of / Math.max(step, ROUNDING * of)) : 0);
  return { step: ratio(plain), overLine: ratio(line), wanders };
}

interface Squares {
  readonly plain: number;
  readonly line: number;
  readonly step: number;
}

/** Sums of the squares of the surprises that are left with a level; a level and a line; a level and a step, each the best there is. */
function squaresLeft(values: Float64Array, place: number, memory: number, kept: number): Squares {
  const middle = (values.length - 1) / 2;
  let [lastValue, lastStep, lastLine] = [0, 0, 0];
  let [value, one, step, line] = [0, 0, 0, 0];
  let [vv, vo, vs, vl, oo, os, ol, ss, ll] = [0, 0, 0, 0, 0, 0, 0, 0, 0];
  for (let at = 0; at < values.length; at++) {
    // The first value has nothing before it: all of it is a surprise.
    const isFirst = at === 0;
    const here = values[at]!;
    const after = at >= place ? 1 : 0;
    const along = (at - middle) / middle;
    value = here - memory * lastValue + kept * value;
    one = 1 - (isFirst ? 0 : memory) + kept * one;
    step = after - memory * lastStep + kept * step;
    line = along - memory * lastLine + kept * line;
    [lastValue, lastStep, lastLine] = [here, after, along];
    vv += value * value;
    vo += value * one;
    vs += value * step;
    vl += value * line;
    oo += one * one;
    os += one * step;
    ol += one * line;
    ss += step * step;
    ll += line * line;
  }
  const plain = vv - (vo * vo) / oo;
  return { plain, step: plain - gain(vs, vo, oo, os, ss), line: plain - gain(vl, vo, oo, ol, ll) };
}

/** What a second regressor takes off the squares, once the level has. */
function gain(vx: number, vo: number, oo: number, ox: number, xx: number): number {
  const own = xx - (ox * ox) / oo;
  return own > 1e-9 * xx ? (vx - (vo * ox) / oo) ** 2 / own : 0;
}
