import { ABSENT, MALFORMED, mustIndexOf, OK, OVERFLOW, type Columns, type Layout, type Status } from '@fgm/catalog';
import type { Parser } from './parser.ts';
import { accept, Cursor, LF, NO_NUMBER, NUMBER, scanDecimal, scanUnsigned, SPACE } from './scan.ts';

const SLASH = 0x2f;

/*
 * /proc/loadavg: averages over 1, 5 and 15 minutes, runnable and all tasks, and the last process id given.
 *
 *     0.07 0.33 0.21 3/166 12674
 *
 * proc_loadavg(5)
 */
export function procLoadavgParser(layout: Layout): Parser {
  const averages = ['loadavg_1m', 'loadavg_5m', 'loadavg_15m'].map((name) => mustIndexOf(layout, name));
  const tasks = ['loadavg_runnable', 'loadavg_tasks'].map((name) => mustIndexOf(layout, name));
  const all = [...averages, ...tasks];
  const cursor = new Cursor();
  return (bytes, length, columns, row) => {
    clear(all, columns, row);
    if (length === 0) return ABSENT;
    if (!cursor.start(bytes, length)) return MALFORMED + length;
    const status = parseLine(averages, tasks, cursor, columns, row);
    if (status >= MALFORMED) clear(all, columns, row);
    return status;
  };
}

function clear(all: readonly number[], columns: Columns, row: number): void {
  for (let index = 0; index < all.length; index++) columns.setNull(all[index]!, row);
}

function parseLine(
  averages: readonly number[],
  tasks: readonly number[],
  cursor: Cursor,
  columns: Columns,
  row: number,
): Status {
  let result: Status = OK;
  for (let index = 0; index < averages.length; index++) {
    const found = scanDecimal(cursor);
    if (found === NO_NUMBER || !accept(cursor, SPACE)) return MALFORMED + cursor.at;
    if (found === NUMBER) columns.setDouble(averages[index]!, row, cursor.number[0]!);
    else result = OVERFLOW;
  }
  for (let index = 0; index < tasks.length; index++) {
    const found = scanUnsigned(cursor, 0);
    if (found === NO_NUMBER || !accept(cursor, index === 0 ? SLASH : SPACE)) return MALFORMED + cursor.at;
    if (found === NUMBER) columns.setInt(tasks[index]!, row, cursor.number[0]!);
    else result = OVERFLOW;
  }
  const end = scanUnsigned(cursor, 0) !== NO_NUMBER && accept(cursor, LF) && cursor.at === cursor.end;
  return end ? result : MALFORMED + cursor.at;
}
