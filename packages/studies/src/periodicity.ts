import { type Grid, wholeGrid } from './grid.ts';
import { fundamentalOf, scoresOf, strongest } from './harmonics.ts';
import { type Found, isMultipleOf, isOfPeriod, linesOf, reachOf, withoutPeriod } from './periods-apart.ts';
import { mean, quantile, standardized } from './order.ts';
import { type Certainty, FALSE_ALARMS, present, type Series } from './series.ts';
import { squaresOf } from './sines.ts';
import { cleanedSpectrumOf, type Spectrum, spectrumOf } from './spectrum.ts';
import { type Stretch, stretchesOf, type Wanted } from './stretches.ts';

/** A period of a series. */
export interface Periodicity {
  /** Milliseconds. */
  readonly period: number;
  /** Half the distance between the lowest and the highest point of the mean cycle, in the unit of the values. */
  readonly amplitude: number;
  /** 1 less the probability of so much power in noise, corrected for the number of frequencies. */
  readonly confidence: number;
  /** Where it holds. */
  readonly stretches: readonly Stretch[];
}

/** More points are put together. It is the greatest that is transformed in a tenth of a second. */
const MOST_POINTS = 131_072;

/** With so many points for each value nearly all is gap, and short periods could not be told anyway. */
const SPARSE = 64;

/** With fewer values no period is significant. */
const LEAST_VALUES = 16;

/** Values further than so many spreads from the median, and rarer than one in a hundred, count as much as those. */
const MOST_SPREADS = 20;
const RARE = 0.99;

/** Part of the points that may be missing before that is taken into account. */
const FEW_MISSING = 0.02;

/** Points of the mean cycle. */
const MOST_PHASES = 64;

/** Periods that are told of a series, at most, and how often one is looked for: leftovers of those that were found are not told. */
const MOST_PERIODS = 5;
const MOST_ROUNDS = 8;

/** Part of the squares of the first period that another needs: below are the aliases of its pulses. */
const LEAST_PART = 0.01;

/**
 * The periods of a series, between two of its intervals and half of its range, the surest first; none where none is significant.
 *
 * Gaps and missing values are left out of the sums. Every frequency is measured against its own neighbourhood, so that a random
 * walk or other noise with memory has no period, and the powers of its multiples are added up, so that spikes have one. What is told is
 * the fundamental: its multiples are no periods of their own. Each next period is what is significant in the series without those before.
 * Beyond 131,072 intervals, values are means of several, and periods below two of those are not found.
 */
export function periodicity(series: Series, { falseAlarms = FALSE_ALARMS }: Certainty = {}): Periodicity[] {
  const values = present(series);
  if (values.times.length < LEAST_VALUES) return [];
  let grid = wholeGrid(values, Math.min(MOST_POINTS, SPARSE * values.times.length));
  const found: Surest[] = [];
  for (let rounds = 0; rounds < MOST_ROUNDS && found.length < MOST_PERIODS; rounds++) {
    const next = surest(grid, Math.log(falseAlarms));
    if (next === null || !(next.squares >= LEAST_PART * (found[0]?.squares ?? 0))) break;
    grid = next.rest;
    if (found.some((one) => isOfPeriod(next, one))) continue;
    // What has power between the multiples of one that was found is the longer period that both are of.
    const part = found.findIndex((one) => isMultipleOf(one.frequency, next.frequency));
    if (part === -1) found.push(next);
    else found[part] = together(found[part]!, next);
  }
  return found.map(({ periodicity }) => periodicity);
}

function together(part: Surest, whole: Surest): Surest {
  const amplitude = Math.max(part.periodicity.amplitude, whole.periodicity.amplitude);
  const confidence = Math.max(part.periodicity.confidence, whole.periodicity.confidence);
  return {
    ...whole,
    squares: part.squares + whole.squares,
    periodicity: { ...whole.periodicity, amplitude, confidence },
  };
}

interface Surest extends Found {
  readonly periodicity: Periodicity;
  /** The series without it, and how much less the sum of its squares is. */
  readonly rest: Grid;
  readonly squares: number;
}

