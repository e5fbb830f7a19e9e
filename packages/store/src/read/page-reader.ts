import { zstdDecompressSync } from 'node:zlib';
import { numberAt, structAt, ThriftReader, type ThriftStruct } from '../thrift.ts';
import { free } from './free.ts';
import { readHybrid } from './hybrid-runs.ts';
import { MOST_GROUP_ROWS } from './file-places.ts';
import type { SourceFile } from './source-file.ts';
import { Unusable } from './unusable.ts';

/** Numbers of parquet.thrift. */
const PAGE_TYPE = 1;
const PAGE_SIZE = 2;
const PAGE_COMPRESSED_SIZE = 3;
const DATA_HEADER = 5;
const DICTIONARY_HEADER = 7;
const DATA_PAGE = 0;
const DICTIONARY_PAGE = 2;
const PLAIN = 0;
const PLAIN_DICTIONARY = 2;
const RLE = 3;
const RLE_DICTIONARY = 8;
/** A page is decompressed into pieces of so much at most: the size it says it has need not be true. */
const MOST_CHUNK_BYTES = 1 << 22;
/** Far above any page of a recorder: more is not one. */
const MAX_PAGE_BYTES = 1 << 28;

/** Some rows of a column of numbers. Its arrays are the reader's own: they hold until the next page. */
export interface NumberPage {
  /** Row of the file at which it starts. */
  readonly first: number;
  readonly rows: number;
  /** 1 for a value, 0 for none, per row; null when no row is without. */
  readonly levels: Uint8Array | null;
  /** Two words of 32 bits a row, the low one first. Of rows without a value they say nothing. */
  readonly words: Int32Array;
}

/** Some rows of a column of texts. */
export interface TextPage {
  readonly first: number;
  readonly rows: number;
  /** Per row a place in the dictionary, or -1 for none. */
  readonly codes: Int32Array;
  /** UTF-8. */
  readonly dictionary: readonly Uint8Array[];
}

interface Page {
  readonly header: ThriftStruct;
  /** Whether what `data` gives is a copy. */
  readonly compressed: boolean;
  readonly data: () => Uint8Array;
}

/**
 * Reads pages as the recorder encodes them: numbers PLAIN, texts by a dictionary, absence by definition levels, all in
 * pages of version 1. Words are taken over bit by bit, so that NaNs and integers beyond 2^53 stay what they are.
 */
export class PageReader {
  #chunk = Buffer.alloc(0);
  #words = new Int32Array(0);
  #codes = new Int32Array(0);
  #levels = new Uint8Array(0);

  /**
   * Hands over the pages of a column of numbers that have rows of `from` to `to` (not included).
   * @throws Unusable when the pages are not what they should be
   */
  numbers(source: SourceFile, column: number, from: number, to: number, take: (page: NumberPage) => void): void {
    this.#pages(source, column, from, to, ({ header, compressed, data }, first) => {
      const rows = rowsOf(header, PLAIN);
      if (rows === null) throw new Unusable(`column ${source.columns[column]!.name} is not encoded plainly`);
      if (first + rows <= from || first >= to) return rows;
      const page = data();
      const { at, present } = this.#readLevels(page, rows);
      if (present === 0) return rows;
      this.#readWords(page, at, rows, present);
      if (compressed) free(page);
      take({ first, rows, levels: present === rows ? null : this.#levels, words: this.#words });
      return rows;
    });
  }

