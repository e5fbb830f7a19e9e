import { anomalies, changePoints, periodicity, type Series, trend } from '@fgm/studies';

/** What can be asked of a line of a chart. */
export const STUDIES = {
  periodicity: 'Whether it comes back, and how often.',
  'change-points': 'Where its level changes.',
  trend: 'Whether it rises or falls, and when it is at its limit.',
  anomalies: 'What is unlike its own past.',
} as const;
export type StudyName = keyof typeof STUDIES;
export const STUDY_NAMES = Object.keys(STUDIES) as readonly StudyName[];

/** Something that was found, as it is drawn: at an instant, over a stretch, or along a line. Times in milliseconds since the Unix epoch. */
export interface Finding {
  readonly text: string;
  /** How sure it is, 0 to 1. */
  readonly confidence: number;
  readonly from: number;
  readonly to: number;
  /** Values at both ends, where it is a line. */
  readonly line: readonly [number, number] | null;
  /** Numbers behind the text, in the unit of the values and in milliseconds. */
  readonly facts: Readonly<Record<string, number | null>>;
}

const METHODS: Readonly<Record<StudyName, (series: Series, limit: number | null) => Finding[]>> = {
  periodicity: periods,
  'change-points': changes,
  trend: trends,
  anomalies: strange,
};

/** @param limit what the values may come to; null where there is none. @returns nothing where nothing is significant */
export function study(name: StudyName, series: Series, limit: number | null): Finding[] {
  return METHODS[name](series, limit);
}

function changes(series: Series): Finding[] {
  return changePoints(series).map(({ time, before, after, confidence }) => ({
    text: after > before ? 'rises' : 'falls',
    confidence,
    from: time,
    to: time,
    line: null,
    facts: { before, after },
  }));
}

function strange(series: Series): Finding[] {
  return anomalies(series).map(({ from, to, peak, value, usual, score, confidence }) => ({
    text: score > 0 ? 'unusually high' : 'unusually low',
    confidence,
    from,
    to,
    line: null,
    facts: { value, usual, score, peak },
  }));
}

function periods(series: Series): Finding[] {
  return periodicity(series).flatMap(({ period, amplitude, confidence, stretches }) =>
    stretches.map(({ from, to }) => ({
      text: 'comes back',
      confidence,
      from,
      to,
      line: null,
      facts: { period_ms: period, amplitude },
    })),
  );
}

function trends(series: Series, limit: number | null): Finding[] {
  const found = trend(series, limit === null ? {} : { limit });
  if (found === null) return [];
  const { slope, slopeLow, slopeHigh, level, confidence, limit: reached } = found;
  const values = series.values;
  const first = series.times[values.findIndex((value) => !Number.isNaN(value))]!;
  const last = series.times[values.findLastIndex((value) => !Number.isNaN(value))]!;
  const finite = (ms: number | undefined): number | null => (ms === undefined || !Number.isFinite(ms) ? null : ms);
  return [
    {
      text: slope > 0 ? 'rises' : 'falls',
      confidence,
      from: first,
      to: last,
      line: [level - (slope * (last - first)) / 1000, level],
      facts: {
        per_second: slope,
        per_second_low: slopeLow,
        per_second_high: slopeHigh,
        limit_in_ms: finite(reached?.expected),
        limit_earliest_in_ms: finite(reached?.earliest),
        limit_latest_in_ms: finite(reached?.latest),
      },
    },
  ];
}
