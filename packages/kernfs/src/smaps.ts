import { indexOf, MALFORMED, OK, OVERFLOW, type Columns, type Layout, type Status } from '@fgm/catalog';
import { KILOBYTE, Fields } from './fields.ts';
import { LineSplitter } from './line-splitter.ts';
import { NameTable } from './name-table.ts';
import { fieldsOf } from './parser.ts';
import {
  accept,
  acceptAll,
  COLON,
  Cursor,
  isDigit,
  LF,
  NUMBER,
  scanUnsigned,
  skipBlanks,
  skipLine,
  skipTo,
  SPACE,
  TOO_BIG,
} from './scan.ts';

const KILOBYTES = new TextEncoder().encode(' kB');
/** Fields are remembered as bits of one number. */
const MOST_FIELDS = 31;
/** Words before the name: range, rights, offset, device, inode. */
const WORDS_BEFORE_NAME = 5;
const LOWER_A = 0x61;
const LOWER_F = 0x66;
const UNSEEN = -1;
/** Names that are kept between processes; beyond that many they are forgotten, lest a program that maps ever new files fills the memory. */
const MOST_NAMES = 50_000;
/** No line of the kernel is longer: a path has at most 4096 bytes, each printed as four at worst. */
const LONGEST_LINE = 32_768;

/*
 * /proc/PID/smaps, grouped by the name of the mapping.
 *
 *     55be8495e000-55be84960000 r--p 00000000 fe:00 247278                     /usr/bin/head
 *     Size:                  8 kB
 *     KernelPageSize:        4 kB
 *     MMUPageSize:           4 kB
 *     Rss:                   8 kB
 *     …
 *     THPeligible:           0
 *     VmFlags: rd mr mw me
 *
 * https://docs.kernel.org/filesystems/proc.html
 *
 * The name is the rest of the line, blanks included: a path (with " (deleted)" when the file is gone), [heap], [stack],
 * [vdso], [anon:NAME] (5.17), [anon_shmem:NAME] (6.2), or nothing. The kernel gives at most a page of text at each read, cut
 * anywhere between two regions or, when the reader's buffer is small, anywhere.
 */

/**
 * Sums of the fields of smaps over the regions of each name, built while the text arrives:
 *
 *     groups.reset();
 *     for each piece: if (groups.push(bytes, length) >= MALFORMED) break;
 *     if (groups.finish() < MALFORMED)
 *       for (let group = 0; group < groups.count; group++) groups.write(group, columns, row);
 *
 * Nothing is allocated but for names, fields and groups that are more than ever before.
 */
export class SmapsGroups {
  /** Numbers of the names of mappings. They outlive reset(), until there are too many: see `generation`. */
  readonly names = new NameTable();
  readonly #splitter = new LineSplitter();
  readonly #cursor = new Cursor();
  readonly #fields: Fields;
  /** Keys of the fields that are summed, in the kernel's spelling; a field's number is its place here. */
  readonly keys: readonly string[];
  readonly #fieldCount: number;
  readonly #regionCount: number;
  #names = new Int32Array(64);
  #sums: Float64Array;
  #regions = new Float64Array(64);
  #seen = new Int32Array(64);
  /** Name → its group in this text, valid where `#epochs` has the current epoch. */
  #groups = new Int32Array(64);
  #epochs = new Int32Array(64);
  #epoch = 0;
  #count = 0;
  #group = UNSEEN;
  #offset = 0;
  #linesInRegion = 0;
  #linesInFirst = UNSEEN;
  #generation = 0;

  /** @param layout of the table `mappings` */
  constructor(layout: Layout) {
    const fields = fieldsOf(layout, '/proc/PID/smaps', KILOBYTE);
    if (fields.length > MOST_FIELDS)
      throw new RangeError(`at most ${MOST_FIELDS} fields of smaps, found ${fields.length}`);
    this.#fields = new Fields(fields);
    this.keys = fields.map(({ key }) => key);
    this.#fieldCount = fields.length;
    this.#regionCount = indexOf(layout, 'region_count');
    this.#sums = new Float64Array(64 * fields.length);
  }

  /** How many different names the text had so far. */
  get count(): number {
    return this.#count;
  }

  /** Counts how often the names were forgotten: when it changes, numbers of names have a new meaning. Changes in reset() only. */
  get generation(): number {
    return this.#generation;
  }

  /** The number, in `names`, of a group's name. */
  name(group: number): number {
    return this.#names[group]!;
  }

  /** Starts a new process. */
  reset(): void {
    if (this.names.size > MOST_NAMES) {
      this.names.clear();
      this.#epochs.fill(0);
      this.#epoch = 0;
      this.#generation++;
    }
    this.#restart();
  }

  /** Takes the next piece of the text: OK, or MALFORMED + offset in the whole text, after which there are no groups. */
  push(bytes: Uint8Array, length: number): Status {
    const splitter = this.#splitter;
    const before = splitter.pending;
    splitter.add(bytes, length);
    while (splitter.next()) {
      const failed = this.#parseLines(splitter.bytes, splitter.start, splitter.end);
      if (failed >= 0) return this.#fail(this.#offset - (splitter.bytes === bytes ? 0 : before) + failed);
    }
    this.#offset += length;
    return splitter.pending > LONGEST_LINE ? this.#fail(this.#offset) : OK;
  }

