import { median, quantile } from './statistics.ts';

const RESAMPLES = 4000;
/** Two figures in a hundred that did not change lie outside it on either side: there are some hundred figures. */
const CONFIDENCE = 0.99;
/** Any but 0: the same numbers shall always give the same interval. */
const SEED = 0x9e37_79b9;

/** How many times the cost of the base the head's is. What grew from nothing is infinitely dearer. */
export function costRatio(base: number, head: number, higherIsBetter: boolean): number {
  const [before, after] = higherIsBetter ? [head, base] : [base, head];
  return before === after ? 1 : after / before;
}

/**
 * Between which bounds the ratio of medians lies, with a confidence of 99 %: of runs drawn again and again from those that were seen
 * (percentile bootstrap). https://doi.org/10.1214/aos/1176344552
 */
export function ratioInterval(
  base: readonly number[],
  head: readonly number[],
  higherIsBetter: boolean,
): readonly [low: number, high: number] {
  const random = xorshift(SEED);
  const ratios: number[] = [];
  for (let left = RESAMPLES; left > 0; left--)
    ratios.push(costRatio(median(drawn(base, random)), median(drawn(head, random)), higherIsBetter));
  return [quantile(ratios, (1 - CONFIDENCE) / 2), quantile(ratios, (1 + CONFIDENCE) / 2)];
}

function drawn(numbers: readonly number[], random: () => number): number[] {
  return numbers.map(() => numbers[Math.floor(random() * numbers.length)]!);
}

/** Numbers from 0 to below 1. https://doi.org/10.18637/jss.v008.i14 */
function xorshift(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
