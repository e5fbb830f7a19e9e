import { amongMany, studentTails } from './distributions.ts';
import { intervalOf } from './grid.ts';
import { PastScores } from './past-scores.ts';
import { type Certainty, FALSE_ALARMS, present, type Series } from './series.ts';
import { Trailing } from './trailing.ts';

/** A stretch of values that are unlike those before it. */
export interface Anomaly {
  /** Times of its first and last value, in milliseconds since the Unix epoch. */
  readonly from: number;
  readonly to: number;
  /** Time and value of what is furthest out. */
  readonly peak: number;
  readonly value: number;
  /** What was usual at the peak, in the unit of the values. */
  readonly usual: number;
  /** How far from the usual, in spreads; negative below. At most a million, which is also said where there was no spread. */
  readonly score: number;
  /** 1 less the probability of such a value in all of the range, if it went on as before. */
  readonly confidence: number;
}

export interface AnomalyOptions extends Certainty {
  /** Milliseconds that make up the past of a value; 10 minutes unless told otherwise. */
  readonly window?: number;
  /** Values that a past must have; 60 unless told otherwise. */
  readonly history?: number;
}

const WINDOW_MS = 600_000;
const HISTORY = 60;

/** Values of a past that are kept: of more, each second, third … one. */
const MOST_KEPT = 512;

/** From the mean of absolute deviations to the standard deviation of a normal distribution. */
const MEAN_TO_SIGMA = Math.sqrt(Math.PI / 2);

const MOST_SCORE = 1e6;

/** Usual values between two anomalies that do not make them two. */
const JOINED = 3;

/** What the median of absolute deviations tells against the standard deviation, by how many values it takes for the same (0.37). */
const EFFICIENCY = 0.37;

/**
 * What is unlike the past, in order of time.
 *
 * A value is measured by the median and the spread of those in the window before it, without a model of days or weeks. How far out values
 * of this series go anyhow is learnt from the scores so far: spiky ones, and those that wander, need more to be unusual. What
 * lasts for more than half a window becomes the usual. Costs some microseconds for each value.
 */
export function anomalies(series: Series, options: AnomalyOptions = {}): Anomaly[] {
  const { falseAlarms = FALSE_ALARMS, window = WINDOW_MS, history = HISTORY } = options;
  const { times, values } = present(series);
  const least = Math.max(8, history);
  if (values.length <= least) return [];
  const wanted = Math.max(least, Math.round(window / intervalOf({ times, values })));
  const every = Math.ceil(wanted / Math.max(least, MOST_KEPT));
  const past = new Trailing(Math.ceil(wanted / every));
  const usualScores = new PastScores();
  const found = new Stretches(times, values);
  let deviations = 0;
  for (let at = 0; at < values.length; at++) {
    const value = values[at]!;
    if (past.size * every >= least) {
      const { median } = past;
      deviations += Math.abs(value - median);
      // Where half of the window is the same value, its spread says nothing: rare events are measured by how rare they ever were.
      const spread = past.spread || (deviations / (usualScores.size + 1)) * MEAN_TO_SIGMA;
      const score = scoreOf(value, median, spread);
      const size = Math.abs(score);
      const p = Math.max(studentTails(usualScores.normal(size), EFFICIENCY * past.size), usualScores.leastChance(size));
      const chance = amongMany(p, values.length - least);
      const isUnusual = chance < falseAlarms && usualScores.size >= least;
      // Of an anomaly only the beginning is learnt from: its other values would make each other usual.
      if (!isUnusual || !found.isBeside(at)) usualScores.add(size);
      if (isUnusual) found.add({ at, score, median, chance });
    }
    if (at % every === 0) past.add(value);
  }
  return found.all;
}

function scoreOf(value: number, median: number, spread: number): number {
  // A change in the last digits of a number that was always the same is rounding.
  if (Math.abs(value - median) <= 1e-9 * Math.abs(median)) return 0;
  return Math.min(MOST_SCORE, Math.max(-MOST_SCORE, (value - median) / spread));
}

interface Unusual {
  readonly at: number;
  readonly score: number;
  readonly median: number;
  readonly chance: number;
}

/** Unusual values that follow each other, as one. */
class Stretches {
  readonly #times: Float64Array;
  readonly #values: Float64Array;
  readonly all: Anomaly[] = [];
  #last = -Infinity;

  constructor(times: Float64Array, values: Float64Array) {
    this.#times = times;
    this.#values = values;
  }

  /** Whether the last one ends just before. */
  isBeside(at: number): boolean {
    return at - this.#last <= JOINED + 1;
  }

  add({ at, score, median, chance }: Unusual): void {
    const before = this.all.at(-1);
    const own = {
      from: this.#times[at]!,
      to: this.#times[at]!,
      peak: this.#times[at]!,
      value: this.#values[at]!,
      usual: median,
      score,
      confidence: 1 - chance,
    };
    const joins = before !== undefined && this.isBeside(at) && before.score > 0 === score > 0;
    this.#last = at;
    if (!joins) {
      this.all.push(own);
      return;
    }
    const peak = Math.abs(score) > Math.abs(before.score) ? own : before;
    this.all[this.all.length - 1] = { ...peak, from: before.from, to: own.to };
  }
}
