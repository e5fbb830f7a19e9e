import { ABSENT, MALFORMED, mustIndexOf, OK, OVERFLOW, type Columns, type Layout, type Status } from '@fgm/catalog';
import type { Parser } from './parser.ts';
import { accept, Cursor, LF, NO_NUMBER, NUMBER, scanUnsigned, TAB } from './scan.ts';

/*
 * /proc/sys/fs/file-nr: open files, 0 (once the free ones), and the limit.
 *
 *     884	0	2466170
 *
 * https://docs.kernel.org/admin-guide/sysctl/fs.html#file-max-file-nr
 *
 * systemd sets the limit to 2^63 - 1: that is none.
 */
export function procFileNrParser(layout: Layout): Parser {
  const allocated = mustIndexOf(layout, 'file_nr_allocated');
  const max = mustIndexOf(layout, 'file_nr_max');
  const cursor = new Cursor();
  return (bytes, length, columns, row) => {
    columns.setNull(allocated, row);
    columns.setNull(max, row);
    if (length === 0) return ABSENT;
    if (!cursor.start(bytes, length)) return MALFORMED + length;
    const status = parseLine(allocated, max, cursor, columns, row);
    if (status < MALFORMED) return status;
    columns.setNull(allocated, row);
    columns.setNull(max, row);
    return status;
  };
}

function parseLine(allocated: number, max: number, cursor: Cursor, columns: Columns, row: number): Status {
  const first = scanUnsigned(cursor, 0);
  if (first === NO_NUMBER || !accept(cursor, TAB)) return MALFORMED + cursor.at;
  if (first === NUMBER) columns.setInt(allocated, row, cursor.number[0]!);
  if (scanUnsigned(cursor, 0) === NO_NUMBER || !accept(cursor, TAB)) return MALFORMED + cursor.at;
  const limit = scanUnsigned(cursor, 0);
  if (limit === NO_NUMBER || !accept(cursor, LF) || cursor.at !== cursor.end) return MALFORMED + cursor.at;
  if (limit === NUMBER) columns.setInt(max, row, cursor.number[0]!);
  return first === NUMBER ? OK : OVERFLOW;
}
