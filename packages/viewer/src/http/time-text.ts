import { parseTimeText, TIME_TEXTS } from '@fgm/catalog';
import { Problem } from './problem.ts';

/**
 * A time as a request gives it (see parseTimeText).
 * @param newest what `-15m` counts from, in milliseconds
 * @throws Problem naming the parameter
 */
export function parseTime(parameter: string, text: string, newest: number): number {
  const time = parseTimeText(text, newest);
  if (time === undefined) {
    throw new Problem('bad_request', `${parameter}: wanted ${TIME_TEXTS}, found ${text.slice(0, 40)}`);
  }
  return time;
}
