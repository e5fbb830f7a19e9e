import { ABSENT, MALFORMED, OK, OVERFLOW, type Columns, type Status } from '@fgm/catalog';
import { ExpectedLines } from './expected-lines.ts';
import { Fields } from './fields.ts';
import type { Field, Parser } from './parser.ts';
import { accept, acceptAll, Cursor, LF, NO_NUMBER, NUMBER, skipLine, SPACE, TOO_BIG } from './scan.ts';

const MAX = new TextEncoder().encode('max');

/**
 * Parser of the kernel's "flat keyed" files: one `key value` a line.
 *
 * https://docs.kernel.org/admin-guide/cgroup-v2.html#format
 *
 * @param limits a value may be `max`, which is no limit: null
 */
export function flatKeyedParser(list: readonly Field[], limits = false): Parser {
  const fields = new Fields(list);
  const expected = new ExpectedLines(list, SPACE);
  const cursor = new Cursor();
  return (bytes, length, columns, row) => {
    fields.clear(columns, row);
    if (length === 0) return ABSENT;
    if (!cursor.start(bytes, length)) return MALFORMED + length;
    const status = parseLines(fields, expected, limits, cursor, columns, row);
    if (status >= MALFORMED) fields.clear(columns, row);
    return status;
  };
}

function parseLines(
  fields: Fields,
  expected: ExpectedLines,
  limits: boolean,
  cursor: Cursor,
  columns: Columns,
  row: number,
): Status {
  let result: Status = OK;
  for (;;) {
    expected.take(cursor, columns, row);
    if (cursor.at >= cursor.end) return result;
    const start = cursor.at;
    const field = fields.keys.scan(cursor, SPACE);
    const end = cursor.at;
    if (end === start || !accept(cursor, SPACE)) return MALFORMED + cursor.at;
    if (field < 0) skipLine(cursor);
    else {
      const found = limits && acceptAll(cursor, MAX) ? NUMBER : fields.take(field, cursor, columns, row);
      if (found === NO_NUMBER || !accept(cursor, LF)) return MALFORMED + cursor.at;
      if (found === TOO_BIG) result = OVERFLOW;
    }
    expected.learn(field, start, end);
  }
}
