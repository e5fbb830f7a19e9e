import { ABSENT, MALFORMED, mustIndexOf, OK, OVERFLOW, type Columns, type Layout, type Status } from '@fgm/catalog';
import { Fields } from './fields.ts';
import type { Parser } from './parser.ts';
import { accept, Cursor, LF, NO_NUMBER, scanUnsigned, SPACE, TOO_BIG } from './scan.ts';

/** In the order of the line; `lib` and `dt` have been 0 since 2.6. */
const ORDER = ['size', 'resident', 'shared', 'text', null, 'data'] as const;

/*
 * /proc/PID/statm: pages.
 *
 *     765 422 394 5 0 123 0
 *
 * https://docs.kernel.org/filesystems/proc.html, proc_pid_statm(5)
 *
 * All zeroes for a process without memory (kernel threads, zombies).
 */
export function procPidStatmParser(layout: Layout, { pageSize }: { readonly pageSize: number }): Parser {
  const names = ORDER.filter((name) => name !== null);
  const fields = new Fields(
    names.map((key) => ({ key, column: mustIndexOf(layout, `statm_${key}_bytes`), multiply: pageSize })),
  );
  const byPlace = Int8Array.from(ORDER, (name) => (name === null ? -1 : names.indexOf(name)));
  const cursor = new Cursor();
  return (bytes, length, columns, row) => {
    fields.clear(columns, row);
    if (length === 0) return ABSENT;
    if (!cursor.start(bytes, length)) return MALFORMED + length;
    const status = parseLine(fields, byPlace, cursor, columns, row);
    if (status >= MALFORMED) fields.clear(columns, row);
    return status;
  };
}

function parseLine(fields: Fields, byPlace: Int8Array, cursor: Cursor, columns: Columns, row: number): Status {
  let result: Status = OK;
  for (let place = 0; place < byPlace.length; place++) {
    const field = byPlace[place]!;
    const found = field < 0 ? scanUnsigned(cursor, 0) : fields.take(field, cursor, columns, row);
    if (found === NO_NUMBER || !accept(cursor, SPACE)) return MALFORMED + cursor.at;
    if (field >= 0 && found === TOO_BIG) result = OVERFLOW;
  }
  if (scanUnsigned(cursor, 0) === NO_NUMBER || !accept(cursor, LF) || cursor.at !== cursor.end)
    return MALFORMED + cursor.at;
  return result;
}
