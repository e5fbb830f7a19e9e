import { Fourier, powerOfTwo } from './fourier.ts';
import type { Grid } from './grid.ts';
import { median } from './order.ts';
import { squaresOf, withoutLine, withoutSine } from './sines.ts';

/**
 * Power of a series by frequency, and what of it noise would have.
 *
 * Gaps are filled with zeros, which on a grid is the periodogram of Lomb and Scargle but for their correction of the phase. A
 * Hann window keeps what is strong at one frequency from others: without it a slow drift would stand everywhere.
 */
export interface Spectrum {
  /** By index; divided so that noise without memory has its variance at every frequency. */
  readonly power: Float64Array;
  /** Cycles over the whole range that an index stands for. */
  readonly cycles: number;
  /** Power that noise has around an index. */
  readonly background: (index: number) => number;
  /** How many independent powers that background is worth. */
  readonly freedom: (index: number) => number;
}

/** The first band of the background, in cycles over the range; the next are each wider by half. */
const FIRST_BAND = 8;

/** Power that is nothing but rounding, where values are in units of their spread. */
const ROUNDING = 1e-18;

/** ln of the median of the exponential distribution, which powers of noise have. */
const LN_MEDIAN = Math.log(Math.LN2);

export function spectrumOf(grid: Grid): Spectrum {
  const cycles = grid.values.length / powerOfTwo(2 * grid.values.length);
  const power = powersOf(grid);
  return { power, cycles, ...backgroundOf(power, cycles) };
}

function powersOf({ values, mask }: Grid): Float64Array {
  const bins = values.length;
  const size = powerOfTwo(2 * bins);
  const hann = mask.map((one, at) => one * Math.sin((Math.PI * (at + 0.5)) / bins) ** 2);
  const straight = withoutLine(values, hann);
  const real = new Float64Array(size);
  let squares = 0;
  for (let at = 0; at < bins; at++) {
    real[at] = straight[at]! * hann[at]!;
    squares += hann[at]! * hann[at]!;
  }
  const imaginary = new Float64Array(size);
  new Fourier(size).transform(real, imaginary);
  return new Float64Array(size / 2 + 1).map((_, at) => (real[at]! ** 2 + imaginary[at]! ** 2) / squares);
}

/** Sines that are taken out of a series with gaps at most, and the part of the power below which one is not worth it. */
const MOST_SINES = 4;
const LEAST_PART = 0.1;

/** How often noise may lose a sine. */
const CHANCE = 0.01;

/**
 * As `spectrumOf`, for series with gaps: they smear what is strong at one frequency over many. The strongest sines are taken out one
 * by one (the CLEAN of radio astronomers); the background is that of what is left, and each sine stands at its own frequency only.
 */
export function cleanedSpectrumOf(grid: Grid): Spectrum {
  const sines: [index: number, power: number][] = [];
  let rest = grid;
  let spectrum = spectrumOf(rest);
  const least = Math.max(LEAST_PART, partOfNoise(grid, spectrum));
  while (sines.length < MOST_SINES) {
    const index = highestRatio(spectrum);
    const next = withoutSine(rest, (index * spectrum.cycles) / grid.values.length);
    if (squaresOf(next) > (1 - least) * squaresOf(rest)) break;
    sines.push([index, spectrum.power[index]!]);
    rest = next;
    spectrum = spectrumOf(rest);
  }
  for (const [index, power] of sines) spectrum.power[index] = Math.max(power, spectrum.power[index]!);
  return spectrum;
}

/** The part of the squares that the best of all sines has in noise, but for one time in a hundred: of few values it is a great one. */
function partOfNoise({ mask }: Grid, { power, cycles }: Spectrum): number {
  const count = mask.reduce((sum, one) => sum + one, 0);
  return 1 - (CHANCE / (power.length * cycles)) ** (2 / Math.max(1, count - 3));
}

function highestRatio({ power, cycles, background }: Spectrum): number {
  let best = Math.ceil(1 / cycles);
  let highest = 0;
  for (let index = best; index < power.length; index++) {
    const ratio = power[index]! / background(index);
    if (ratio > highest) [best, highest] = [index, ratio];
  }
  return best;
}

/**
 * Noise with memory has more power at low frequencies, so every frequency is measured against its own neighbourhood: medians of bands,
 * which single peaks do not move, and straight lines between them in logarithms of both.
 */
function backgroundOf(power: Float64Array, cycles: number): Pick<Spectrum, 'background' | 'freedom'> {
  const centres: number[] = [];
  const levels: number[] = [];
  const counts: number[] = [];
  const last = (power.length - 1) * cycles;
  for (let from = 1, width = FIRST_BAND; from < last; from += width, width *= 1.5) {
    const rest = last - from - width;
    const to = rest < width ? last : from + width;
    const band = power.subarray(Math.ceil(from / cycles), Math.floor(to / cycles) + 1);
    centres.push(Math.log((from + to) / 2));
    levels.push(Math.log(Math.max(median(band), ROUNDING)) - LN_MEDIAN);
    counts.push(to - from);
    if (to === last) break;
  }
  const bandOf = (place: number): number => {
    let band = 0;
    while (band < centres.length - 2 && place > centres[band + 1]!) band++;
    return band;
  };
  return {
    background: (index) => {
      const place = Math.log(Math.max(1, index * cycles));
      const band = bandOf(place);
      if (centres.length < 2 || place > centres.at(-1)!) return Math.exp(levels.at(-1) ?? 0);
      const slope = (levels[band + 1]! - levels[band]!) / (centres[band + 1]! - centres[band]!);
      // Noise may grow towards low frequencies, but nothing is known of how it would fall.
      const bounded = place < centres[0]! ? Math.min(0, slope) : slope;
      return Math.exp(levels[band]! + bounded * (place - centres[band]!));
    },
    freedom: (index) => {
      const place = Math.log(Math.max(1, index * cycles));
      if (centres.length === 0) return 1;
      return place < centres[0]! ? 4 : counts[bandOf(place)]! * 0.7;
    },
  };
}
