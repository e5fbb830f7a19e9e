import { ABSENT, MALFORMED, OK, OVERFLOW, type Columns, type Status } from '@fgm/catalog';
import { Fields } from './fields.ts';
import type { Field, Parser } from './parser.ts';
import { accept, Cursor, LF, NO_NUMBER, skipLine, SPACE, TOO_BIG } from './scan.ts';

/**
 * Parser of the kernel's "flat keyed" files: one `key value` a line.
 *
 * https://docs.kernel.org/admin-guide/cgroup-v2.html#format
 */
export function flatKeyedParser(list: readonly Field[]): Parser {
  const fields = new Fields(list);
  const cursor = new Cursor();
  return (bytes, length, columns, row) => {
    fields.clear(columns, row);
    if (length === 0) return ABSENT;
    if (!cursor.start(bytes, length)) return MALFORMED + length;
    const status = parseLines(fields, cursor, columns, row);
    if (status >= MALFORMED) fields.clear(columns, row);
    return status;
  };
}

function parseLines(fields: Fields, cursor: Cursor, columns: Columns, row: number): Status {
  let result: Status = OK;
  while (cursor.at < cursor.end) {
    const start = cursor.at;
    const field = fields.keys.scan(cursor, SPACE);
    if (cursor.at === start || !accept(cursor, SPACE)) return MALFORMED + cursor.at;
    if (field < 0) {
      skipLine(cursor);
      continue;
    }
    const found = fields.take(field, cursor, columns, row);
    if (found === NO_NUMBER || !accept(cursor, LF)) return MALFORMED + cursor.at;
    if (found === TOO_BIG) result = OVERFLOW;
  }
  return result;
}
