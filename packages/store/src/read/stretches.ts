import type { Stretch, TextColumn } from './table-part.ts';

/**
 * Rows of the same container that stand together.
 * @param first row at which the column starts, counted from the start of the part
 */
export function stretchesOf({ codes, dictionary }: TextColumn, first: number, rows: number): Stretch[] {
  const stretches: Stretch[] = [];
  let start = 0;
  for (let row = 1; row <= rows; row++) {
    if (row < rows && codes[row] === codes[start]) continue;
    stretches.push({ container: dictionary[codes[start]!] ?? '', from: first + start, to: first + row });
    start = row;
  }
  return stretches;
}
