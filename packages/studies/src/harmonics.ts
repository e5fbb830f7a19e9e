import { lnGammaTail } from './distributions.ts';
import type { Spectrum } from './spectrum.ts';

/** A frequency with its multiples. */
export interface Harmonics {
  /** Cycles over the whole range, of the fundamental. */
  readonly frequency: number;
  /** How many multiples were added up, the fundamental included. */
  readonly count: number;
  /** Logarithm of the probability of so much power in noise, corrected for the number of frequencies. */
  readonly lnP: number;
}

/** Multiples of a frequency that are looked at. */
export const MOST_HARMONICS = 32;

/** Numbers of multiples that are tried: 1 finds sines, 32 finds spikes. */
const COUNTS = [1, 2, 4, 8, 16, MOST_HARMONICS] as const;

/** Cycles over the range that a period needs: two, less what the grid's last point takes. */
const LEAST_CYCLES = 1.9;

/** As many are needed to add harmonics up: with fewer, neighbours are parts of the same peak. */
const LEAST_CYCLES_OF_MANY = 3;

/** By what a fundamental may have been taken for another. */
const FACTORS = [2, 3, 5, 7, 11, 13] as const;

/** Harmonics nearer than this are not told apart: the width of the window's peak, in cycles over the range. */
export const RESOLUTION = 2.2;

/** A power that has one so many times as high beside it is the flank of that. */
const FLANK = 4;

/** Part of the power that harmonics need to be those of a longer period, and the logarithm of the chance they may have. */
const LEAST_SHARE = 0.05;
const LN_CHANCE = Math.log(1e-4);

/** One harmonic of its own may as well be the sine of another period: it takes two whose score is so high. */
const LEAST_CLEAR = 2;
const CLEAR = 5;

/**
 * How little noise explains each power, as a value of the exponential distribution of mean 1: the ratio to the background, less
 * of it where the background is known from few powers (the F distribution instead of the exponential one). The flanks of peaks
 * have none: what is strong at one frequency must not count again as a harmonic of another.
 */
export function scoresOf(spectrum: Spectrum): Float64Array {
  const { power, cycles } = spectrum;
  const width = Math.floor(1.9 / cycles);
  return power.map((one, index) => {
    const top = FLANK * one;
    for (let at = Math.max(0, index - width); at <= index + width; at++) if (power[at]! > top) return 0;
    const freedom = spectrum.freedom(index);
    return freedom * Math.log1p(one / spectrum.background(index) / freedom);
  });
}

/** The least probable frequency, by the sums of the scores of its multiples. Null where the range is too short for any. */
export function strongest(spectrum: Spectrum, scores: Float64Array): Harmonics | null {
  const last = scores.length - 1;
  const chances = Math.log(Math.max(1, last * spectrum.cycles * COUNTS.length));
  let found: Harmonics | null = null;
  for (const count of COUNTS) {
    // The highest harmonic goes from index to index; the fundamental in such parts of one.
    const least = count === 1 ? LEAST_CYCLES : LEAST_CYCLES_OF_MANY;
    for (let top = Math.ceil((least * count) / spectrum.cycles); top <= last; top++) {
      let sum = 0;
      for (let harmonic = 1; harmonic <= count; harmonic++) sum += scores[Math.round((top * harmonic) / count)]!;
      const lnP = lnGammaTail(count, sum) + chances;
      if (found === null || lnP < found.lnP) found = { frequency: (top / count) * spectrum.cycles, count, lnP };
    }
  }
  return found;
}

/**
 * The fundamental of what was found: the strongest of its multiples, or a longer period if multiples of its frequency stand out between
 * those of that one. One line between them may as well be the sine of another period, so it takes two.
 */
export function fundamentalOf(spectrum: Spectrum, scores: Float64Array, found: Harmonics): number {
  let frequency = sharpened(spectrum, scores, strongestLine(spectrum, scores, found));
  for (let rounds = 0; rounds < 8; rounds++) {
    const factor = FACTORS.find((one) => hasOwn(spectrum, scores, frequency / one, one));
    if (factor === undefined) break;
    frequency = sharpened(spectrum, scores, frequency / factor);
  }
  return frequency;
}

function strongestLine(spectrum: Spectrum, scores: Float64Array, { frequency, count }: Harmonics): number {
  let best = 0;
  for (let harmonic = 1; harmonic <= count; harmonic++) {
    const index = peakNear(scores, (frequency * harmonic) / spectrum.cycles);
    if (best === 0 || (scores[index]! > 0 && spectrum.power[index]! > spectrum.power[best]!)) best = index;
  }
  const { power } = spectrum;
  for (let step = 0; step < MOST_CLIMB; step++) {
    if ((power[best + 1] ?? 0) > power[best]!) best++;
    else if (best > 1 && power[best - 1]! > power[best]!) best--;
  }
  return best * spectrum.cycles;
}

