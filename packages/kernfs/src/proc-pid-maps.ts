import { MALFORMED, OK, type Status } from '@fgm/catalog';
import { LineSplitter } from './line-splitter.ts';
import { accept, acceptAll, Cursor, DIGIT_0, MINUS, skipBlanks, skipLine, skipTo, SPACE } from './scan.ts';

/** An address has at most 16 hexadecimal digits. */
const MOST_DIGITS = 16;
/** Addresses from here on are the kernel's (the page [vsyscall]): no page table of the process is behind them. */
const KERNEL_ADDRESS = 2 ** 63;
/** Words between the range and the name: rights, offset, device, inode. */
const WORDS_BEFORE_NAME = 4;
/** What the kernel calls memory from its own hugetlbfs: MAP_HUGETLB without a file. */
const ANON_HUGEPAGE = new TextEncoder().encode('/anon_hugepage');
/** No line of the kernel is longer: a path has at most 4096 bytes, each printed as four at worst. */
const LONGEST_LINE = 32_768;
const LOWER_A = 0x61;

/*
 * /proc/PID/maps, for the ranges alone.
 *
 *     55be8495e000-55be84960000 r--p 00000000 fe:00 247278                     /usr/bin/head
 *     ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]
 *
 * https://docs.kernel.org/filesystems/proc.html
 *
 * Each read gives a page of text at most, whole lines, and goes on behind the address where the last one ended: addresses
 * never go back, whatever the process maps in between. Before 6.17 the mmap lock is held for the length of one read.
 */

/**
 * Ranges of pages that are mapped, in the order of their addresses, while the text arrives in pieces:
 *
 *     regions.reset();
 *     for each piece: regions.clear(); if (regions.push(bytes, length) >= MALFORMED) break; use regions.count, .starts, .ends
 *     regions.finish() < MALFORMED
 *
 * Regions with a gap of less than `gapPages` between them are given as one: to whoever reads in slices a gap costs less than
 * another read. Regions of huge pages are never joined with others.
 */
export class MappedRegions {
  readonly #splitter = new LineSplitter();
  readonly #cursor = new Cursor();
  readonly #pageSize: number;
  readonly #gapPages: number;
  readonly #address = new Float64Array(1);
  /** First page of each region, and the one behind its last. */
  starts = new Float64Array(64);
  ends = new Float64Array(64);
  /** 1 for memory of hugetlbfs that has no file. */
  huge = new Uint8Array(64);
  count = 0;
  #last = 0;
  #offset = 0;

  constructor(pageSize: number, gapPages: number) {
    this.#pageSize = pageSize;
    this.#gapPages = gapPages;
  }

  /** Starts a new process. */
  reset(): void {
    this.#splitter.reset();
    this.count = 0;
    this.#last = 0;
    this.#offset = 0;
  }

  /** Forgets the regions that were given; the next piece continues. */
  clear(): void {
    this.count = 0;
  }

  /** Takes the next piece of the text: OK, or MALFORMED + offset in the whole text, after which there are no regions. */
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

  /** Ends the text: OK, or MALFORMED when it was cut inside a line. */
  finish(): Status {
    return this.#splitter.pending > 0 ? this.#fail(this.#offset) : OK;
  }

  #fail(offset: number): Status {
    this.reset();
    return MALFORMED + offset;
  }

  /** The offset at which these lines stop making sense, or -1. */
  #parseLines(bytes: Uint8Array, start: number, end: number): number {
    const cursor = this.#cursor;
    cursor.start(bytes, end);
    cursor.at = start;
    while (cursor.at < end) if (!this.#parseLine()) return cursor.at;
    return -1;
  }

  #parseLine(): boolean {
    const cursor = this.#cursor;
    if (!this.#parseAddress() || !accept(cursor, MINUS)) return false;
    const start = this.#address[0]!;
    if (!this.#parseAddress() || cursor.bytes[cursor.at] !== SPACE) return false;
    const end = this.#address[0]!;
    if (end <= start || start < this.#last) return false;
    for (let word = 0; word < WORDS_BEFORE_NAME; word++) {
      if (!accept(cursor, SPACE)) return false;
      skipTo(cursor, SPACE);
    }
    skipBlanks(cursor);
    const huge = acceptAll(cursor, ANON_HUGEPAGE) ? 1 : 0;
    skipLine(cursor);
    this.#last = end;
    if (start < KERNEL_ADDRESS) this.#add(start / this.#pageSize, end / this.#pageSize, huge);
    return true;
  }

  /** Reads an address on a page boundary. */
  #parseAddress(): boolean {
    const cursor = this.#cursor;
    const { bytes, at: start } = cursor;
    let value = 0;
    let at = start;
    for (let digit = hexDigit(bytes[at]!); digit >= 0; digit = hexDigit(bytes[++at]!)) value = value * 16 + digit;
    this.#address[0] = value;
    const digits = at - start;
    if (digits === 0 || digits > MOST_DIGITS || value % this.#pageSize !== 0) return false;
    cursor.at = at;
    return true;
  }

  #add(start: number, end: number, huge: number): void {
    const before = this.count - 1;
    if (before >= 0 && (this.huge[before]! | huge) === 0 && start - this.ends[before]! < this.#gapPages) {
      this.ends[before] = end;
      return;
    }
    if (this.count === this.starts.length) this.#grow();
    this.starts[this.count] = start;
    this.ends[this.count] = end;
    this.huge[this.count] = huge;
    this.count++;
  }

  #grow(): void {
    const size = this.count * 2;
    this.starts = enlarged(this.starts, new Float64Array(size));
    this.ends = enlarged(this.ends, new Float64Array(size));
    this.huge = enlarged(this.huge, new Uint8Array(size));
  }
}

function hexDigit(byte: number): number {
  const digit = byte - DIGIT_0;
  if (digit >= 0 && digit <= 9) return digit;
  const letter = byte - LOWER_A;
  return letter >= 0 && letter <= 5 ? letter + 10 : -1;
}

function enlarged<T extends Float64Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
