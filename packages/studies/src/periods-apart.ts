import { withoutSine } from './sines.ts';
import type { Grid } from './grid.ts';
import { ALIGNED, aliasesOf, MOST_HARMONICS, RESOLUTION } from './harmonics.ts';
import type { Spectrum } from './spectrum.ts';
import type { Stretch } from './stretches.ts';

/** Power over the background that a harmonic needs to be taken out with its fundamental: noise has it once in twenty. */
const LEAST_RATIO = 3;

/** A series without a period: the sines of its fundamental and of the multiples that stand out, wherever it holds. */
export function withoutPeriod(grid: Grid, spectrum: Spectrum, frequency: number, stretches: readonly Stretch[]): Grid {
  const points = grid.values.length;
  const values = grid.values.slice();
  for (const { from, to } of stretches) {
    const start = Math.round((from - grid.from) / grid.step);
    const end = Math.min(points, Math.round((to - grid.from) / grid.step) + 1);
    let part: Grid = { ...grid, values: values.subarray(start, end), mask: grid.mask.subarray(start, end) };
    for (const one of linesOf(spectrum, frequency)) {
      if (ratioAt(spectrum, one) >= LEAST_RATIO) part = withoutSine(part, one / points);
    }
    values.set(part.values, start);
  }
  return { ...grid, values };
}

/** A period that was found. Frequencies in cycles over the range. */
export interface Found {
  readonly frequency: number;
  /** Where its multiples stand, and how far from them what is left of it may be. */
  readonly lines: readonly number[];
  readonly reach: number;
}

/** How far what is left of a period that holds everywhere stands from its multiples. */
const LEAST_REACH = 1.5;

/** What holds for a while only leaves more, and further away. */
export function reachOf({ values, step }: Grid, stretches: readonly Stretch[]): number {
  const longest = Math.max(...stretches.map(({ from, to }) => to - from));
  return Math.max(LEAST_REACH, RESOLUTION * ((values.length * step) / longest - 0.9));
}

/** Whether a frequency is what is left of a period that was found before, or one of its multiples. */
export function isOfPeriod({ frequency }: Found, { lines, reach }: Found): boolean {
  return lines.some((line) => Math.abs(line - frequency) < reach);
}

/** Where the multiples of a frequency stand, in cycles over the range: those that are too fast for the interval at their aliases. */
export function linesOf({ power, cycles }: Spectrum, frequency: number): number[] {
  const highest = (power.length - 1) * cycles;
  const multiples = Array.from({ length: MOST_HARMONICS }, (_, at) => (at + 1) * frequency);
  return [...multiples.filter((one) => one <= highest), ...aliasesOf(frequency, highest)];
}

function ratioAt(spectrum: Spectrum, frequency: number): number {
  const middle = Math.round(frequency / spectrum.cycles);
  let highest = 0;
  for (let at = Math.max(0, middle - 1); at <= Math.min(spectrum.power.length - 1, middle + 1); at++) {
    highest = Math.max(highest, spectrum.power[at]! / spectrum.background(at));
  }
  return highest;
}

/** Whether a frequency is a multiple of a lower one, as well as that can be told. */
export function isMultipleOf(frequency: number, lower: number): boolean {
  const factor = Math.round(frequency / lower);
  return factor > 1 && factor <= MOST_HARMONICS && Math.abs(frequency - factor * lower) < ALIGNED;
}
