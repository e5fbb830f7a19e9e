import { ABSENT, MALFORMED, mustIndexOf, OK, OVERFLOW, type Columns, type Layout, type Status } from '@fgm/catalog';
import { Fields } from './fields.ts';
import { fieldsOf, type Parser } from './parser.ts';
import { accept, acceptAll, Cursor, isDigit, LF, NO_NUMBER, skipBlanks, skipLine, SPACE, TOO_BIG } from './scan.ts';

const CPU = new TextEncoder().encode('cpu');
const ALL_CPUS = 'cpu ';
const USEC = 1_000_000;

/*
 * /proc/stat.
 *
 *     cpu  14109 0 6061 174398 660 0 207 28 0 0
 *     cpu0 6064 0 2178 89385 34 0 64 6 0 0
 *     cpu1 8045 0 3883 85012 625 0 143 22 0 0
 *     intr 569376 0 0 …
 *     ctxt 1796199
 *     btime 1795250277
 *     processes 12667
 *     procs_running 5
 *     procs_blocked 0
 *     softirq 278036 0 32576 6 …
 *
 * https://docs.kernel.org/filesystems/proc.html#miscellaneous-kernel-statistics-in-proc-stat
 *
 * 2.6.33 guest_nice. CPU times are in clock ticks. Only CPUs that are online have a line; numbers after the first one of
 * `intr` and `softirq` are theirs by kind, and not taken.
 */

/** @param userHz clock ticks a second */
export function procStatParser(layout: Layout, { userHz }: { readonly userHz: number }): Parser {
  const all = fieldsOf(layout, '/proc/stat').filter(({ key }) => key !== 'cpuN');
  const file: StatFields = {
    cpu: new Fields(
      all.filter(({ key }) => key.startsWith(ALL_CPUS)).map((one) => ({ ...one, multiply: USEC / userHz })),
    ),
    lines: new Fields(
      all
        .filter(({ key }) => !key.startsWith(ALL_CPUS))
        .map((one) => (one.key === 'btime' ? { ...one, multiply: USEC } : one)),
    ),
    online: mustIndexOf(layout, 'stat_cpus_online'),
  };
  const cursor = new Cursor();
  return (bytes, length, columns, row) => {
    clear(file, columns, row);
    if (length === 0) return ABSENT;
    if (!cursor.start(bytes, length)) return MALFORMED + length;
    const status = parseLines(file, cursor, columns, row);
    if (status >= MALFORMED) clear(file, columns, row);
    return status;
  };
}

interface StatFields {
  /** In the order of the line. */
  readonly cpu: Fields;
  readonly lines: Fields;
  readonly online: number;
}

function clear({ cpu, lines, online }: StatFields, columns: Columns, row: number): void {
  cpu.clear(columns, row);
  lines.clear(columns, row);
  columns.setNull(online, row);
}

function parseLines(file: StatFields, cursor: Cursor, columns: Columns, row: number): Status {
  let result: Status = OK;
  let cpus = 0;
  while (cursor.at < cursor.end) {
    if (acceptAll(cursor, CPU)) {
      if (isDigit(cursor.bytes[cursor.at]!)) {
        cpus++;
        skipLine(cursor);
        continue;
      }
      const status = parseCpu(file.cpu, cursor, columns, row);
      if (status >= MALFORMED) return status;
      if (status === OVERFLOW) result = OVERFLOW;
      continue;
    }
    // Known only now: a text cut among the lines of the CPUs has fewer of them.
    if (cpus > 0) columns.setInt(file.online, row, cpus);
    const status = parseLine(file.lines, cursor, columns, row);
    if (status >= MALFORMED) return status;
    if (status === OVERFLOW) result = OVERFLOW;
  }
  return result;
}

/** The numbers of all CPUs. A kernel may print more of them than we know, or fewer. */
function parseCpu(fields: Fields, cursor: Cursor, columns: Columns, row: number): Status {
  let result: Status = OK;
  let field = 0;
  while (accept(cursor, SPACE)) {
    skipBlanks(cursor);
    if (field >= fields.keys.size || cursor.bytes[cursor.at] === LF) break;
    const found = fields.take(field++, cursor, columns, row);
    if (found === NO_NUMBER) return MALFORMED + cursor.at;
    if (found === TOO_BIG) result = OVERFLOW;
  }
  if (field === 0 || (field < fields.keys.size && cursor.bytes[cursor.at] !== LF)) return MALFORMED + cursor.at;
  skipLine(cursor);
  return result;
}

/** A key and its first number. */
function parseLine(fields: Fields, cursor: Cursor, columns: Columns, row: number): Status {
  const start = cursor.at;
  const field = fields.keys.scan(cursor, SPACE);
  if (cursor.at === start || !accept(cursor, SPACE)) return MALFORMED + cursor.at;
  const found = field < 0 ? OK : fields.take(field, cursor, columns, row);
  if (field >= 0 && found === NO_NUMBER) return MALFORMED + cursor.at;
  const next = cursor.bytes[cursor.at];
  if (field >= 0 && next !== SPACE && next !== LF) return MALFORMED + cursor.at;
  skipLine(cursor);
  return found === TOO_BIG && field >= 0 ? OVERFLOW : OK;
}
