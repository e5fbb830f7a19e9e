/** Digits that a mean may have: more than can be seen, fewer than a double prints. */
const DIGITS = 9;
const LARGEST = 10 ** DIGITS;

/** Values as JSON has them: null for none, and of fractions no more digits than mean something. */
export function jsonNumbers(values: Float64Array): (number | null)[] {
  const numbers: (number | null)[] = [];
  for (let at = 0; at < values.length; at++) numbers.push(jsonNumber(values[at]!));
  return numbers;
}

export function jsonNumber(value: number): number | null {
  if (!Number.isFinite(value)) return null;
  if (Number.isInteger(value)) return value;
  // Of what is shown nearly all. One division of whole numbers is rounded as a decimal is read, without a text in between.
  const size = Math.abs(value);
  if (size < 1 || size >= LARGEST) return Number(value.toPrecision(DIGITS));
  let scale = LARGEST / 10;
  for (let limit = 10; size >= limit; limit *= 10) scale /= 10;
  return Math.round(value * scale) / scale;
}