/** How far, in indices, the top of a peak may be from the multiple that it was found by. */
const MOST_CLIMB = 3;

/** Whether a frequency has power at multiples that are not also those of `factor` times it. */
function hasOwn(spectrum: Spectrum, scores: Float64Array, frequency: number, factor: number): boolean {
  if (frequency < LEAST_CYCLES) return false;
  const { share, lnP, clear } = ownOf(spectrum, scores, frequency, factor);
  return share > LEAST_SHARE && lnP < LN_CHANCE && clear >= LEAST_CLEAR;
}

/** What stands at the multiples of a frequency that are not also those of `factor` times it. */
interface Own {
  /** Part of the power of all multiples. */
  readonly share: number;
  /** Logarithm of the chance that noise has so much. */
  readonly lnP: number;
  /** How many stand out, each for itself. */
  readonly clear: number;
}

function ownOf(spectrum: Spectrum, scores: Float64Array, frequency: number, factor: number): Own {
  const highest = (scores.length - 1) * spectrum.cycles;
  const count = Math.min(MOST_HARMONICS, Math.floor(highest / frequency));
  const aliases = aliasesOf(frequency * factor, highest).map((one) => one / spectrum.cycles);
  // An alias is weaker than what it is one of.
  const first = spectrum.power[peakNear(scores, (frequency * factor) / spectrum.cycles)]!;
  let own = 0;
  let all = 0;
  let lnP = 1;
  let sum = 0;
  let members = 0;
  let clear = 0;
  for (let harmonic = 1; harmonic <= count; harmonic++) {
    const place = (frequency * harmonic) / spectrum.cycles;
    const index = peakNear(scores, place);
    const excess = Math.max(0, spectrum.power[index]! - spectrum.background(index));
    all += excess;
    const isAlias = spectrum.power[index]! < first && aliases.some((one) => Math.abs(one - index) <= 2);
    if (harmonic % factor === 0 || isAlias || isBeside(scores, index, frequency, spectrum.cycles)) continue;
    // What stands out, but beside where a multiple would, is something else.
    const isClear = scores[index]! > CLEAR;
    if (isClear && !(Math.abs(topOf(spectrum, index) - place) * spectrum.cycles < ALIGNED)) continue;
    own += excess;
    sum += scores[index]!;
    members++;
    if (isClear) clear++;
    lnP = Math.min(lnP, lnGammaTail(members, sum));
  }
  return { share: own / all, lnP, clear };
}

/** How far a multiple may be from what was found, in cycles over the range. */
export const ALIGNED = 0.35;

/** Where harmonics stand that are too fast for the interval: at frequencies that are not multiples. */
export function aliasesOf(frequency: number, highest: number): number[] {
  const harmonics = Array.from({ length: MOST_HARMONICS }, (_, at) => (at + 1) * frequency).filter(
    (one) => one > highest,
  );
  return harmonics.map((one) => Math.abs(one - 2 * highest * Math.round(one / (2 * highest))));
}

/** Whether a harmonic is the flank of a stronger neighbour, which happens where there are few cycles. */
function isBeside(scores: Float64Array, index: number, frequency: number, cycles: number): boolean {
  if (frequency > RESOLUTION) return false;
  const away = Math.round(frequency / cycles);
  return (scores[index - away] ?? 0) > scores[index]! || (scores[index + away] ?? 0) > scores[index]!;
}

function peakNear(scores: Float64Array, place: number): number {
  const middle = Math.min(scores.length - 1, Math.round(place));
  let best = middle;
  for (const one of [middle - 1, middle + 1]) if ((scores[one] ?? 0) > scores[best]!) best = one;
  return best;
}

/** A frequency between indices, from the harmonic that tells it best: the highest of those that stand out clearly. */
function sharpened(spectrum: Spectrum, scores: Float64Array, frequency: number): number {
  const highest = scores.length - 1;
  let result = frequency;
  for (let harmonic = 1; harmonic <= MOST_HARMONICS; harmonic++) {
    const place = (result * harmonic) / spectrum.cycles;
    if (place > highest) break;
    const index = peakNear(scores, place);
    if (scores[index]! < 8) continue;
    const top = topOf(spectrum, index);
    // What is further away is the line of another period.
    const isOwn = Math.abs(top - place) * spectrum.cycles < (harmonic === 1 ? 1 : ALIGNED);
    if (isOwn) result = (top * spectrum.cycles) / harmonic;
  }
  return result;
}

/** The place of a peak, between indices; NaN where there is none. */
function topOf({ power }: Spectrum, index: number): number {
  if (index < 1 || index >= power.length - 1) return NaN;
  const [below, at, above] = [-1, 0, 1].map((by) => Math.log(Math.max(power[index + by]!, 1e-300))) as Three;
  const bend = below - 2 * at + above;
  return bend < 0 && below <= at && above <= at ? index + (0.5 * (below - above)) / bend : NaN;
}

type Three = [number, number, number];
