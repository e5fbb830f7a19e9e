import { ABSENT, MALFORMED, OK, OVERFLOW, type Columns, type Layout, type Status } from '@fgm/catalog';
import { deviceNumber, type DeviceLines } from './device-lines.ts';
import { Fields } from './fields.ts';
import { fieldsNamed } from './parser.ts';
import {
  accept,
  COLON,
  Cursor,
  isDigit,
  LF,
  NO_NUMBER,
  NUMBER,
  scanUnsigned,
  skipLine,
  SPACE,
  TOO_BIG,
} from './scan.ts';
import { V1_BLKIO_FIELDS } from './v1-blkio-throttle.ts';

const NO_DEVICE = -1;

/*
 * blkio.throttle.io_service_bytes(_recursive) and blkio.throttle.io_serviced(_recursive) of cgroup v1, device by device: see
 * v1-blkio-throttle.ts. Each line has one number, so a device comes several times.
 */
export class V1BlkioDevices implements DeviceLines {
  status: Status = OK;
  device = NO_DEVICE;
  readonly #fields: Fields;
  readonly #cursor = new Cursor();
  #field = -1;

  /** @param layout of the table `devices` */
  constructor(layout: Layout, file: keyof typeof V1_BLKIO_FIELDS) {
    this.#fields = new Fields(fieldsNamed(layout, V1_BLKIO_FIELDS[file]));
  }

  start(bytes: Uint8Array, length: number): Status {
    const whole = this.#cursor.start(bytes, length);
    this.status = whole ? OK : length === 0 ? ABSENT : MALFORMED + length;
    return this.status;
  }

  next(): boolean {
    const cursor = this.#cursor;
    if (this.status === ABSENT || this.status >= MALFORMED) return false;
    while (cursor.at < cursor.end) {
      // The total over all devices has none in front.
      if (!isDigit(cursor.bytes[cursor.at]!)) {
        skipLine(cursor);
        continue;
      }
      if (!this.#scanLine()) return this.#fail();
      if (this.#field >= 0) return true;
      if (!this.#passNumber()) return this.#fail();
    }
    return false;
  }

  take(columns: Columns, row: number): void {
    const found = this.#fields.take(this.#field, this.#cursor, columns, row);
    if (found === NO_NUMBER || !accept(this.#cursor, LF)) this.#fail();
    else if (found === TOO_BIG) this.status = OVERFLOW;
  }

  /** `8:0 Read `, up to the number. */
  #scanLine(): boolean {
    const cursor = this.#cursor;
    if (scanUnsigned(cursor, 0) !== NUMBER) return false;
    const major = cursor.number[0]!;
    if (!accept(cursor, COLON) || scanUnsigned(cursor, 0) !== NUMBER) return false;
    this.device = deviceNumber(major, cursor.number[0]!);
    if (this.device < 0 || !accept(cursor, SPACE)) return false;
    this.#field = this.#fields.keys.scan(cursor, SPACE);
    return accept(cursor, SPACE);
  }

  #passNumber(): boolean {
    return scanUnsigned(this.#cursor, 0) !== NO_NUMBER && accept(this.#cursor, LF);
  }

  #fail(): boolean {
    this.status = MALFORMED + this.#cursor.at;
    return false;
  }
}
