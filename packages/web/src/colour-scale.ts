/**
 * Colours for amounts, from light to dark (YlGnBu of ColorBrewer by Cynthia Brewer, Apache-2.0): lightness goes one way all along, so that
 * more is seen as more by those who see few colours too, and in print.
 */
const COLOURS = [
  '#ffffd9',
  '#edf8b1',
  '#c7e9b4',
  '#7fcdbb',
  '#41b6c4',
  '#1d91c0',
  '#225ea8',
  '#253494',
  '#081d58',
] as const;
const SHADES = 256;
/** A logarithmic scale spans so much at most: what is less looks like nothing. */
const WIDEST = 10_000;

export const SCALES = ['linear', 'log'] as const;
export type ScaleKind = (typeof SCALES)[number];
export type Shade = readonly [red: number, green: number, blue: number];

/** Shades from the least to the most: what is most stands out most from the ground, and what is least can be told from it. */
export function shadesOf(dark: boolean): readonly Shade[] {
  const anchors = (dark ? COLOURS.slice(0, -1).toReversed() : COLOURS.slice(1)).map(parse);
  return Array.from({ length: SHADES }, (_, at) => {
    const place = (at / (SHADES - 1)) * (anchors.length - 1);
    const below = Math.min(anchors.length - 2, Math.floor(place));
    const [from, to] = [anchors[below]!, anchors[below + 1]!];
    const mixed = (channel: 0 | 1 | 2): number =>
      Math.round(from[channel] + (to[channel] - from[channel]) * (place - below));
    return [mixed(0), mixed(1), mixed(2)] as const;
  });
}

export function cssOf([red, green, blue]: Shade): string {
  return `rgb(${red} ${green} ${blue})`;
}

/** Which value has which shade. */
export interface ColourScale {
  readonly least: number;
  readonly most: number;
  /** Whether values below the least one have its colour. */
  readonly isCut: boolean;
  /** Where a value stands between the least and the most, 0 to 1. */
  readonly partOf: (value: number) => number;
  readonly valueAt: (part: number) => number;
}

/** From nothing to the most of the values; where some are below nothing, from the least. */
export function scaleOf(values: Iterable<number | null>, kind: ScaleKind): ColourScale {
  let [least, most, positive] = [0, 0, Infinity];
  for (const value of values) {
    if (value === null) continue;
    if (value < least) least = value;
    if (value > most) most = value;
    if (value > 0 && value < positive) positive = value;
  }
  if (kind === 'log' && most > 0) return logarithmic(Math.max(positive, most / WIDEST), most, least < positive);
  if (most === least) most = least + 1;
  return {
    least,
    most,
    isCut: false,
    partOf: (value) => (value - least) / (most - least),
    valueAt: (part) => least + part * (most - least),
  };
}

function logarithmic(positive: number, most: number, isCut: boolean): ColourScale {
  const least = positive < most ? positive : most / 10;
  const length = Math.log(most / least);
  return {
    least,
    most,
    isCut,
    partOf: (value) => (value <= least ? 0 : Math.min(1, Math.log(value / least) / length)),
    valueAt: (part) => least * Math.exp(part * length),
  };
}

/** The shade of a part of a scale. */
export function shadeAt<T>(shades: readonly T[], part: number): T {
  return shades[Math.round(Math.min(1, Math.max(0, part)) * (shades.length - 1))]!;
}

function parse(hex: string): Shade {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  return [red!, green!, blue!];
}
