import { ABSENT, MALFORMED, OK, OVERFLOW, type Columns, type Layout, type Status } from '@fgm/catalog';
import { LARGEST } from './fields.ts';
import { fieldsOf, type Parser } from './parser.ts';
import { accept, COLON, Cursor, LF, NO_NUMBER, scanUnsigned, skipBlanks, skipLine, TOO_BIG } from './scan.ts';

const HEADINGS = 2;
/** Keys of the numbers of a line, in their order. */
const KEYS = [
  ...['bytes', 'packets', 'errs', 'drop', 'fifo', 'frame', 'compressed', 'multicast'].map((key) => `receive ${key}`),
  ...['bytes', 'packets', 'errs', 'drop', 'fifo', 'colls', 'carrier', 'compressed'].map((key) => `transmit ${key}`),
];
const SOURCE = '/proc/PID/net/dev';
const NO_COLUMN = -1;

/*
 * /proc/PID/net/dev: the interfaces of the network namespace that the process is in.
 *
 *     Inter-|   Receive                                                |  Transmit
 *      face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
 *         lo:    3193      29    0    0    0     0          0         0     3193      29    0    0    0     0       0          0
 *       eth0: 411586239    9903    0    0    0     0          0         0   833164    6059    0    0    0     0       0          0
 *
 * dev_seq_show() of net/core/net-procfs.c
 *
 * A name is of any bytes but blanks and slashes; old kernels allow colons, and print no blank behind the last one. Its inode is
 * that of no other namespace: dev_proc_net_init() makes a file of its own for each. A seq file: one read gives a page at most.
 */

/** The interfaces of one text, one after the other: `start()`, then `write()` after each `next()`. Nothing is allocated. */
export class NetDevLines {
  /** OK, OVERFLOW, or MALFORMED + offset, after which there are no more interfaces. */
  status: Status = OK;
  bytes: Uint8Array = new Uint8Array(0);
  /** Where the name of the interface lies. */
  nameStart = 0;
  nameEnd = 0;
  /** Its sixteen numbers; Infinity for what is above 2^53. */
  readonly values = new Float64Array(KEYS.length);
  readonly #columns: Int32Array;
  readonly #cursor = new Cursor();

  /** @param layout of the table `interfaces` */
  constructor(layout: Layout) {
    this.#columns = columnsOf(layout);
  }

  /** Begins a text: OK, ABSENT when it is empty, or MALFORMED when it was cut. */
  start(bytes: Uint8Array, length: number): Status {
    const cursor = this.#cursor;
    this.bytes = bytes;
    this.nameEnd = 0;
    if (!cursor.start(bytes, length)) return (this.status = length === 0 ? ABSENT : MALFORMED + length);
    for (let line = 0; line < HEADINGS && cursor.at < cursor.end; line++) skipLine(cursor);
    return (this.status = OK);
  }

  /** Moves to the next interface. False when there is none, or it makes no sense: see `status`. */
  next(): boolean {
    const cursor = this.#cursor;
    if (this.status === ABSENT || this.status >= MALFORMED || cursor.at >= cursor.end) return false;
    skipBlanks(cursor);
    this.nameStart = cursor.at;
    this.nameEnd = lastColon(cursor);
    if (this.nameEnd <= this.nameStart) return this.#fail();
    cursor.at = this.nameEnd + 1;
    for (let index = 0; index < KEYS.length; index++) {
      skipBlanks(cursor);
      const found = scanUnsigned(cursor, 0);
      if (found === NO_NUMBER) return this.#fail();
      this.values[index] = found === TOO_BIG ? Infinity : cursor.number[0]!;
    }
    return accept(cursor, LF) || this.#fail();
  }

  /** Whether this is the loopback interface. */
  isLoopback(): boolean {
    const { bytes, nameStart: at } = this;
    return this.nameEnd - at === 2 && bytes[at] === 0x6c && bytes[at + 1] === 0x6f;
  }

  /** Whether there has been one since start(). */
  get any(): boolean {
    return this.nameEnd > 0;
  }

  /** Writes the interface's numbers into a row of its table. */
  write(columns: Columns, row: number): void {
    for (let index = 0; index < KEYS.length; index++) {
      const column = this.#columns[index]!;
      if (column === NO_COLUMN) continue;
      if (put(columns, column, row, this.values, index) === OVERFLOW) this.status = OVERFLOW;
    }
  }

  #fail(): boolean {
    this.status = MALFORMED + this.#cursor.at;
    return false;
  }
}

/**
 * Sums over all interfaces but lo. Where there is no other, nothing was sent or received: they are 0. A text without any
 * interface tells nothing, for each namespace has lo: they are absent.
 */
export function procPidNetDevParser(layout: Layout): Parser {
  const targets = columnsOf(layout);
  const lines = new NetDevLines(layout);
  const sums = new Float64Array(KEYS.length);
  return (bytes, length, columns, row) => {
    sums.fill(0);
    if (lines.start(bytes, length) === OK) while (lines.next()) if (!lines.isLoopback()) add(sums, lines.values);
    const failed = lines.status !== OK || !lines.any;
    for (let index = 0; index < targets.length; index++) {
      const column = targets[index]!;
      if (column === NO_COLUMN) continue;
      if (failed) columns.setNull(column, row);
      else if (put(columns, column, row, sums, index) === OVERFLOW) lines.status = OVERFLOW;
    }
    return lines.status;
  };
}

function add(sums: Float64Array, values: Float64Array): void {
  for (let index = 0; index < sums.length; index++) {
    // Compared before it is added: a sum above 2^53 may round down to it.
    sums[index] = values[index]! > LARGEST - sums[index]! ? Infinity : sums[index]! + values[index]!;
  }
}

/** The number stays in its array: by itself it might be put on the heap. */
function put(columns: Columns, column: number, row: number, values: Float64Array, index: number): Status {
  if (values[index]! > LARGEST) {
    columns.setNull(column, row);
    return OVERFLOW;
  }
  columns.setIntAt(column, row, values, index);
  return OK;
}

/** The last colon of the line, or -1: no number has one. */
function lastColon(cursor: Cursor): number {
  const { bytes } = cursor;
  let found = -1;
  for (let at = cursor.at; bytes[at] !== LF; at++) if (bytes[at] === COLON) found = at;
  return found;
}

/** Column of each number; NO_COLUMN where the layout has none. */
function columnsOf(layout: Layout): Int32Array {
  const fields = new Map(fieldsOf(layout, SOURCE).map(({ key, column }) => [key, column]));
  return Int32Array.from(KEYS, (key) => fields.get(key) ?? NO_COLUMN);
}
