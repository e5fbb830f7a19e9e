import {
  ABSENT,
  MALFORMED,
  OK,
  OVERFLOW,
  type Columns,
  type Layout,
  type PressureResource,
  type Status,
} from '@fgm/catalog';
import { KeyTable, scanKey } from './key-table.ts';
import type { Parser } from './parser.ts';
import { accept, Cursor, EQUALS, LF, NO_NUMBER, scanDecimal, scanUnsigned, skipTo, SPACE, TOO_BIG } from './scan.ts';

const SHARES = ['some', 'full'] as const;
const KEYS = ['avg10', 'avg60', 'avg300', 'total'] as const;
const TOTAL = KEYS.indexOf('total');
const NO_COLUMN = -1;

const shares = new KeyTable(SHARES);
const keys = new KeyTable(KEYS);

/*
 * cpu.pressure, memory.pressure, io.pressure and irq.pressure of cgroup v2; /proc/pressure/* look the same.
 *
 *     some avg10=0.12 avg60=0.05 avg300=0.00 total=68913
 *     full avg10=0.00 avg60=0.00 avg300=0.00 total=4112
 *
 * https://docs.kernel.org/accounting/psi.html
 *
 * 4.20 the files  ·  5.13 full in cpu.pressure (before, the line is missing: null)  ·  6.1 irq.pressure, which has only full
 * (and cgroup.pressure, which switches a cgroup's files off: reading gives EOPNOTSUPP)
 */

/** @param source the columns' source: the file of a cgroup, unless another is given */
export function pressureParser(
  layout: Layout,
  resource: PressureResource,
  source: string = `${resource}.pressure`,
): Parser {
  const targets = columnsOf(layout, source);
  const cursor = new Cursor();
  return (bytes, length, columns, row) => {
    clear(targets, columns, row);
    if (length === 0) return ABSENT;
    if (!cursor.start(bytes, length)) return MALFORMED + length;
    const status = parseLines(targets, cursor, columns, row);
    if (status >= MALFORMED) clear(targets, columns, row);
    return status;
  };
}

/** Column of each share and key, in the order share × key; NO_COLUMN where the layout has none. */
function columnsOf(layout: Layout, source: string): Int32Array {
  const names = SHARES.flatMap((share) => KEYS.map((key) => `${share} ${key}`));
  return Int32Array.from(names, (name) =>
    layout.columns.findIndex((column) => column.source === source && column.key === name),
  );
}

function clear(targets: Int32Array, columns: Columns, row: number): void {
  for (let index = 0; index < targets.length; index++) {
    if (targets[index] !== NO_COLUMN) columns.setNull(targets[index]!, row);
  }
}

function parseLines(targets: Int32Array, cursor: Cursor, columns: Columns, row: number): Status {
  let result: Status = OK;
  while (cursor.at < cursor.end) {
    const start = cursor.at;
    const share = shares.scan(cursor, SPACE);
    if (share < 0) return MALFORMED + start;
    while (accept(cursor, SPACE)) {
      const status = parsePair(targets, share, cursor, columns, row);
      if (status >= MALFORMED) return status;
      if (status === OVERFLOW) result = OVERFLOW;
    }
    if (!accept(cursor, LF)) return MALFORMED + cursor.at;
  }
  return result;
}

function parsePair(targets: Int32Array, share: number, cursor: Cursor, columns: Columns, row: number): Status {
  const key = scanKey(keys, cursor);
  if (!accept(cursor, EQUALS)) return MALFORMED + cursor.at;
  const column = key < 0 ? NO_COLUMN : targets[share * KEYS.length + key]!;
  if (column === NO_COLUMN) {
    skipTo(cursor, SPACE);
    return OK;
  }
  const found = key === TOTAL ? scanUnsigned(cursor, 0) : scanDecimal(cursor);
  if (found === NO_NUMBER) return MALFORMED + cursor.at;
  if (found === TOO_BIG) return OVERFLOW;
  if (key === TOTAL) columns.setInt(column, row, cursor.number[0]!);
  else columns.setDouble(column, row, cursor.number[0]!);
  return OK;
}
