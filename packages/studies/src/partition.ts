import { MAD_TO_SIGMA, median } from './order.ts';

/** More values are put together: what is looked for here lasts long. */
const MOST_BLOCKS = 1000;

/** Of so many changes most are those of a level that wanders. */
const MOST_CHANGES = 50;

/**
 * Places where levels may change, the best for so many of them: those for which the squares around the levels between, and a price for each
 * change, are the least (optimal partitioning). The price is low, and rises where nearly everything would be a change: what is found is
 * to be tested.
 * @param least values of a level
 */
export function partition(values: Float64Array, least: number): number[] {
  const block = Math.ceil(values.length / MOST_BLOCKS);
  const blocks = new Float64Array(Math.floor(values.length / block)).map((_, at) => {
    let sum = 0;
    for (let place = at * block; place < (at + 1) * block; place++) sum += values[place]!;
    return sum / block;
  });
  const steps = blocks.subarray(1).map((value, at) => Math.abs(value - blocks[at]!));
  const sigma = (median(steps) * MAD_TO_SIGMA) / Math.SQRT2;
  if (!(sigma > 0)) return [];
  for (let price = 2 * Math.log(blocks.length) * sigma ** 2; ; price *= 2) {
    const found = changesOf(blocks, price, Math.ceil(least / block));
    if (found.length <= MOST_CHANGES) return found.map((at) => at * block);
  }
}

function changesOf(values: Float64Array, price: number, least: number): number[] {
  const count = values.length;
  const sums = new Float64Array(count + 1);
  const squares = new Float64Array(count + 1);
  for (let at = 0; at < count; at++) {
    sums[at + 1] = sums[at]! + values[at]!;
    squares[at + 1] = squares[at]! + values[at]! ** 2;
  }
  const best = new Float64Array(count + 1).fill(Infinity);
  const before = new Int32Array(count + 1);
  best[0] = -price;
  for (let end = least; end <= count; end++) {
    for (let start = 0; start <= end - least; start++) {
      const sum = sums[end]! - sums[start]!;
      const cost = best[start]! + price + squares[end]! - squares[start]! - (sum * sum) / (end - start);
      if (cost < best[end]!) [best[end], before[end]] = [cost, start];
    }
  }
  const changes: number[] = [];
  for (let at = before[count]!; at > 0; at = before[at]!) changes.push(at);
  return changes.toReversed();
}
