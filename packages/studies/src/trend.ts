import { correlationTime } from './dependence.ts';
import { studentQuantile, studentTails } from './distributions.ts';
import { type Grid, wholeGrid } from './grid.ts';
import { kendall } from './kendall.ts';
import { median, quantileOfSorted } from './order.ts';
import { type Certainty, FALSE_ALARMS, present, type Series } from './series.ts';

/** A steady rise or fall. */
export interface Trend {
  /** In the unit of the values, for each second. */
  readonly slope: number;
  /** Sen's interval for 95 %; on series made for it nine in ten have their slope in it (docs/studies.md). */
  readonly slopeLow: number;
  readonly slopeHigh: number;
  /** What the line has at the last value. */
  readonly level: number;
  /** 1 less the probability of such a rise or fall in noise. */
  readonly confidence: number;
  /** Null where no limit was given, or where the line leads away from it. */
  readonly limit: TimeToLimit | null;
}

/** When a line reaches a limit: milliseconds from the last value on, 0 where it has. */
export interface TimeToLimit {
  readonly expected: number;
  /** With the steepest of the slopes that may be. */
  readonly earliest: number;
  /** With the flattest; Infinity where that leads nowhere. */
  readonly latest: number;
}

export interface TrendOptions extends Certainty {
  /** What the values may come to, in their unit: a container's limit of memory. */
  readonly limit?: number;
}

const LEAST_VALUES = 12;

/** Points that the slope is the median of all pairs of: 80,000 pairs. */
const MOST_POINTS = 400;

/** With fewer independent values noise cannot be told from a random walk, of which a rise must then be shown to be none. */
const FEW_INDEPENDENT = 60;

/** Stretches of the range, less one, that are looked at for that. */
const WAYS = 15;

/** Points by which it is told how long noise remembers. */
const MOST_REMEMBERED = 2000;

/**
 * Whether a series rises or falls, how fast, and when it is at a limit; null where it does not significantly.
 *
 * The significance is that of Mann and Kendall over all values, with as much fewer of them as their neighbours say the same: a random
 * walk goes somewhere but has no trend. The slope is the median of those of all pairs of 400 means of equal stretches (Theil and Sen).
 * One step up is a rise as well: ask `changePoints`.
 */
export function trend(series: Series, { falseAlarms = FALSE_ALARMS, limit }: TrendOptions = {}): Trend | null {
  const all = present(series);
  if (all.times.length < LEAST_VALUES) return null;
  const { score, variance } = kendall(all.values);
  const points = pointsOf(wholeGrid(all, MOST_POINTS));
  const slopes = slopesOf(points);
  const slope = quantileOfSorted(slopes, 0.5);
  // Where most pairs are the same but some values are higher at the end, there is an order but nothing that rises steadily.
  if (!(variance > 0) || slope === 0 || Math.sign(slope) !== Math.sign(score)) return null;
  const independent = independentOf(wholeGrid(all, MOST_REMEMBERED), slope);
  const inflation = all.times.length / independent;
  const ordered = studentTails((Math.abs(score) - 1) / Math.sqrt(variance * inflation), independent - 2);
  const p = independent < FEW_INDEPENDENT ? Math.max(ordered, chanceOfWalk(points)) : ordered;
  if (!(p < falseAlarms)) return null;
  const [slopeLow, slopeHigh] = interval(slopes, points.length, independent);
  const level = levelOf(points, slope);
  return {
    slope,
    slopeLow,
    slopeHigh,
    level,
    confidence: 1 - p,
    limit: timeTo(limit, level, [slopeLow, slope, slopeHigh]),
  };
}

/**
 * How probable it is that a random walk goes so far: whether the way from each stretch of the range to the next is the same, against how
 * much it differs. Neighbouring ways share a stretch, which in a random walk makes their mean half as uncertain again.
 */
function chanceOfWalk(points: readonly Point[]): number {
  const size = points.length / Math.min(WAYS + 1, Math.floor(points.length / 2));
  const levels: number[] = [];
  for (let from = 0; Math.round(from + size) <= points.length; from += size) {
    const stretch = points.slice(Math.round(from), Math.round(from + size));
    levels.push(stretch.reduce((sum, [, value]) => sum + value, 0) / stretch.length);
  }
  const ways = levels.slice(1).map((level, at) => level - levels[at]!);
  const usual = ways.reduce((sum, way) => sum + way, 0) / ways.length;
  const variance = ways.reduce((sum, way) => sum + (way - usual) ** 2, 0) / (ways.length - 1);
  return studentTails(usual / Math.sqrt((1.5 * variance) / ways.length), ways.length - 1);
}

/** Seconds since the first value, and a value. */
type Point = readonly [seconds: number, value: number];

function pointsOf({ step, values, mask }: Grid): Point[] {
  return Array.from(values, (value, at): Point => [(at * step) / 1000, value]).filter((_, at) => mask[at] === 1);
}

/** Of all pairs, ascending. */
function slopesOf(points: readonly Point[]): Float64Array {
  const slopes = new Float64Array((points.length * (points.length - 1)) / 2);
  let next = 0;
  for (const [right, [time, value]] of points.entries()) {
    for (let left = 0; left < right; left++) slopes[next++] = (value - points[left]![1]) / (time - points[left]![0]);
  }
  return slopes.sort();
}

/** How many independent values there are: as many as points, by how long what is left without the slope remembers. */
function independentOf(grid: Grid, slope: number): number {
  const perStep = (slope * grid.step) / 1000;
  const rest = grid.values.map((value, at) => value - perStep * at);
  const there = rest.filter((_, at) => grid.mask[at] === 1);
  const middle = median(there);
  return there.length / correlationTime(rest.map((value, at) => grid.mask[at]! * (value - middle)));
}

/** The slopes between which the median lies, by how many pairs may be in the wrong order (Sen). */
function interval(slopes: Float64Array, points: number, independent: number): [number, number] {
  const inflation = Math.max(1, points / independent);
  const variance = ((points * (points - 1) * (2 * points + 5)) / 18) * inflation;
  const away = (studentQuantile(0.05, Math.max(1, independent - 2)) * Math.sqrt(variance)) / 2 / slopes.length;
  return [quantileOfSorted(slopes, Math.max(0, 0.5 - away)), quantileOfSorted(slopes, Math.min(1, 0.5 + away))];
}

/** The median of what is left without the slope, at the end. */
function levelOf(points: readonly Point[], slope: number): number {
  const end = points.at(-1)![0];
  return median(Float64Array.from(points, ([seconds, value]) => value + slope * (end - seconds)));
}

function timeTo(
  limit: number | undefined,
  level: number,
  [low, slope, high]: [number, number, number],
): TimeToLimit | null {
  if (limit === undefined || !Number.isFinite(limit)) return null;
  const distance = limit - level;
  // A rise leads to what is above; a limit below has been passed.
  if (slope < 0) return null;
  const after = (by: number): number => (distance <= 0 ? 0 : by > 0 ? (distance / by) * 1000 : Infinity);
  return { expected: after(slope), earliest: after(high), latest: after(low) };
}
