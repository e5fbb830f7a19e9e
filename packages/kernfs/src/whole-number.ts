/** A whole number as kernels print it, or null: Number() alone would take blanks, nothing at all, `0x10` and `1e3`, too. */
export function wholeNumber(digits: string): number | null {
  const number = Number(digits);
  return Number.isSafeInteger(number) && number >= 0 && String(number) === digits ? number : null;
}
