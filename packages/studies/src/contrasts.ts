import { quantile } from './order.ts';

/** At every place the mean of the next `width` values less that of the `width` before, by sums from the start. */
export class Contrasts {
  readonly #sums: Float64Array;

  /** @param values around their median, so that sums keep their digits */
  constructor(values: Float64Array) {
    this.#sums = new Float64Array(values.length + 1);
    for (let at = 0; at < values.length; at++) this.#sums[at + 1] = this.#sums[at]! + values[at]!;
  }

  get length(): number {
    return this.#sums.length - 1;
  }

  mean(from: number, to: number): number {
    return (this.#sums[to]! - this.#sums[from]!) / (to - from);
  }

  at(place: number, width: number): number {
    return this.mean(place, place + width) - this.mean(place - width, place);
  }

  /** Of the places that have so many values on both sides: every `strideOf(width)`-th of them. */
  all(width: number): Float64Array {
    const stride = strideOf(width);
    const count = Math.max(0, Math.floor((this.length - 2 * width) / stride) + 1);
    return new Float64Array(count).map((_, at) => this.at(at * stride + width, width));
  }
}

/** How far apart contrasts are taken: a sixteenth of their width, over which they hardly change. */
export function strideOf(width: number): number {
  return Math.max(1, Math.floor(width / 16));
}

/** The share of contrasts that tells their usual size, and where that is in a normal distribution: a third of all may be changes. */
const SHARE = 0.35;
const NORMAL = 0.4538;
const WIDER_SHARE = 0.6;
const WIDER_NORMAL = 0.8416;

/** Contrasts of one width, with what is usual for them. */
export interface Scale {
  readonly width: number;
  /** What a steady rise makes of every contrast. */
  readonly drift: number;
  /** Standard deviation of contrasts where nothing changes. */
  readonly sigma: number;
  /** How many independent contrasts that is known from. */
  readonly freedom: number;
  readonly isMeasured: boolean;
}

/** Places for each width are needed to know how large its contrasts usually are. */
const LEAST_PLACES = 16;

/**
 * The usual size of contrasts for each width. Where the range is too short to see that, it is what the smaller widths come to:
 * in noise without memory contrasts shrink with the root of the width, in a random walk they grow with it.
 * @param widths ascending
 */
export function scalesOf(contrasts: Contrasts, widths: readonly number[]): Scale[] {
  const scales: Scale[] = [];
  for (const width of widths) {
    const places = contrasts.length / width;
    const scale = places >= LEAST_PLACES || scales.length < 2 ? measured(contrasts, width) : extended(scales, width);
    scales.push(scale);
  }
  return scales;
}

function measured(contrasts: Contrasts, width: number): Scale {
  const all = contrasts.all(width);
  const drift = quantile(all, 0.5);
  const away = all.map((one) => Math.abs(one - drift));
  // Of values with few steps many contrasts are the same: the wider share then tells more.
  const usual = Math.max(quantile(away, SHARE) / NORMAL, quantile(away, WIDER_SHARE) / WIDER_NORMAL);
  const sigma = usual || quantile(away, 0.9) || quantile(away, 0.97);
  return { width, drift, sigma, freedom: Math.max(4, (0.6 * contrasts.length) / width), isMeasured: true };
}

function extended(scales: readonly Scale[], width: number): Scale {
  const known = scales.filter(({ isMeasured }) => isMeasured);
  const last = known.at(-1)!;
  const first = known.findLast((one) => one.width * 4 <= last.width) ?? known[0]!;
  const grown = Math.log(last.sigma / first.sigma) / Math.log(last.width / first.width);
  const power = Number.isFinite(grown) ? Math.min(1, Math.max(-0.5, grown)) : -0.5;
  return {
    width,
    drift: (last.drift * width) / last.width,
    sigma: last.sigma * (width / last.width) ** power,
    freedom: Math.max(4, last.freedom * Math.sqrt(last.width / width)),
    isMeasured: false,
  };
}
