import { Contrasts, type Scale, scalesOf, strideOf } from './contrasts.ts';
import { amongMany, normalTails, studentTails } from './distributions.ts';
import { stepLikelihoods } from './noise-with-memory.ts';
import { MAD_TO_SIGMA, median } from './order.ts';
import { partition } from './partition.ts';
import { type Certainty, FALSE_ALARMS, present, type Series } from './series.ts';

/** A change of the level. */
export interface ChangePoint {
  /** Of the first value after it, in milliseconds since the Unix epoch. */
  readonly time: number;
  /** Means of the values since the change before, and up to the next. */
  readonly before: number;
  readonly after: number;
  /** 1 less the probability of so great a difference in noise, corrected for the number of places. */
  readonly confidence: number;
}

/** Values on each side that are the least to tell a level from a spike. */
const LEAST_WIDTH = 5;

/** With more values on each side, nothing more is seen. */
const MOST_WIDTH = 20_000;

const WIDTH_FACTOR = 1.5;

/** Values around one whose median it may not be further away from than so many spreads: so spikes of up to two are no levels. */
const SMOOTHED = 5;
const MOST_AWAY = 2.5;

/** Values of a level that partition looks for, and the part of the false alarms that those may be. */
const LEAST_LASTING = 20;
const LASTING_SHARE = 0.5;

/** Twice the logarithm of how much likelier than a straight line a step must be. */
const LEAST_OVER_LINE = 6;

interface Found {
  readonly place: number;
  readonly width: number;
  readonly p: number;
}

/**
 * Changes of the level, in order of time; none where there is only noise, a random walk or a steady rise.
 *
 * At each place the means of some values after and before it are compared, for widths from 5 to a third of all. What is usual for a
 * width is taken from the series itself, so units do not matter, and noise with memory has few changes. The narrowest width that is
 * significant tells the place, and the least sum of squares tells it to the value. Gaps do not count: values on both sides of one are
 * neighbours. All values are looked at: 100,000 take some tenths of a second.
 */
export function changePoints(series: Series, { falseAlarms = FALSE_ALARMS }: Certainty = {}): ChangePoint[] {
  const { times, values } = present(series);
  if (values.length < 4 * LEAST_WIDTH) return [];
  const middle = median(values);
  const centred = values.map((value) => value - middle);
  const smooth = withoutSpikes(centred);
  const contrasts = new Contrasts(smooth);
  const found = refined(contrasts, confirmed(smooth, select(contrasts, falseAlarms), falseAlarms));
  const plain = new Contrasts(centred);
  const places = [0, ...found.map(({ place }) => place), values.length];
  return found.map(({ place, p }, at) => ({
    time: times[place]!,
    before: middle + plain.mean(places[at]!, place),
    after: middle + plain.mean(place, places[at + 2]!),
    confidence: 1 - p,
  }));
}

/**
 * Of the places that contrasts tell, and of those of the best partition, those whose step noise that wanders would not have. Each is tested
 * between its neighbours; the least sure goes first, as long as there is one that is not sure. The partition is for small steps that last:
 * where there are many, they are what contrasts usually are.
 */
function confirmed(smooth: Float64Array, told: readonly Found[], falseAlarms: number): Found[] {
  const isNear = (place: number): boolean => told.some((one) => Math.abs(one.place - place) <= one.width);
  const lasting = partition(smooth, LEAST_LASTING).filter((place) => !isNear(place));
  const all: Tested[] = [
    ...told.map((one) => ({ ...one, known: one.p })),
    ...lasting.map((place) => ({ place, width: 0, p: 0, known: null })),
  ].sort((left, right) => left.place - right.place);
  const test = (at: number): void => {
    const one = all[at];
    if (one === undefined) return;
    const [from, to] = [all[at - 1]?.place ?? 0, all[at + 1]?.place ?? smooth.length];
    const { step, overLine, wanders } = stepLikelihoods(smooth.subarray(from, to), one.place - from);
    const chance = amongMany(normalTails(Math.sqrt(Math.max(0, step))), smooth.length);
    if (one.known !== null) all[at] = { ...one, p: Math.max(one.known, chance) };
    else {
      const isStep = overLine > LEAST_OVER_LINE && !wanders;
      const width = Math.floor(Math.min(one.place - from, to - one.place) / 4);
      all[at] = { ...one, width, p: isStep ? chance / LASTING_SHARE : 1 };
    }
  };
  for (let at = 0; at < all.length; at++) test(at);
  for (;;) {
    let worst = -1;
    for (let at = 0; at < all.length; at++) {
      if (all[at]!.p >= falseAlarms && (worst === -1 || all[at]!.p > all[worst]!.p)) worst = at;
    }
    if (worst === -1) return all;
    all.splice(worst, 1);
    for (const at of [worst - 1, worst]) test(at);
  }
}

