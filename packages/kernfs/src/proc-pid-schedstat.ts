import { ABSENT, MALFORMED, mustIndexOf, OK, OVERFLOW, type Columns, type Layout, type Status } from '@fgm/catalog';
import { Fields } from './fields.ts';
import type { Parser } from './parser.ts';
import { accept, acceptAll, Cursor, LF, NO_NUMBER, SPACE, TOO_BIG } from './scan.ts';

const RUN = 0;
const RUN_DELAY = 1;
const TIMESLICES = 2;
const NOTHING = new TextEncoder().encode('0 0 0\n');

/*
 * /proc/PID/schedstat of the main thread: nanoseconds on a CPU, nanoseconds waiting for one, times it was put on one.
 *
 *     771669 47662 2
 *
 * https://docs.kernel.org/scheduler/sched-stats.html
 *
 * `0 0 0` where the kernel does not measure it (no CONFIG_SCHED_INFO): absent, not three zeroes.
 */
export function procPidSchedstatParser(layout: Layout): Parser {
  const fields = new Fields([
    { key: 'run', column: mustIndexOf(layout, 'schedstat_run_usec'), drop: 3 },
    { key: 'run_delay', column: mustIndexOf(layout, 'schedstat_run_delay_usec'), drop: 3 },
    { key: 'timeslices', column: mustIndexOf(layout, 'schedstat_timeslices') },
  ]);
  const cursor = new Cursor();
  return (bytes, length, columns, row) => {
    fields.clear(columns, row);
    if (length === 0) return ABSENT;
    if (!cursor.start(bytes, length)) return MALFORMED + length;
    // Also what a process shows that has never run yet: it is absent until it has.
    if (length === NOTHING.length && acceptAll(cursor, NOTHING)) return ABSENT;
    const status = parseLine(fields, cursor, columns, row);
    if (status >= MALFORMED) fields.clear(columns, row);
    return status;
  };
}

function parseLine(fields: Fields, cursor: Cursor, columns: Columns, row: number): Status {
  const run = fields.take(RUN, cursor, columns, row);
  if (run === NO_NUMBER || !accept(cursor, SPACE)) return MALFORMED + cursor.at;
  const delay = fields.take(RUN_DELAY, cursor, columns, row);
  if (delay === NO_NUMBER || !accept(cursor, SPACE)) return MALFORMED + cursor.at;
  const slices = fields.take(TIMESLICES, cursor, columns, row);
  if (slices === NO_NUMBER || !accept(cursor, LF) || cursor.at !== cursor.end) return MALFORMED + cursor.at;
  return run === TOO_BIG || delay === TOO_BIG || slices === TOO_BIG ? OVERFLOW : OK;
}
