import { lnGammaTail } from './distributions.ts';
import type { Grid } from './grid.ts';
import { withoutLine } from './sines.ts';

/** A part of the range. */
export interface Stretch {
  /** Milliseconds since the Unix epoch; both are times at which there may be a value. */
  readonly from: number;
  readonly to: number;
}

/** What a period is looked for by, in parts of the range. */
export interface Wanted {
  /** Points of the grid in a cycle. */
  readonly period: number;
  /** The harmonics that stand out, with the power that noise has there. */
  readonly harmonics: readonly { readonly number: number; readonly background: number }[];
  /** How far above the chance all of the range is: the sum of the harmonics' ratios to the background. */
  readonly excess: number;
}

/** ln of the chance that a part without the period passes for one with it. */
const LN_CHANCE = Math.log(0.005);

/** Cycles in a part, at least, and the excess it should have. */
const LEAST_CYCLES = 4;
const WANTED_EXCESS = 24;

/**
 * Where a period holds. Parts of some cycles, long enough for the period to show above the noise, each half over the next, are
 * looked at for themselves; their phase does not matter, so that a period that drifts holds.
 */
export function stretchesOf(grid: Grid, wanted: Wanted): Stretch[] {
  const bins = grid.values.length;
  const cycles = Math.max(LEAST_CYCLES, ((bins / wanted.period) * WANTED_EXCESS) / wanted.excess);
  const length = Math.min(bins, Math.ceil(cycles * wanted.period));
  const parts = Math.max(1, Math.ceil((bins - length) / (length / 2)) + 1);
  const held = Array.from({ length: parts }, (_, part) => {
    const from = parts === 1 ? 0 : Math.round((part * (bins - length)) / (parts - 1));
    return { from, to: from + length, holds: parts === 1 || holds(grid, from, from + length, wanted) };
  });
  return joined(grid, held);
}

interface Part {
  readonly from: number;
  readonly to: number;
  readonly holds: boolean;
}

/** A stretch reaches to the middle of the parts beside it that do not hold. */
function joined({ from, step }: Grid, parts: readonly Part[]): Stretch[] {
  const stretches: Stretch[] = [];
  for (let at = 0; at < parts.length; at++) {
    if (!parts[at]!.holds) continue;
    const first = at;
    while (parts[at + 1]?.holds === true) at++;
    const start = first === 0 ? 0 : (parts[first]!.from + parts[first - 1]!.to) / 2 - quarter(parts[first]!);
    const end =
      at === parts.length - 1 ? parts[at]!.to - 1 : (parts[at]!.to + parts[at + 1]!.from) / 2 + quarter(parts[at]!);
    stretches.push({ from: from + Math.round(start) * step, to: from + Math.round(end) * step });
  }
  return stretches;
}

function quarter({ from, to }: Part): number {
  return (to - from) / 4;
}

function holds({ values, mask }: Grid, from: number, to: number, wanted: Wanted): boolean {
  const part = mask.subarray(from, to);
  const hann = part.map((one, at) => one * Math.sin((Math.PI * (at + 0.5)) / part.length) ** 2);
  let squares = 0;
  for (const one of hann) squares += one * one;
  // With half of the values missing, nothing is said.
  if (squares < part.length * 0.375 * 0.3) return false;
  const straight = withoutLine(values.subarray(from, to), hann).map((value, at) => value * hann[at]!);
  let sum = 0;
  for (const { number, background } of wanted.harmonics) {
    sum += powerAt(straight, number / wanted.period) / squares / background;
  }
  return lnGammaTail(wanted.harmonics.length, sum) < LN_CHANCE;
}

/** Power at one frequency, in cycles for each value. */
function powerAt(values: Float64Array, frequency: number): number {
  const turnReal = Math.cos(2 * Math.PI * frequency);
  const turnImaginary = Math.sin(2 * Math.PI * frequency);
  let [re, im, sumRe, sumIm] = [1, 0, 0, 0];
  for (const value of values) {
    sumRe += value * re;
    sumIm += value * im;
    const next = re * turnReal - im * turnImaginary;
    im = re * turnImaginary + im * turnReal;
    re = next;
  }
  return sumRe * sumRe + sumIm * sumIm;
}