  /** Likewise of a column of texts. Rows without a text that stand alone in a page are handed over, too. */
  texts(source: SourceFile, column: number, from: number, to: number, take: (page: TextPage) => void): void {
    let dictionary: readonly Uint8Array[] = [];
    this.#pages(source, column, from, to, ({ header, data }, first) => {
      if (header.has(DICTIONARY_HEADER)) {
        dictionary = readDictionary(header, data());
        return 0;
      }
      const rows = rowsOf(header, PLAIN, PLAIN_DICTIONARY, RLE_DICTIONARY);
      if (rows === null) throw new Unusable(`column ${source.columns[column]!.name} has no dictionary`);
      if (first + rows <= from || first >= to) return rows;
      const page = data();
      const { at, present } = this.#readLevels(page, rows);
      if (this.#codes.length < rows) this.#codes = new Int32Array(rows);
      if (present === 0) this.#codes.fill(-1, 0, rows);
      else this.#readCodes(page, at, rows, present, dictionary.length);
      take({ first, rows, codes: this.#codes, dictionary });
      return rows;
    });
  }

  #pages(
    source: SourceFile,
    column: number,
    from: number,
    to: number,
    take: (page: Page, first: number) => number,
  ): void {
    for (const [group, { first, rows }] of source.groups.entries()) {
      if (first + rows <= from || first >= to) continue;
      const length = source.chunkLength(group, column);
      if (this.#chunk.length < length) this.#chunk = Buffer.allocUnsafeSlow(Math.ceil(length * 1.5));
      source.readChunk(group, column, this.#chunk);
      const chunk = this.#chunk.subarray(0, length);
      const compressed = source.isCompressed(group, column);
      const reader = new ThriftReader(chunk);
      let row = first;
      while (reader.at < length) row += take(nextPage(reader, chunk, compressed), row);
      if (row !== first + rows)
        throw new Unusable(`column ${source.columns[column]!.name} has ${row - first} of ${rows} rows`);
    }
  }

  #readLevels(page: Uint8Array, rows: number): { at: number; present: number } {
    const length = page.length < 4 ? NaN : new DataView(page.buffer, page.byteOffset).getUint32(0, true);
    const at = 4 + length;
    if (!(at <= page.length)) throw new Unusable('a page ends within its definition levels');
    if (this.#levels.length < rows) this.#levels = new Uint8Array(rows);
    readHybrid(page, 4, at, 1, rows, this.#levels);
    let present = 0;
    for (let row = 0; row < rows; row++) present += this.#levels[row]!;
    return { at, present };
  }

  #readWords(page: Uint8Array, at: number, rows: number, present: number): void {
    if (page.length - at !== present * 8) {
      throw new Unusable(`a page of ${present} values has ${page.length - at} bytes of them`);
    }
    if (this.#words.length < rows * 2) this.#words = new Int32Array(rows * 2);
    const words = this.#words;
    new Uint8Array(words.buffer).set(page.subarray(at));
    if (present === rows) return;
    // To their rows, from the end, so that nothing is written over before it was moved.
    let value = present;
    for (let row = rows - 1; value > 0; row--) {
      if (this.#levels[row] === 0) continue;
      value--;
      words[row * 2] = words[value * 2]!;
      words[row * 2 + 1] = words[value * 2 + 1]!;
    }
  }

  #readCodes(page: Uint8Array, at: number, rows: number, present: number, texts: number): void {
    const codes = this.#codes;
    const width = page[at] ?? 33;
    if (width > 32) throw new Unusable(`dictionary indices of ${width} bits`);
    readHybrid(page, at + 1, page.length, width, present, codes);
    for (let index = 0; index < present; index++) {
      if (codes[index]! >>> 0 >= texts) throw new Unusable(`text ${codes[index]} of a dictionary of ${texts}`);
    }
    if (present === rows) return;
    let value = present;
    for (let row = rows - 1; row >= 0; row--) codes[row] = this.#levels[row] === 0 ? -1 : codes[--value]!;
  }
}

function nextPage(reader: ThriftReader, chunk: Uint8Array, compressed: boolean): Page {
  const header = reader.struct();
  const length = numberAt(header, PAGE_COMPRESSED_SIZE);
  const size = numberAt(header, PAGE_SIZE);
  const bytes = chunk.subarray(reader.at, reader.at + length);
  if (length < 0 || bytes.length !== length || size > MAX_PAGE_BYTES)
    throw new Unusable('a page ends beyond its column');
  reader.at += length;
  const data = (): Uint8Array => {
    if (!compressed) return bytes;
    const raw = zstdDecompressSync(bytes, {
      maxOutputLength: size + 1,
      chunkSize: Math.min(Math.max(64, size), MOST_CHUNK_BYTES),
    });
    if (raw.length !== size) throw new Unusable(`a page of ${size} bytes has ${raw.length}`);
    return raw;
  };
  return { header, compressed, data };
}

/** Rows of a data page; null when its values have none of these encodings. */
function rowsOf(header: ThriftStruct, ...encodings: readonly number[]): number | null {
  if (numberAt(header, PAGE_TYPE) !== DATA_PAGE || !header.has(DATA_HEADER)) return null;
  const data = structAt(header, DATA_HEADER);
  const known = encodings.includes(numberAt(data, 2)) && numberAt(data, 3) === RLE;
  const rows = numberAt(data, 1);
  return known && rows >= 0 && rows <= MOST_GROUP_ROWS ? rows : null;
}

function readDictionary(header: ThriftStruct, data: Uint8Array): Uint8Array[] {
  const count = numberAt(structAt(header, DICTIONARY_HEADER), 1);
  if (numberAt(header, PAGE_TYPE) !== DICTIONARY_PAGE) throw new Unusable('a dictionary in a data page');
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const texts: Uint8Array[] = [];
  let at = 0;
  while (texts.length < count) {
    const length = at + 4 > data.length ? NaN : view.getUint32(at, true);
    if (!(at + 4 + length <= data.length))
      throw new Unusable(`a dictionary of ${count} texts ends after ${texts.length}`);
    texts.push(data.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return texts;
}