function surest(grid: Grid, lnFalseAlarms: number): Surest | null {
  const even = bounded(grid);
  const spectrum = hasGaps(grid) ? cleanedSpectrumOf(even) : spectrumOf(even);
  const scores = scoresOf(spectrum);
  const found = strongest(spectrum, scores);
  if (found === null || !(found.lnP < lnFalseAlarms)) return null;
  const frequency = fundamentalOf(spectrum, scores, found);
  const period = grid.values.length / frequency;
  if (!repeats(grid, period)) return null;
  const stretches = stretchesOf(even, wantedOf(spectrum, scores, frequency, period));
  if (stretches.length === 0) return null;
  const amplitude = amplitudeOf(grid, period, stretches);
  const periodicity = { period: period * grid.step, amplitude, confidence: -Math.expm1(found.lnP), stretches };
  const rest = withoutPeriod(grid, spectrum, frequency, stretches);
  const squares = squaresOf(grid) - squaresOf(rest);
  return {
    periodicity,
    frequency,
    lines: linesOf(spectrum, frequency),
    reach: reachOf(grid, stretches),
    rest,
    squares,
  };
}

function hasGaps({ mask }: Grid): boolean {
  return mean(mask) < 1 - FEW_MISSING;
}

function bounded(grid: Grid): Grid {
  const there = grid.values.filter((_, at) => grid.mask[at] === 1);
  const spread = standardized(there, Infinity);
  const most = Math.max(MOST_SPREADS, quantile(spread.map(Math.abs), RARE));
  let next = 0;
  return {
    ...grid,
    values: grid.mask.map((one) => (one === 1 ? Math.min(most, Math.max(-most, spread[next++]!)) : 0)),
  };
}

function wantedOf(spectrum: Spectrum, scores: Float64Array, frequency: number, period: number): Wanted {
  const count = Math.min(32, Math.floor(((scores.length - 1) * spectrum.cycles) / frequency));
  const all = Array.from({ length: count }, (_, at) => {
    const index = Math.min(scores.length - 1, Math.round((frequency * (at + 1)) / spectrum.cycles));
    const background = spectrum.background(index);
    return { number: at + 1, background, ratio: spectrum.power[index]! / background };
  });
  const harmonics = all.toSorted((left, right) => right.ratio - left.ratio).slice(0, 4);
  const shown = harmonics.filter(({ ratio }, at) => at === 0 || ratio > 5);
  return { period, harmonics: shown, excess: shown.reduce((sum, { ratio }) => sum + ratio, 0) };
}

/**
 * Whether values a period apart are more alike than those half a period more or less apart. Noise whose power has a bump has a
 * frequency, but does not repeat. Periods of a few points are not asked: half of one is not a whole number of points.
 */
function repeats(grid: Grid, period: number): boolean {
  if (period < 8) return true;
  const [before, at, after] = [0.5, 1, 1.5].map((cycles) => difference(grid, Math.round(cycles * period))) as Three;
  return at < (Number.isNaN(after) ? before : Math.max(before, after));
}

type Three = [number, number, number];

/** Mean of the squares of the differences of values so far apart. */
function difference({ values, mask }: Grid, lag: number): number {
  let sum = 0;
  let count = 0;
  for (let at = lag; at < values.length; at++) {
    const both = mask[at]! * mask[at - lag]!;
    sum += both * (values[at]! - values[at - lag]!) ** 2;
    count += both;
  }
  return sum / count;
}

/** From the mean cycle over where the period holds, less what each cycle as a whole is above or below the others. */
function amplitudeOf(grid: Grid, period: number, stretches: readonly Stretch[]): number {
  const phases = Math.max(2, Math.min(MOST_PHASES, Math.floor(period)));
  const sums = new Float64Array(phases);
  const counts = new Float64Array(phases);
  for (const { from, to } of stretches) {
    const start = Math.round((from - grid.from) / grid.step);
    const end = Math.round((to - grid.from) / grid.step);
    const levels = cycleLevels(grid, period, start, end);
    for (let at = start; at <= end; at++) {
      if (grid.mask[at] !== 1) continue;
      const phase = Math.floor(((at / period) % 1) * phases);
      sums[phase]! += grid.values[at]! - levels[Math.floor((at - start) / period)]!;
      counts[phase]!++;
    }
  }
  const means = sums.map((sum, phase) => sum / counts[phase]!).filter((one) => !Number.isNaN(one));
  if (means.length === 0) return 0;
  return (means.reduce((a, b) => Math.max(a, b)) - means.reduce((a, b) => Math.min(a, b))) / 2;
}

function cycleLevels({ values, mask }: Grid, period: number, start: number, end: number): Float64Array {
  const cycles = Math.floor((end - start) / period) + 1;
  const sums = new Float64Array(cycles);
  const counts = new Float64Array(cycles);
  for (let at = start; at <= end; at++) {
    const cycle = Math.floor((at - start) / period);
    sums[cycle]! += values[at]!;
    counts[cycle]! += mask[at]!;
  }
  return sums.map((sum, cycle) => (counts[cycle] === 0 ? 0 : sum / counts[cycle]!));
}
