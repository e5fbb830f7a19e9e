/** How much values rise: what Mann and Kendall's test looks at. */
export interface Kendall {
  /** Pairs that rise less pairs that fall. */
  readonly score: number;
  /** Its variance in values without any order, ties taken into account. */
  readonly variance: number;
}

/** In n·log n steps: pairs that fall are those that a merge sort exchanges. */
export function kendall(values: Float64Array): Kendall {
  const { length } = values;
  const sorted = values.slice();
  const falling = sortCounting(sorted);
  let tied = 0;
  let correction = 0;
  for (let from = 0; from < length;) {
    let to = from + 1;
    while (to < length && sorted[to] === sorted[from]) to++;
    const same = to - from;
    tied += (same * (same - 1)) / 2;
    correction += same * (same - 1) * (2 * same + 5);
    from = to;
  }
  const pairs = (length * (length - 1)) / 2;
  return {
    score: pairs - tied - 2 * falling,
    variance: (length * (length - 1) * (2 * length + 5) - correction) / 18,
  };
}

/** Sorts and says how many pairs were in the wrong order. */
function sortCounting(values: Float64Array): number {
  let [from, to]: [Float64Array, Float64Array] = [values, new Float64Array(values.length)];
  let exchanged = 0;
  for (let width = 1; width < values.length; width *= 2) {
    for (let start = 0; start < values.length; start += 2 * width) exchanged += merge(from, to, start, width);
    [from, to] = [to, from];
  }
  if (from !== values) values.set(from);
  return exchanged;
}

function merge(from: Float64Array, to: Float64Array, start: number, width: number): number {
  const middle = Math.min(start + width, from.length);
  const end = Math.min(start + 2 * width, from.length);
  let [left, right, exchanged] = [start, middle, 0];
  for (let at = start; at < end; at++) {
    if (left < middle && (right >= end || from[left]! <= from[right]!)) {
      to[at] = from[left++]!;
    } else {
      to[at] = from[right++]!;
      exchanged += middle - left;
    }
  }
  return exchanged;
}
