import { ABSENT, indexOf, MALFORMED, OK, OVERFLOW, type Columns, type Layout, type Status } from '@fgm/catalog';
import { deviceNumber, type DeviceLines } from './device-lines.ts';
import { Fields } from './fields.ts';
import { scanKey } from './key-table.ts';
import { fieldsOf } from './parser.ts';
import {
  accept,
  acceptAll,
  COLON,
  Cursor,
  EQUALS,
  isDigit,
  LF,
  NO_NUMBER,
  NUMBER,
  scanDecimal,
  scanUnsigned,
  skipTo,
  SPACE,
  TOO_BIG,
} from './scan.ts';

const MAX = new TextEncoder().encode('max');
const VRATE = 'cost.vrate';
/** Keys whose unit is not the column's: nanoseconds lose three digits, milliseconds become microseconds. */
const CONVERSIONS: Readonly<Record<string, { drop?: number; multiply?: number }>> = {
  delay_nsec: { drop: 3 },
  win: { multiply: 1000 },
};
const NO_DEVICE = -1;

/*
 * io.stat of cgroup v2, device by device.
 *
 *     8:16 rbytes=1459200 wbytes=314773504 rios=192 wios=353 dbytes=0 dios=0
 *     8:0 rbytes=90430464 wbytes=0 rios=8950 wios=0 dbytes=0 dios=0 cost.usage=1250 depth=max avg_lat=71 win=100
 *
 * https://docs.kernel.org/admin-guide/cgroup-v2.html#io-interface-files, ioc_pd_stat() of block/blk-iocost.c,
 * iolatency_pd_stat() of block/blk-iolatency.c
 *
 * 4.18 dbytes, dios  ·  4.19 io.latency  ·  5.4 io.cost. cost.vrate is that of the device, in the root's file only. The other
 * keys of io.cost, and all of io.latency, mostly need the boot option blkcg_debug_stats. A device without keys has no row.
 */
export class IoStatDevices implements DeviceLines {
  status: Status = OK;
  device = NO_DEVICE;
  readonly #fields: Fields;
  readonly #vrateField: number;
  readonly #vrate: number;
  readonly #cursor = new Cursor();

  /** @param layout of the table `devices` */
  constructor(layout: Layout) {
    const fields = fieldsOf(layout, 'io.stat').map((field) => ({ ...field, ...CONVERSIONS[field.key] }));
    this.#fields = new Fields(fields);
    this.#vrateField = fields.findIndex(({ key }) => key === VRATE);
    this.#vrate = indexOf(layout, 'io_stat_cost_vrate_percent');
  }

  start(bytes: Uint8Array, length: number): Status {
    this.device = NO_DEVICE;
    const whole = this.#cursor.start(bytes, length);
    this.status = whole ? OK : length === 0 ? ABSENT : MALFORMED + length;
    return this.status;
  }

  next(): boolean {
    const cursor = this.#cursor;
    if (this.status === ABSENT || this.status >= MALFORMED) return false;
    while (cursor.at < cursor.end) {
      // At the start of a line or of a word: a device, or blanks and the line's end behind the last one.
      if (isDigit(cursor.bytes[cursor.at]!)) {
        if (!this.#scanDevice()) return this.#fail();
        if (this.#hasValues()) return true;
      } else if (this.device === NO_DEVICE) return this.#fail();
      else if (accept(cursor, LF)) this.device = NO_DEVICE;
      else if (!accept(cursor, SPACE)) return this.#fail();
    }
    return false;
  }

  take(columns: Columns, row: number): void {
    const cursor = this.#cursor;
    this.#fields.clear(columns, row);
    while (!isDigit(cursor.bytes[cursor.at]!) && cursor.bytes[cursor.at] !== LF) {
      if (accept(cursor, SPACE)) continue;
      if (this.#takePair(columns, row)) continue;
      this.#fields.clear(columns, row);
      this.#fail();
      return;
    }
  }

  /** `8:0` and what ends the word. */
  #scanDevice(): boolean {
    const cursor = this.#cursor;
    if (scanUnsigned(cursor, 0) !== NUMBER) return false;
    const major = cursor.number[0]!;
    if (!accept(cursor, COLON) || scanUnsigned(cursor, 0) !== NUMBER) return false;
    this.device = deviceNumber(major, cursor.number[0]!);
    const next = cursor.bytes[cursor.at];
    return this.device >= 0 && (next === SPACE || next === LF);
  }

  /** Whether the next word is a key. Passes over blanks. */
  #hasValues(): boolean {
    const cursor = this.#cursor;
    while (cursor.bytes[cursor.at] === SPACE) cursor.at++;
    return !isDigit(cursor.bytes[cursor.at]!) && cursor.bytes[cursor.at] !== LF;
  }

  #takePair(columns: Columns, row: number): boolean {
    const cursor = this.#cursor;
    const start = cursor.at;
    const field = scanKey(this.#fields.keys, cursor);
    if (cursor.at === start || !accept(cursor, EQUALS)) return false;
    if (field < 0 || acceptAll(cursor, MAX)) skipTo(cursor, SPACE);
    else {
      const found =
        field === this.#vrateField ? this.#takeVrate(columns, row) : this.#fields.take(field, cursor, columns, row);
      if (found === NO_NUMBER) return false;
      if (found === TOO_BIG) this.status = OVERFLOW;
    }
    const next = cursor.bytes[cursor.at];
    return next === SPACE || next === LF;
  }

  #takeVrate(columns: Columns, row: number): number {
    const found = scanDecimal(this.#cursor);
    if (found === NUMBER) columns.setDouble(this.#vrate, row, this.#cursor.number[0]!);
    return found;
  }

  #fail(): boolean {
    this.status = MALFORMED + this.#cursor.at;
    return false;
  }
}
