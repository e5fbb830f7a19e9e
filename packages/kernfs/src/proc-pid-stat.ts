import { ABSENT, indexOf, MALFORMED, OK, OVERFLOW, type Columns, type Layout, type Status } from '@fgm/catalog';
import { Fields } from './fields.ts';
import type { Field, Parser } from './parser.ts';
import { accept, Cursor, LF, NO_NUMBER, NUMBER, scanUnsigned, skipInteger, SPACE, TOO_BIG } from './scan.ts';
import { WordView } from './word-view.ts';

const OPEN = 0x28;
const CLOSE = 0x29;
const ZOMBIE = 0x5a; // Z
const DEAD = 0x58; // X
/** PF_KTHREAD of include/linux/sched.h. */
const KERNEL_THREAD = 0x0020_0000;

/** Fields are numbered as in proc_pid_stat(5), from 1. */
const STATE = 3;
const FLAGS = 9;
const START_TIME = 22;
const START_STACK = 28;
/** The last field that is looked at; every kernel since 2.6.33 has it. */
const BLKIO_DELAY = 42;
const LAST = BLKIO_DELAY;
const NO_FIELD = -1;

const NUMBERED: readonly (readonly [number: number, column: string, unit: 'plain' | 'ticks' | 'pages'])[] = [
  [4, 'ppid', 'plain'],
  [10, 'stat_minflt', 'plain'],
  [12, 'stat_majflt', 'plain'],
  [14, 'stat_utime_usec', 'ticks'],
  [15, 'stat_stime_usec', 'ticks'],
  [16, 'stat_cutime_usec', 'ticks'],
  [17, 'stat_cstime_usec', 'ticks'],
  [20, 'stat_num_threads', 'plain'],
  [START_TIME, 'start_time', 'plain'],
  [23, 'stat_vsize_bytes', 'plain'],
  [24, 'stat_rss_bytes', 'pages'],
  [39, 'stat_processor', 'plain'],
  [40, 'stat_rt_priority', 'plain'],
  [41, 'stat_policy', 'plain'],
  [BLKIO_DELAY, 'stat_delayacct_blkio_usec', 'ticks'],
];

/** What the last parsed stat said that has no column or is needed at once. Valid only after a status of OK or OVERFLOW. */
export class ProcPidStat {
  #pid = 0;
  #startTime = 0;
  #flags = 0;
  #startStack = 0;
  #state = 0;
  #commStart = 0;
  #commEnd = 0;

  pid(): number {
    return this.#pid;
  }

  /** Clock ticks since boot. */
  startTime(): number {
    return this.#startTime;
  }

  /** Where its stack starts: another address after each exec, or always 0 for who may not know. */
  startStack(): number {
    return this.#startStack;
  }

  /** Kernel threads have no memory, command line or cgroup of their own. */
  kernelThread(): boolean {
    return (this.#flags & KERNEL_THREAD) !== 0;
  }

  /** It has exited and waits for its parent to take notice. */
  zombie(): boolean {
    return this.#state === ZOMBIE || this.#state === DEAD;
  }

  /** Where the name starts in the parsed bytes. */
  commStart(): number {
    return this.#commStart;
  }

  /** Where the name ends in the parsed bytes. */
  commEnd(): number {
    return this.#commEnd;
  }

  setHead(pid: number, commStart: number, commEnd: number, state: number): void {
    this.#pid = pid;
    this.#commStart = commStart;
    this.#commEnd = commEnd;
    this.#state = state;
  }

  setFlags(flags: number): void {
    this.#flags = flags;
  }

  setStartStack(startStack: number): void {
    this.#startStack = startStack;
  }

  setStartTime(startTime: number): void {
    this.#startTime = startTime;
  }
}

export interface ProcPidStatOptions {
  /** Clock ticks a second in which times are printed (USER_HZ), 100 on all common machines. */
  readonly userHz: number;
  readonly pageSize: number;
  /** Whether the kernel measures delays (readDelayAccounting): if not, the zero it prints for them is no value. */
  readonly delayAccounting: boolean;
}

export interface ProcPidStatParser {
  readonly parse: Parser;
  readonly last: ProcPidStat;
}

/*
 * /proc/PID/stat: one line.
 *
 *     5188 (cat) R 5174 5174 2869 0 -1 4194304 100 0 0 0 0 0 0 0 20 0 1 0 164534 3133440 394 18446744073709551615 …
 *
 * https://docs.kernel.org/filesystems/proc.html, proc_pid_stat(5)
 *
 * The name in parentheses may itself hold parentheses, blanks, line feeds and bytes that are no UTF-8; it ends at the last
 * parenthesis of the text, because only numbers follow. Times are in clock ticks, rss in pages. Since 6.2 rss is the sum of
 * per-CPU counters without their unflushed part, so it may differ a little from statm and status.
 */
export function procPidStatParser(layout: Layout, options: ProcPidStatOptions): ProcPidStatParser {
  const table = new StatTable(layout, options);
  const last = new ProcPidStat();
  const cursor = new Cursor();
  const parse: Parser = (bytes, length, columns, row) => {
    table.clear(columns, row);
    if (length === 0) return ABSENT;
    if (!cursor.start(bytes, length)) return MALFORMED + length;
    table.text.look(bytes);
    const status = parseLine(table, last, cursor, columns, row);
    if (status >= MALFORMED) table.clear(columns, row);
    return status;
  };
  return { parse, last };
}

/** Which field fills which column. */
class StatTable {
  readonly fields: Fields;
  readonly text = new WordView();
  /** Whether anybody wants to know the field of this number. */
  readonly takes = new Uint8Array(LAST + 1);
  /** Number of a field of the line → its number in `fields`. */
  readonly #byNumber = new Int32Array(LAST + 1).fill(NO_FIELD);
  readonly #pid: number;
  readonly #state: number;
  /** Letter of a state → its index in the column's values. */
  readonly #states = new Int8Array(128).fill(-1);

