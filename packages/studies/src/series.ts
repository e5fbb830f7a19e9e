/** Values over time. Both arrays are of the same length. */
export interface Series {
  /** Milliseconds since the Unix epoch, ascending. */
  readonly times: Float64Array;
  /** NaN where there is none. */
  readonly values: Float64Array;
}

/** How wrong a study may be. */
export interface Certainty {
  /** Probability of finding something in a series that has only noise; 0.01 unless told otherwise. */
  readonly falseAlarms?: number;
}

export const FALSE_ALARMS = 0.01;

/** Beyond this a value is not a measurement but a way to say "no limit"; and squares of what is left do not overflow. */
const GREATEST = 1e150;

/** The last time that a Date can hold. */
const LAST_TIME = 8.64e15;

/**
 * The values there are, in ascending order of time. What is not a number, infinite or beyond 1e150 is left out, and so is what
 * stands at a time that is not later than the one before.
 */
export function present({ times, values }: Series): Series {
  const length = Math.min(times.length, values.length);
  const kept: Series = { times: new Float64Array(length), values: new Float64Array(length) };
  let size = 0;
  let last = -Infinity;
  for (let at = 0; at < length; at++) {
    const time = times[at]!;
    const value = values[at]!;
    if (!(time > last && Math.abs(time) <= LAST_TIME && Math.abs(value) <= GREATEST)) continue;
    last = time;
    kept.times[size] = time;
    kept.values[size++] = value;
  }
  return { times: kept.times.subarray(0, size), values: kept.values.subarray(0, size) };
}
