import type { Column } from '@fgm/catalog';
import { NumericBatch } from '../numeric-batch.ts';
import { encodeNumeric } from '../numeric-columns.ts';
import type { ParquetFile } from '../parquet-file.ts';
import { encodeText, type TextRuns } from '../text-column.ts';
import type { Pieces } from './merge-order.ts';
import type { NumberPage, PageReader } from '../read/page-reader.ts';
import { isText } from '../read/source-columns.ts';
import type { SourceFile } from '../read/source-file.ts';
import { Unusable } from '../read/unusable.ts';

/** Rows of a row group: a column of them is a mebibyte before compression. */
const GROUP_ROWS = 1 << 17;

/** Neighbouring rows of a source that stand together in a row group. */
interface Stretch {
  /** Row of the source. */
  readonly first: number;
  readonly rows: number;
  /** Row of the row group. */
  readonly to: number;
}

/** What one source gives to a row group, by its own rows. */
interface Share {
  readonly source: SourceFile;
  readonly stretches: readonly Stretch[];
  /** From the first row wanted to the last. */
  readonly from: number;
  readonly end: number;
}

/**
 * Writes the rows of several files as one, row group after row group and column after column, so that no more than one
 * column of a row group is in memory: a generator that gives way after each.
 */
export class MergeEncoder {
  readonly #sources: readonly SourceFile[];
  readonly #columns: readonly Column[];
  readonly #pieces: Pieces;
  readonly #reader: PageReader;
  readonly #level: number;
  readonly #groupRows: number;
  readonly #batch: NumericBatch;

  /**
   * @param columns of the file, each of one type in all sources that have it, @param level of ZSTD
   * @param groupRows rows of a row group
   */
  constructor(
    sources: readonly SourceFile[],
    columns: readonly Column[],
    pieces: Pieces,
    reader: PageReader,
    level: number,
    groupRows: number = GROUP_ROWS,
  ) {
    this.#sources = sources;
    this.#columns = columns;
    this.#pieces = pieces;
    this.#reader = reader;
    this.#level = level;
    this.#groupRows = groupRows;
    this.#batch = new NumericBatch(1, Math.min(pieces.rows, groupRows));
  }

  /** @throws Unusable when a source cannot be read, the error of write(2) */
  *write(file: ParquetFile): Generator<void> {
    try {
      for (const { shares, rows } of groupsOf(this.#pieces, this.#sources, this.#groupRows)) {
        for (const column of this.#columns) {
          if (isText(column)) file.column(encodeText(column.name, this.#texts(column, shares, rows), this.#level));
          else for (const chunk of this.#numbers(column, shares, rows)) file.column(chunk);
          yield;
        }
        file.endGroup(rows);
      }
    } finally {
      this.#batch.dispose();
    }
  }

  #numbers(column: Column, shares: readonly Share[], rows: number): ReturnType<typeof encodeNumeric> {
    const batch = this.#batch;
    batch.begin([column], rows);
    // What the memory was used for before would not compress.
    batch.words.fill(0, batch.wordsAt, batch.wordsAt + rows * 2);
    for (const { source, stretches, from, end } of shares) {
      const index = source.indexOf(column.name);
      if (index < 0) continue;
      let next = 0;
      this.#reader.numbers(source, index, from, end, (page) => {
        while (next < stretches.length && stretches[next]!.first + stretches[next]!.rows <= page.first) next++;
        for (let at = next; at < stretches.length && stretches[at]!.first < page.first + page.rows; at++) {
          place(batch, page, stretches[at]!);
        }
      });
    }
    return encodeNumeric(batch, this.#level);
  }

  #texts(column: Column, shares: readonly Share[], rows: number): TextRuns {
    const codes = new Int32Array(rows).fill(-1);
    const texts: string[] = [];
    const numbers = new Map<string, number>();
    for (const { source, stretches, from, end } of shares) {
      const index = source.indexOf(column.name);
      if (index < 0) continue;
      this.#reader.texts(source, index, from, end, (page) => {
        const known = new Int32Array(page.dictionary.length).fill(-1);
        const numberOf = (code: number): number => {
          if (known[code] === -1) known[code] = intern(texts, numbers, page.dictionary[code]!);
          return known[code]!;
        };
        for (const { first, rows: count, to } of stretches) {
          const start = Math.max(first, page.first);
          const stop = Math.min(first + count, page.first + page.rows);
          for (let row = start; row < stop; row++) {
            const code = page.codes[row - page.first]!;
            if (code >= 0) codes[to + row - first] = numberOf(code);
          }
        }
      });
    }
    return runsOf(codes, texts);
  }
}