  constructor(layout: Layout, { userHz, pageSize, delayAccounting }: ProcPidStatOptions) {
    const factors = { plain: 1, ticks: 1_000_000 / userHz, pages: pageSize };
    const fields: Field[] = [];
    for (const [number, name, unit] of NUMBERED) {
      const column = indexOf(layout, name);
      if (column < 0 || (number === BLKIO_DELAY && !delayAccounting)) continue;
      this.#byNumber[number] = fields.length;
      this.takes[number] = 1;
      fields.push({ key: name, column, multiply: factors[unit] });
    }
    for (const number of [FLAGS, START_TIME, START_STACK]) this.takes[number] = 1;
    this.fields = new Fields(fields);
    this.#pid = indexOf(layout, 'pid');
    this.#state = indexOf(layout, 'state');
    const values = layout.columns[this.#state]?.values ?? [];
    for (const [index, letter] of values.entries()) this.#states[letter.charCodeAt(0)] = index;
  }

  clear(columns: Columns, row: number): void {
    this.fields.clear(columns, row);
    if (this.#pid >= 0) columns.setNull(this.#pid, row);
    if (this.#state >= 0) columns.setNull(this.#state, row);
  }

  /** Takes the number at the cursor to where it belongs. NUMBER, TOO_BIG, or NO_NUMBER when there is none. */
  take(number: number, last: ProcPidStat, cursor: Cursor, columns: Columns, row: number): number {
    const field = this.#byNumber[number]!;
    if (number === START_STACK) return takeStartStack(last, cursor);
    if (number === FLAGS) return takeFlags(last, cursor);
    const found = field === NO_FIELD ? scanUnsigned(cursor, 0) : this.fields.take(field, cursor, columns, row);
    if (found !== NUMBER) return found;
    if (number === START_TIME) last.setStartTime(cursor.number[0]!);
    return NUMBER;
  }

  putHead(pid: number, state: number, columns: Columns, row: number): void {
    if (this.#pid >= 0) columns.setInt(this.#pid, row, pid);
    const index = state < 128 ? this.#states[state]! : -1;
    if (this.#state >= 0 && index >= 0) columns.setInt(this.#state, row, index);
  }
}

/** They are of 32 bits: a number that is none fills no column, so that no value is lost with it. */
function takeFlags(last: ProcPidStat, cursor: Cursor): number {
  const found = scanUnsigned(cursor, 0);
  last.setFlags(found === NUMBER ? cursor.number[0]! : 0);
  return found === NO_NUMBER ? NO_NUMBER : NUMBER;
}

/** Anything but an address there is no address, but must be a number. */
function takeStartStack(last: ProcPidStat, cursor: Cursor): number {
  const found = scanUnsigned(cursor, 0);
  last.setStartStack(found === NUMBER ? cursor.number[0]! : 0);
  if (found !== NO_NUMBER || skipInteger(cursor)) return NUMBER;
  return NO_NUMBER;
}

function parseLine(table: StatTable, last: ProcPidStat, cursor: Cursor, columns: Columns, row: number): Status {
  if (scanUnsigned(cursor, 0) !== NUMBER || !accept(cursor, SPACE) || !accept(cursor, OPEN))
    return MALFORMED + cursor.at;
  const pid = cursor.number[0]!;
  const commStart = cursor.at;
  // What follows the name is short, and has no parenthesis.
  const commEnd = table.text.last(CLOSE, cursor.end);
  if (commEnd < commStart) return MALFORMED + cursor.at;
  cursor.at = commEnd + 1;
  if (!accept(cursor, SPACE)) return MALFORMED + cursor.at;
  const state = cursor.bytes[cursor.at]!;
  if (state === LF) return MALFORMED + cursor.at;
  cursor.at++;
  last.setHead(pid, commStart, commEnd, state);
  table.putHead(pid, state, columns, row);
  return parseNumbers(table, last, cursor, columns, row);
}

function parseNumbers(table: StatTable, last: ProcPidStat, cursor: Cursor, columns: Columns, row: number): Status {
  const { bytes } = cursor;
  const { takes } = table;
  let result: Status = OK;
  let { at } = cursor;
  for (let number = STATE + 1; number <= LAST; number++) {
    if (bytes[at] !== SPACE) return MALFORMED + at;
    cursor.at = at + 1;
    const found = takes[number] === 1 ? table.take(number, last, cursor, columns, row) : skipNumber(cursor);
    at = cursor.at;
    if (found === NO_NUMBER) return MALFORMED + at;
    if (found === TOO_BIG) result = OVERFLOW;
  }
  // `0x` is no number, and newer kernels may add fields.
  if (bytes[at] !== SPACE && bytes[at] !== LF) return MALFORMED + at;
  cursor.at = table.text.lineFeed(at, cursor.end);
  return cursor.at + 1 === cursor.end ? result : MALFORMED + cursor.at;
}

function skipNumber(cursor: Cursor): number {
  return skipInteger(cursor) ? NUMBER : NO_NUMBER;
}
