import { ABSENT, MALFORMED, OK, OVERFLOW, type Columns, type Status } from '@fgm/catalog';
import { ExpectedLines } from './expected-lines.ts';
import { Fields } from './fields.ts';
import type { Field, Parser } from './parser.ts';
import { accept, acceptAll, COLON, Cursor, LF, NO_NUMBER, skipBlanks, skipLine, TOO_BIG } from './scan.ts';

const KILOBYTES = new TextEncoder().encode(' kB');

/**
 * Parser of files with lines `Key:  value` or `Key:  value kB`, as procfs prints them. A factor of 1024 in a field says that
 * its number must be followed by kB, and any other that it must not.
 * @param headings lines at the start to pass over
 */
export function colonKeyedParser(list: readonly Field[], headings = 0): Parser {
  const fields = new Fields(list);
  const expected = new ExpectedLines(list, COLON);
  const cursor = new Cursor();
  return (bytes, length, columns, row) => {
    fields.clear(columns, row);
    if (length === 0) return ABSENT;
    if (!cursor.start(bytes, length)) return MALFORMED + length;
    for (let line = 0; line < headings && cursor.at < cursor.end; line++) skipLine(cursor);
    const status = parseLines(fields, expected, cursor, columns, row);
    if (status >= MALFORMED) fields.clear(columns, row);
    return status;
  };
}

function parseLines(fields: Fields, expected: ExpectedLines, cursor: Cursor, columns: Columns, row: number): Status {
  let result: Status = OK;
  for (;;) {
    expected.take(cursor, columns, row);
    if (cursor.at >= cursor.end) return result;
    const start = cursor.at;
    const field = fields.keys.scan(cursor, COLON);
    const end = cursor.at;
    if (end === start || !accept(cursor, COLON)) return MALFORMED + cursor.at;
    if (field < 0) skipLine(cursor);
    else {
      skipBlanks(cursor);
      const found = fields.take(field, cursor, columns, row);
      if (found === NO_NUMBER || !endOfValue(fields, field, cursor)) return MALFORMED + cursor.at;
      if (found === TOO_BIG) result = OVERFLOW;
    }
    expected.learn(field, start, end);
  }
}

function endOfValue(fields: Fields, field: number, cursor: Cursor): boolean {
  return (!fields.inKilobytes(field) || acceptAll(cursor, KILOBYTES)) && accept(cursor, LF);
}
