import { ABSENT, MALFORMED, mustIndexOf, OK, OVERFLOW, type Columns, type Layout, type Status } from '@fgm/catalog';
import { Fields } from './fields.ts';
import type { Parser } from './parser.ts';
import { accept, acceptAll, Cursor, isDigit, NO_NUMBER, NUMBER, skipBlanks, skipLine, SPACE, TOO_BIG } from './scan.ts';

const OPEN_FILES = new TextEncoder().encode('Max open files ');
const UNLIMITED = new TextEncoder().encode('unlimited');

/*
 * /proc/PID/limits: the soft limit of open files, the first number of its line. `unlimited` is null.
 *
 *     Limit                     Soft Limit           Hard Limit           Units
 *     Max cpu time              unlimited            unlimited            seconds
 *     …
 *     Max open files            1024                 524288               files
 *
 * https://docs.kernel.org/filesystems/proc.html, proc_pid_limits(5)
 */
export function procPidLimitsParser(layout: Layout): Parser {
  const fields = new Fields([{ key: 'Max open files', column: mustIndexOf(layout, 'fd_limit') }]);
  const cursor = new Cursor();
  return (bytes, length, columns, row) => {
    fields.clear(columns, row);
    if (length === 0) return ABSENT;
    if (!cursor.start(bytes, length)) return MALFORMED + length;
    while (cursor.at < cursor.end) {
      if (acceptAll(cursor, OPEN_FILES)) return parseLimit(fields, cursor, columns, row);
      skipLine(cursor);
    }
    return OK;
  };
}

/** The soft limit. The hard one must follow: with one of them only it could not be told which. */
function parseLimit(fields: Fields, cursor: Cursor, columns: Columns, row: number): Status {
  skipBlanks(cursor);
  const found = acceptAll(cursor, UNLIMITED) ? NUMBER : fields.take(0, cursor, columns, row);
  if (found !== NO_NUMBER && accept(cursor, SPACE)) {
    skipBlanks(cursor);
    if (acceptAll(cursor, UNLIMITED) || isDigit(cursor.bytes[cursor.at]!)) return found === TOO_BIG ? OVERFLOW : OK;
  }
  fields.clear(columns, row);
  return MALFORMED + cursor.at;
}
