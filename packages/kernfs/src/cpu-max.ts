import { ABSENT, MALFORMED, mustIndexOf, OK, OVERFLOW, type Columns, type Layout, type Status } from '@fgm/catalog';
import { Fields } from './fields.ts';
import type { Parser } from './parser.ts';
import { accept, acceptAll, Cursor, LF, NO_NUMBER, NUMBER, SPACE, TOO_BIG } from './scan.ts';

const MAX = new TextEncoder().encode('max');
const QUOTA = 0;
const PERIOD = 1;

/*
 * cpu.max of cgroup v2: quota and period in microseconds. A quota of `max` is null: no limit of its own.
 *
 *     50000 100000        max 100000
 *
 * https://docs.kernel.org/admin-guide/cgroup-v2.html#cpu-interface-files
 */
export function cpuMaxParser(layout: Layout): Parser {
  const fields = new Fields([
    { key: 'quota', column: mustIndexOf(layout, 'cpu_max_quota_usec') },
    { key: 'period', column: mustIndexOf(layout, 'cpu_max_period_usec') },
  ]);
  const cursor = new Cursor();
  return (bytes, length, columns, row) => {
    fields.clear(columns, row);
    if (length === 0) return ABSENT;
    if (!cursor.start(bytes, length)) return MALFORMED + length;
    const status = parseQuotaAndPeriod(fields, cursor, columns, row);
    if (status >= MALFORMED) fields.clear(columns, row);
    return status;
  };
}

function parseQuotaAndPeriod(fields: Fields, cursor: Cursor, columns: Columns, row: number): Status {
  const quota = acceptAll(cursor, MAX) ? NUMBER : fields.take(QUOTA, cursor, columns, row);
  if (quota === NO_NUMBER || !accept(cursor, SPACE)) return MALFORMED + cursor.at;
  const period = fields.take(PERIOD, cursor, columns, row);
  if (period === NO_NUMBER || !accept(cursor, LF) || cursor.at !== cursor.end) return MALFORMED + cursor.at;
  return quota === TOO_BIG || period === TOO_BIG ? OVERFLOW : OK;
}