  /** Ends the text: OK, or MALFORMED when it was cut inside a line or its last region lacks fields that the first one has. */
  finish(): Status {
    const cut = this.#splitter.pending > 0 || this.#linesInRegion < this.#linesInFirst;
    return cut ? this.#fail(this.#offset) : OK;
  }

  /** Writes a group's sums into a row of the table `mappings`. Fields that the kernel does not have are absent. */
  write(group: number, columns: Columns, row: number): Status {
    this.#fields.clear(columns, row);
    if (this.#regionCount >= 0) columns.setInt(this.#regionCount, row, this.#regions[group]!);
    let result: Status = OK;
    for (let field = 0; field < this.#fieldCount; field++) {
      if ((this.#seen[group]! & (1 << field)) === 0) continue;
      if (this.#fields.put(field, this.#sums, group * this.#fieldCount + field, columns, row) === TOO_BIG)
        result = OVERFLOW;
    }
    return result;
  }

  /** Writes a field's sum over all groups, in kB, to totals[at]. False when the kernel does not have the field. */
  total(field: number, totals: Float64Array, at: number): boolean {
    let seen = 0;
    let sum = 0;
    for (let group = 0; group < this.#count; group++) {
      seen |= this.#seen[group]!;
      sum += this.#sums[group * this.#fieldCount + field]!;
    }
    totals[at] = sum;
    return (seen & (1 << field)) !== 0;
  }

  #restart(): void {
    this.#splitter.reset();
    this.#epoch++;
    this.#count = 0;
    this.#group = UNSEEN;
    this.#offset = 0;
    this.#linesInRegion = 0;
    this.#linesInFirst = UNSEEN;
  }

  #fail(offset: number): Status {
    this.#restart();
    return MALFORMED + offset;
  }

  /** The offset at which these lines stop making sense, or -1. */
  #parseLines(bytes: Uint8Array, start: number, end: number): number {
    const cursor = this.#cursor;
    cursor.start(bytes, end);
    cursor.at = start;
    while (cursor.at < end) {
      const byte = bytes[cursor.at]!;
      const region = isDigit(byte) || (byte >= LOWER_A && byte <= LOWER_F);
      if (!(region ? this.#parseRegion() : this.#parseField())) return cursor.at;
    }
    return -1;
  }

  #parseRegion(): boolean {
    const cursor = this.#cursor;
    if (this.#group !== UNSEEN && this.#linesInFirst === UNSEEN) this.#linesInFirst = this.#linesInRegion;
    this.#linesInRegion = 0;
    for (let word = 0; word < WORDS_BEFORE_NAME; word++) {
      skipTo(cursor, SPACE);
      if (word < WORDS_BEFORE_NAME - 1 && !accept(cursor, SPACE)) return false;
    }
    skipBlanks(cursor);
    const start = cursor.at;
    skipTo(cursor, LF);
    this.#group = this.#groupOf(this.names.intern(cursor.bytes, start, cursor.at));
    this.#regions[this.#group]!++;
    return accept(cursor, LF);
  }

  #parseField(): boolean {
    const cursor = this.#cursor;
    const start = cursor.at;
    const field = this.#fields.keys.scan(cursor, COLON);
    if (this.#group === UNSEEN || cursor.at === start || !accept(cursor, COLON)) return false;
    if (field < 0) {
      skipLine(cursor);
      return true;
    }
    skipBlanks(cursor);
    if (scanUnsigned(cursor, 0) !== NUMBER || !acceptAll(cursor, KILOBYTES)) return false;
    const at = this.#group * this.#fieldCount + field;
    this.#sums[at] = this.#sums[at]! + cursor.number[0]!;
    this.#seen[this.#group] = this.#seen[this.#group]! | (1 << field);
    this.#linesInRegion++;
    return accept(cursor, LF);
  }

  #groupOf(name: number): number {
    if (name >= this.#groups.length) this.#growNames(name);
    if (this.#epochs[name] === this.#epoch) return this.#groups[name]!;
    const group = this.#count++;
    if (group === this.#names.length) this.#growGroups();
    this.#epochs[name] = this.#epoch;
    this.#groups[name] = group;
    this.#names[group] = name;
    this.#regions[group] = 0;
    this.#seen[group] = 0;
    this.#sums.fill(0, group * this.#fieldCount, (group + 1) * this.#fieldCount);
    return group;
  }

  #growNames(needed: number): void {
    const size = Math.max(needed + 1, this.#groups.length * 2);
    this.#groups = enlarged(this.#groups, new Int32Array(size));
    this.#epochs = enlarged(this.#epochs, new Int32Array(size));
  }

  #growGroups(): void {
    const size = this.#names.length * 2;
    this.#names = enlarged(this.#names, new Int32Array(size));
    this.#seen = enlarged(this.#seen, new Int32Array(size));
    this.#regions = enlarged(this.#regions, new Float64Array(size));
    this.#sums = enlarged(this.#sums, new Float64Array(size * this.#fieldCount));
  }
}

function enlarged<T extends Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
