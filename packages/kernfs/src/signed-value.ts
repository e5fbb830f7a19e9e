import { ABSENT, MALFORMED, mustIndexOf, OK, OVERFLOW, type Layout } from '@fgm/catalog';
import { LARGEST } from './fields.ts';
import type { Parser } from './parser.ts';
import { accept, Cursor, LF, MINUS, NO_NUMBER, scanUnsigned, TOO_BIG } from './scan.ts';

/*
 * Files of one number that may be negative: /proc/PID/oom_score_adj.
 *
 *     -998
 *
 * https://docs.kernel.org/filesystems/proc.html, 3.1
 */

/** @throws RangeError when the layout lacks the column */
export function signedValueParser(layout: Layout, name: string): Parser {
  const column = mustIndexOf(layout, name);
  const cursor = new Cursor();
  return (bytes, length, columns, row) => {
    columns.setNull(column, row);
    if (length === 0) return ABSENT;
    if (!cursor.start(bytes, length)) return MALFORMED + length;
    const negative = accept(cursor, MINUS);
    const found = scanUnsigned(cursor, 0);
    if (found === NO_NUMBER || !accept(cursor, LF) || cursor.at !== cursor.end) return MALFORMED + cursor.at;
    if (found === TOO_BIG || cursor.number[0]! > LARGEST) return OVERFLOW;
    columns.setInt(column, row, negative ? -cursor.number[0]! : cursor.number[0]!);
    return OK;
  };
}
