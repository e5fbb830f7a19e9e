import { median, quantile } from './statistics.ts';

/** How a figure differs between runs, in the figure's own unit. */
export interface Spread {
  readonly p10: number;
  readonly p90: number;
  readonly min: number;
  readonly max: number;
}

/** What a figure was measured against, in the same run. */
export interface Reference {
  readonly name: string;
  /** The figure over the reference's: the median of the ratios of neighbouring runs where there are such. */
  readonly ratio: number;
  readonly spread?: Spread;
  /** The ratio that is wanted: at most this, or at least where higher is better. */
  readonly aim?: number;
}

/** A number that was measured: one line of the table, and what `--compare` compares. */
export interface Measured {
  readonly name: string;
  /** As it is printed: `ns`, `MB/s`, `bytes`, `ms`, `% of a core`. */
  readonly unit: string;
  readonly median: number;
  readonly spread: Spread;
  /** How many runs the median is of. */
  readonly runs: number;
  readonly higherIsBetter: boolean;
  readonly reference?: Reference;
  readonly note?: string;
}

/** A line for people only: several numbers, or words. */
export interface Stated {
  readonly name: string;
  readonly value: string;
  /** What it was measured against, or how it spreads. */
  readonly note?: string;
}

export type Figure = Measured | Stated;

export function isMeasured(figure: Figure): figure is Measured {
  return 'median' in figure;
}

export function spreadOf(runs: readonly number[]): Spread {
  return { p10: quantile(runs, 0.1), p90: quantile(runs, 0.9), min: Math.min(...runs), max: Math.max(...runs) };
}

export interface About {
  readonly reference?: Reference | undefined;
  /** False unless given: most figures are costs. */
  readonly higherIsBetter?: boolean;
  readonly note?: string | undefined;
}

/**
 * The figure of what was measured once or more.
 * @throws RangeError without a run, or when one of them is not a number: a benchmark that measured nothing has failed
 */
export function measured(name: string, unit: string, runs: readonly number[], about: About = {}): Measured {
  if (runs.length === 0 || runs.some((run) => !Number.isFinite(run)))
    throw new RangeError(`${name}: want one run or more, each a number, found [${runs.join(', ')}]`);
  const { reference, higherIsBetter = false, note } = about;
  return {
    name,
    unit,
    median: median(runs),
    spread: spreadOf(runs),
    runs: runs.length,
    higherIsBetter,
    ...(reference && { reference }),
    ...(note !== undefined && { note }),
  };
}

/**
 * What ours were over what theirs were, run by run: each pair was measured next to each other, so what slows the machine for
 * a while slows both.
 */
export function against(name: string, ours: readonly number[], theirs: readonly number[], aim?: number): Reference {
  const ratios = ours.map((value, run) => value / theirs[run]!);
  return { name, ratio: median(ratios), spread: spreadOf(ratios), ...(aim !== undefined && { aim }) };
}
