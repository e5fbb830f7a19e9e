import { ABSENT, MALFORMED, mustIndexOf, OK, type Columns, type Layout, type Status } from '@fgm/catalog';
import type { Parser } from './parser.ts';
import { accept, Cursor, LF, MINUS, NUMBER, scanUnsigned } from './scan.ts';

const COMMA = 0x2c;
/** Far above the largest NR_CPUS, and small enough that a count is exact. */
const MOST_CPUS = 1_000_000;

/*
 * cpuset.cpus.effective of cgroup v2, cpuset.effective_cpus and cpuset.cpus of v1: counts the CPUs of the list.
 *
 *     0-3,7
 *
 * https://docs.kernel.org/admin-guide/cgroup-v2.html#cpuset-interface-files
 *
 * An empty list, which a cpuset shows before it is set up, is absent and not 0: nothing could run on no CPU.
 */
export function cpusetParser(layout: Layout): Parser {
  const column = mustIndexOf(layout, 'cpuset_cpus_effective');
  const cursor = new Cursor();
  return (bytes, length, columns, row) => {
    columns.setNull(column, row);
    if (length === 0) return ABSENT;
    if (!cursor.start(bytes, length)) return MALFORMED + length;
    return length === 1 ? ABSENT : countCpus(cursor, columns, column, row);
  };
}

function countCpus(cursor: Cursor, columns: Columns, column: number, row: number): Status {
  let count = 0;
  let previous = -1;
  do {
    if (scanUnsigned(cursor, 0) !== NUMBER) return MALFORMED + cursor.at;
    const first = cursor.number[0]!;
    if (accept(cursor, MINUS) && scanUnsigned(cursor, 0) !== NUMBER) return MALFORMED + cursor.at;
    const last = cursor.number[0]!;
    // The kernel prints ranges in order and apart: anything else is not its list, and would be counted twice.
    if (first <= previous || last < first || last > MOST_CPUS) return MALFORMED + cursor.at;
    count += last - first + 1;
    previous = last;
  } while (accept(cursor, COMMA));
  if (!accept(cursor, LF) || cursor.at !== cursor.end) return MALFORMED + cursor.at;
  columns.setInt(column, row, count);
  return OK;
}
