import { ABSENT, MALFORMED, mustIndexOf, OK, OVERFLOW, type Columns, type Layout, type Status } from '@fgm/catalog';
import { Fields } from './fields.ts';
import type { Field, Parser } from './parser.ts';
import { accept, acceptAll, Cursor, LF, NO_NUMBER, NUMBER, TOO_BIG } from './scan.ts';

const MAX = new TextEncoder().encode('max');

/*
 * Files of one number, in v2 and v1: memory.current, memory.max, pids.peak, cpu.weight, cgroup.freeze, memory.usage_in_bytes, …
 *
 *     4096            max
 *
 * https://docs.kernel.org/admin-guide/cgroup-v2.html#format
 *
 * `max` means that there is no limit: the column is null.
 */

/** @param scale how the file's unit becomes the column's, as in Field. @throws RangeError when the layout lacks the column. */
export function singleValueParser(layout: Layout, column: string, scale: Omit<Field, 'key' | 'column'> = {}): Parser {
  const fields = new Fields([{ key: column, column: mustIndexOf(layout, column), ...scale }]);
  const cursor = new Cursor();
  return (bytes, length, columns, row) => {
    fields.clear(columns, row);
    if (length === 0) return ABSENT;
    if (!cursor.start(bytes, length)) return MALFORMED + length;
    const status = parseValue(fields, cursor, columns, row);
    if (status >= MALFORMED) fields.clear(columns, row);
    return status;
  };
}

function parseValue(fields: Fields, cursor: Cursor, columns: Columns, row: number): Status {
  const found = acceptAll(cursor, MAX) ? NUMBER : fields.take(0, cursor, columns, row);
  if (found === NO_NUMBER || !accept(cursor, LF) || cursor.at !== cursor.end) return MALFORMED + cursor.at;
  return found === TOO_BIG ? OVERFLOW : OK;
}
