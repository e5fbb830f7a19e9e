const AGO = /^-(\d+(?:\.\d+)?)(s|m|h|d)$/;
const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
/** ISO 8601. What else `Date.parse` makes something of is more often a mistake: it finds the year 2001 in `' OR '1'='1`. */
const ISO = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/;
/** Times outside of these years are mistakes. */
const FIRST = Date.UTC(2000, 0, 1);
const LAST = Date.UTC(2200, 0, 1);

/** What {@link parseTimeText} takes, for a complaint. */
export const TIME_TEXTS = 'milliseconds since 1970, a time such as 2026-11-21T05:00:00Z, or -15m';

/**
 * A time as people write it: milliseconds since the Unix epoch, ISO 8601 (UTC where it names no zone), or how long before the
 * newest data, such as `-15m`.
 *
 * @param newest what `-15m` counts from, in milliseconds since the Unix epoch
 * @returns milliseconds since the Unix epoch; undefined when it is none of these
 */
export function parseTimeText(text: string, newest: number): number | undefined {
  const ago = AGO.exec(text);
  if (ago !== null) {
    // Whatever the clock of who recorded said: the newest data may be of 1970.
    const length = Number(ago[1]) * UNIT_MS[ago[2] as keyof typeof UNIT_MS];
    return length < LAST - FIRST ? newest - length : undefined;
  }
  const time = /^\d+$/.test(text) ? Number(text) : isoTime(text);
  return time >= FIRST && time < LAST ? time : undefined;
}

/** A time of day without a zone is UTC here, a date alone is so for everybody. @returns NaN when it is not ISO 8601 */
function isoTime(text: string): number {
  const parts = ISO.exec(text);
  if (parts === null || !isDate(text.slice(0, 10))) return NaN;
  return Date.parse(text.includes(':') && parts[1] === undefined ? `${text}Z` : text);
}

/** `Date.parse` takes the 30th of February for the 2nd of March. */
function isDate(text: string): boolean {
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
