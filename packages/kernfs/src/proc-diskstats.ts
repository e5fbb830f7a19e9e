import { ABSENT, MALFORMED, mustIndexOf, OK, type Layout, type Status } from '@fgm/catalog';
import { deviceNumber } from './device-lines.ts';
import { DeviceSums } from './device-sums.ts';
import { fieldsOf, type Field, type Parser } from './parser.ts';
import {
  accept,
  Cursor,
  isDigit,
  LF,
  NO_NUMBER,
  NUMBER,
  scanUnsigned,
  skipBlanks,
  skipLine,
  skipTo,
  SPACE,
} from './scan.ts';

const SECTOR = 512;
const USEC_PER_MS = 1000;
/** Numbers that every kernel prints; more of them came later. */
const FIRST_NUMBERS = 11;
const LOWER_P = 0x70;

const encoder = new TextEncoder();
const decoder = new TextDecoder();
/**
 * Names, up to their number, of devices that are not summed: what they do is done by a device beneath them, which is, or by no
 * disk at all.
 */
const NOT_DISKS = ['loop', 'ram', 'zram', 'dm-', 'md', 'md_d', 'bcache', 'drbd', 'zd'].map((name) =>
  encoder.encode(name),
);

/*
 * /proc/diskstats, summed over disks.
 *
 *      254       0 vda 77580 11566 3942258 41279 23571 48397 3608984 15982 0 9992 58602 8005 14 501784 1075 3493 264
 *      254       1 vda1 …
 *        7       0 loop0 …
 *
 * https://docs.kernel.org/admin-guide/iostats.html
 *
 * 4.18 four numbers of discards  ·  5.5 two of flushes. Sectors have 512 bytes, whatever the disk says; times are in
 * milliseconds. A disk is followed by its partitions, which are named after it.
 */
export function procDiskstatsParser(layout: Layout): Parser {
  const fields = fieldsOf(layout, '/proc/diskstats').filter(({ key }) => key !== 'devices');
  const sums = new DeviceSums(fields.map(converted));
  const devices = mustIndexOf(layout, 'diskstats_devices');
  const disks = new Disks(sums);
  return (bytes, length, columns, row) => {
    sums.fields.clear(columns, row);
    columns.setNull(devices, row);
    if (length === 0) return ABSENT;
    const status = disks.parse(bytes, length);
    if (status >= MALFORMED) return status;
    columns.setInt(devices, row, disks.count);
    return sums.store(columns, row);
  };
}

function converted(field: Field): Field {
  if (field.key.endsWith(' sectors')) return { ...field, multiply: SECTOR };
  const time = field.key.endsWith(' ticks') || field.key === 'time in queue';
  return time ? { ...field, multiply: USEC_PER_MS } : field;
}

class Disks {
  count = 0;
  readonly #sums: DeviceSums;
  readonly #cursor = new Cursor();
  /** Where the name of the last device lies that is no partition. */
  #nameStart = 0;
  #nameEnd = 0;

  constructor(sums: DeviceSums) {
    this.#sums = sums;
  }

  parse(bytes: Uint8Array, length: number): Status {
    const cursor = this.#cursor;
    if (!cursor.start(bytes, length)) return MALFORMED + length;
    this.#sums.reset();
    this.count = 0;
    this.#nameStart = this.#nameEnd = 0;
    while (cursor.at < cursor.end) {
      const status = this.#parseLine(cursor);
      if (status !== OK) return status;
    }
    return OK;
  }

  #parseLine(cursor: Cursor): Status {
    for (let number = 0; number < 2; number++) {
      skipBlanks(cursor);
      if (scanUnsigned(cursor, 0) === NO_NUMBER || !accept(cursor, SPACE)) return MALFORMED + cursor.at;
    }
    skipBlanks(cursor);
    const start = cursor.at;
    skipTo(cursor, SPACE);
    const end = cursor.at;
    if (start === end) return MALFORMED + start;
    const partition = this.#isPartition(cursor.bytes, start, end);
    if (!partition) {
      this.#nameStart = start;
      this.#nameEnd = end;
    }
    if (!partition && isDisk(cursor.bytes, start, end)) return this.#add(cursor);
    skipLine(cursor);
    return OK;
  }

  /** sda1 after sda, nvme0n1p1 after nvme0n1. */
  #isPartition(bytes: Uint8Array, start: number, end: number): boolean {
    const length = this.#nameEnd - this.#nameStart;
    if (length === 0 || end - start <= length) return false;
    for (let at = 0; at < length; at++) if (bytes[this.#nameStart + at] !== bytes[start + at]) return false;
    let at = start + length;
    if (isDigit(bytes[at - 1]!) && bytes[at++] !== LOWER_P) return false;
    return at < end && allDigits(bytes, at, end);
  }

  #add(cursor: Cursor): Status {
    let field = 0;
    while (accept(cursor, SPACE) && field < this.#sums.fields.keys.size) {
      if (this.#sums.take(field++, cursor) === NO_NUMBER) return MALFORMED + cursor.at;
    }
    const next = cursor.bytes[cursor.at - (field === this.#sums.fields.keys.size ? 1 : 0)];
    if (field < FIRST_NUMBERS || (cursor.bytes[cursor.at] !== LF && next !== SPACE)) return MALFORMED + cursor.at;
    this.count++;
    skipLine(cursor);
    return OK;
  }
}

function allDigits(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (!isDigit(bytes[at]!)) return false;
  return true;
}

function isDisk(bytes: Uint8Array, start: number, end: number): boolean {
  for (let index = 0; index < NOT_DISKS.length; index++) {
    const name = NOT_DISKS[index]!;
    if (startsWith(bytes, start, name) && start + name.length < end && allDigits(bytes, start + name.length, end))
      return false;
  }
  return true;
}

function startsWith(bytes: Uint8Array, start: number, name: Uint8Array): boolean {
  for (let at = 0; at < name.length; at++) if (bytes[start + at] !== name[at]) return false;
  return true;
}

/** The names of block devices and partitions by their number (see device-lines.ts). Not for every tick. */
export function deviceNames(diskstats: Uint8Array, length: number): Map<number, string> {
  const names = new Map<number, string>();
  const cursor = new Cursor();
  if (!cursor.start(diskstats, length)) return names;
  for (; cursor.at < length; skipLine(cursor)) {
    skipBlanks(cursor);
    if (scanUnsigned(cursor, 0) !== NUMBER) continue;
    const major = cursor.number[0]!;
    skipBlanks(cursor);
    if (scanUnsigned(cursor, 0) !== NUMBER) continue;
    const device = deviceNumber(major, cursor.number[0]!);
    skipBlanks(cursor);
    const start = cursor.at;
    skipTo(cursor, SPACE);
    if (device >= 0 && cursor.at > start) names.set(device, decoder.decode(diskstats.subarray(start, cursor.at)));
  }
  return names;
}