interface Tested extends Found {
  /** What contrasts say of it; null of a place of the partition. */
  readonly known: number | null;
}

function withoutSpikes(values: Float64Array): Float64Array {
  const half = (SMOOTHED - 1) / 2;
  const last = values.length - SMOOTHED;
  const smooth = values.map((_, at) => {
    const from = Math.min(last, Math.max(0, at - half));
    return median(values.subarray(from, from + SMOOTHED));
  });
  const away = values.map((value, at) => value - smooth[at]!);
  const most = MOST_AWAY * MAD_TO_SIGMA * median(away.map(Math.abs));
  return smooth.map((one, at) => one + Math.min(most, Math.max(-most, away[at]!)));
}

function select(contrasts: Contrasts, falseAlarms: number): Found[] {
  const widths: number[] = [];
  const most = Math.min(MOST_WIDTH, Math.floor(contrasts.length / 3));
  for (let width = LEAST_WIDTH; width <= most; width = Math.ceil(width * WIDTH_FACTOR)) widths.push(width);
  const scales = scalesOf(contrasts, widths);
  const found: Found[] = [];
  for (const scale of scales) {
    // Overlapping contrasts are alike: two for each width are as many as there are different ones.
    const chances = ((2 * contrasts.length) / scale.width) * scales.length;
    for (const one of peaksOf(contrasts, scale)) {
      const p = amongMany(one.p, chances);
      const apart = found.every(({ place, width }) => Math.abs(place - one.place) > Math.max(width, scale.width));
      if (p < falseAlarms && apart) found.push({ ...one, p });
    }
  }
  return refined(
    contrasts,
    found.toSorted((left, right) => left.place - right.place),
  );
}

/** Places whose contrast is the greatest within its width, the greatest first. */
function peaksOf(contrasts: Contrasts, { width, drift, sigma, freedom }: Scale): Found[] {
  const stride = strideOf(width);
  const reach = Math.ceil(width / stride);
  const all = contrasts.all(width).map((one) => Math.abs(one - drift));
  // What differs by rounding alone is the same, and a rise that is a little faster at an end is no step.
  const least = Math.max(2.5 * sigma, 0.25 * Math.abs(drift), Number.MIN_VALUE);
  const peaks: { readonly place: number; readonly size: number }[] = [];
  for (let at = 0; at < all.length; at++) {
    if (all[at]! >= least && isHighest(all, at, reach)) peaks.push({ place: at * stride + width, size: all[at]! });
  }
  const p = (size: number): number => studentTails(sigma === 0 ? 1e6 : size / sigma, freedom);
  return peaks
    .toSorted((left, right) => right.size - left.size)
    .map(({ place, size }) => ({ place, width, p: p(size) }));
}

function isHighest(all: Float64Array, at: number, reach: number): boolean {
  for (let other = Math.max(0, at - reach); other < at; other++) if (all[other]! >= all[at]!) return false;
  const end = Math.min(all.length, at + reach);
  for (let other = at + 1; other < end; other++) if (all[other]! > all[at]!) return false;
  return true;
}

/** Each place moved to where its two sides are most unlike, no further than its width and not past its neighbours. */
function refined(contrasts: Contrasts, found: readonly Found[]): Found[] {
  const ends = [0, ...found.map(({ place }) => place), contrasts.length];
  return found.map((one, at) => {
    const from = Math.max(ends[at]!, one.place - 2 * one.width);
    const to = Math.min(ends[at + 2]!, one.place + 2 * one.width);
    const reach = Math.min(one.width, Math.floor((one.place - from) / 2), Math.floor((to - one.place) / 2));
    let best = one.place;
    let most = -1;
    for (let place = one.place - reach; place <= one.place + reach; place++) {
      if (place <= from || place >= to) continue;
      const gain =
        ((place - from) * (to - place) * (contrasts.mean(from, place) - contrasts.mean(place, to)) ** 2) / (to - from);
      if (gain > most) [best, most] = [place, gain];
    }
    return { ...one, place: best };
  });
}
