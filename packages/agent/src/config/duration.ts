/** Microseconds in one of each unit, largest first. */
const UNITS = [
  ['d', 86_400_000_000],
  ['h', 3_600_000_000],
  ['m', 60_000_000],
  ['s', 1_000_000],
  ['ms', 1_000],
  ['us', 1],
] as const;

const FACTOR: ReadonlyMap<string, number> = new Map(UNITS);
const PART = /(\d+(?:\.\d+)?)(d|h|ms|m|s|us)/y;

/**
 * Microseconds of a duration such as `50ms`, `1.5s`, `1m30s` or `7d`. A number needs a unit: `1` could be a second or a
 * millisecond, and a recorder that guesses records at the wrong rate.
 *
 * @returns undefined when the text is not a duration, or is finer than a microsecond
 */
export function parseDuration(text: string): number | undefined {
  let total = 0;
  let last = Infinity;
  PART.lastIndex = 0;
  for (let at = 0; at < text.length; at = PART.lastIndex) {
    const match = PART.exec(text);
    const factor = match && FACTOR.get(match[2]!);
    // Units must fall: `30s1m` is more likely a slip than a wish.
    if (!factor || factor >= last) return undefined;
    last = factor;
    total += Number(match[1]) * factor;
  }
  const rounded = Math.round(total);
  const whole = Math.abs(rounded - total) < 1e-6 && Number.isSafeInteger(rounded);
  return text !== '' && whole ? rounded : undefined;
}

/** The shortest way to write `usec` microseconds that parseDuration() reads back: `1m30s`, `50ms`. */
export function formatDuration(usec: number): string {
  let rest = usec;
  let text = '';
  for (const [unit, factor] of UNITS) {
    const count = Math.floor(rest / factor);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * factor;
  }
  return text === '' ? '0s' : text;
}
