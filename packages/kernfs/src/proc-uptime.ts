import { ABSENT, MALFORMED, mustIndexOf, OK, OVERFLOW, type Columns, type Layout, type Status } from '@fgm/catalog';
import { LARGEST } from './fields.ts';
import type { Parser } from './parser.ts';
import { accept, Cursor, DOT, LF, NO_NUMBER, NUMBER, scanUnsigned, SPACE, TOO_BIG } from './scan.ts';

const USEC = 1_000_000;
const USEC_PER_HUNDREDTH = 10_000;

/*
 * /proc/uptime: seconds since the start, and idle seconds of all CPUs together.
 *
 *     982.97 1743.98
 *
 * https://docs.kernel.org/filesystems/proc.html#uptime
 *
 * The kernel always prints two digits behind the point.
 */
export function procUptimeParser(layout: Layout): Parser {
  const uptime = mustIndexOf(layout, 'uptime_usec');
  const idle = mustIndexOf(layout, 'uptime_idle_usec');
  const cursor = new Cursor();
  return (bytes, length, columns, row) => {
    columns.setNull(uptime, row);
    columns.setNull(idle, row);
    if (length === 0) return ABSENT;
    if (!cursor.start(bytes, length)) return MALFORMED + length;
    const first = takeSeconds(cursor, SPACE, columns, uptime, row);
    const second = first >= MALFORMED ? first : takeSeconds(cursor, LF, columns, idle, row);
    if (second < MALFORMED && cursor.at === cursor.end) return first === OVERFLOW ? first : second;
    columns.setNull(uptime, row);
    columns.setNull(idle, row);
    return second >= MALFORMED ? second : MALFORMED + cursor.at;
  };
}

/** Reads `123.45` and the byte behind it. */
function takeSeconds(cursor: Cursor, end: number, columns: Columns, column: number, row: number): Status {
  const whole = scanUnsigned(cursor, 0);
  const seconds = cursor.number[0]!;
  if (whole === NO_NUMBER || !accept(cursor, DOT)) return MALFORMED + cursor.at;
  const point = cursor.at;
  if (scanUnsigned(cursor, 0) !== NUMBER || cursor.at - point !== 2) return MALFORMED + cursor.at;
  const hundredths = cursor.number[0]!;
  if (!accept(cursor, end)) return MALFORMED + cursor.at;
  // Compared before the fraction is added: a sum above 2^53 may round down to it.
  if (whole === TOO_BIG || seconds * USEC > LARGEST - hundredths * USEC_PER_HUNDREDTH) return OVERFLOW;
  columns.setInt(column, row, seconds * USEC + hundredths * USEC_PER_HUNDREDTH);
  return OK;
}