/** Row group after row group: which rows of which sources are in it. */
function* groupsOf(
  pieces: Pieces,
  sources: readonly SourceFile[],
  groupRows: number,
): Generator<{ readonly shares: readonly Share[]; readonly rows: number }> {
  let piece = 0;
  let taken = 0;
  for (let done = 0; done < pieces.rows;) {
    const stretches = new Map<number, Stretch[]>();
    let rows = 0;
    while (rows < groupRows && piece < pieces.length) {
      const count = Math.min(pieces.rowsOf(piece) - taken, groupRows - rows);
      const source = pieces.source(piece);
      const list = stretches.get(source) ?? [];
      stretches.set(source, list);
      list.push({ first: pieces.first(piece) + taken, rows: count, to: rows });
      rows += count;
      taken += count;
      if (taken === pieces.rowsOf(piece)) {
        piece++;
        taken = 0;
      }
    }
    done += rows;
    yield { shares: [...stretches].map(([source, list]) => shareOf(sources[source]!, list)), rows };
  }
}

function shareOf(source: SourceFile, list: readonly Stretch[]): Share {
  const stretches = list.toSorted((a, b) => a.first - b.first);
  const last = stretches.at(-1)!;
  return { source, stretches, from: stretches[0]!.first, end: last.first + last.rows };
}

/** Copies the values of a stretch that are in a page to their rows of the batch. */
function place(batch: NumericBatch, page: NumberPage, { first, rows, to }: Stretch): void {
  const start = Math.max(first, page.first);
  const end = Math.min(first + rows, page.first + page.rows);
  const { levels, words } = page;
  if (start >= end) return;
  const target = batch.wordsAt + (to + start - first) * 2;
  if (levels === null) {
    batch.words.set(words.subarray((start - page.first) * 2, (end - page.first) * 2), target);
    setBits(batch.bytes, to + start - first, end - start);
    batch.nulls[0] = batch.nulls[0]! - (end - start);
    return;
  }
  let present = 0;
  for (let row = start; row < end; row++) {
    const at = row - page.first;
    if (levels[at] === 0) continue;
    const placed = to + row - first;
    batch.words[batch.wordsAt + placed * 2] = words[at * 2]!;
    batch.words[batch.wordsAt + placed * 2 + 1] = words[at * 2 + 1]!;
    const byte = placed >> 3;
    batch.bytes[byte] = batch.bytes[byte]! | (1 << (placed & 7));
    present++;
  }
  batch.nulls[0] = batch.nulls[0]! - present;
}

/** Sets `count` bits of a bitmap from bit `first` on. */
function setBits(bytes: Uint8Array, first: number, count: number): void {
  let bit = first;
  const end = first + count;
  for (; bit < end && (bit & 7) !== 0; bit++) bytes[bit >> 3]! |= 1 << (bit & 7);
  if (bit < end) bytes.fill(0xff, bit >> 3, end >> 3);
  for (bit = Math.max(bit, end - (end & 7)); bit < end; bit++) bytes[bit >> 3]! |= 1 << (bit & 7);
}

/** A byte order mark is part of a text like anything else. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function intern(texts: string[], numbers: Map<string, number>, bytes: Uint8Array): number {
  const text = decode(bytes);
  let number = numbers.get(text);
  if (number === undefined) {
    number = texts.length;
    numbers.set(text, number);
    texts.push(text);
  }
  return number;
}

function decode(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new Unusable('has a text that is not UTF-8', { cause });
  }
}

function runsOf(codes: Int32Array, texts: readonly string[]): TextRuns {
  const found: (string | null)[] = [];
  const lengths: number[] = [];
  for (let start = 0; start < codes.length;) {
    let end = start + 1;
    while (end < codes.length && codes[end] === codes[start]) end++;
    found.push(codes[start]! < 0 ? null : texts[codes[start]!]!);
    lengths.push(end - start);
    start = end;
  }
  return { texts: found, lengths };
}
