import { sortKey } from './sort-key.ts';
import { isText } from '../read/source-columns.ts';
import type { NumberPage, PageReader, TextPage } from '../read/page-reader.ts';
import type { SourceFile } from '../read/source-file.ts';
import { TickSet } from './tick-set.ts';

/** Two odd constants with well spread bits. */
const SPREAD = 0x9e3779b1;
const SPREAD_MORE = 0x85ebca6b;

/** What a column holds, whatever the order of rows: how many values, and a sum over them, each bound to its row's key. */
interface ColumnSum {
  values: number;
  sum: number;
}

/**
 * A checksum of the rows of one or more files that does not depend on their order. Each value counts together with the key
 * of its row (what it is about, time and tick), so that values that change places, or absence that does, change the sum.
 * A column that a file does not have counts like one without values.
 */
export class Fingerprint {
  rows = 0;
  readonly ticks = new TickSet();
  readonly #columns = new Map<string, ColumnSum>();

  /**
   * Adds all rows of a file: a generator that gives way after every column of a row group.
   * @throws Unusable when its pages cannot be read; the fingerprint is then of no use any more
   */
  *add(source: SourceFile, reader: PageReader): Generator<void> {
    for (const { first, rows } of source.groups) {
      const keys = yield* this.#keys(source, reader, first, rows);
      for (const [index, column] of source.columns.entries()) {
        const sum = this.#columns.get(column.name) ?? { values: 0, sum: 0 };
        this.#columns.set(column.name, sum);
        if (isText(column))
          reader.texts(source, index, first, first + rows, (page) => addTexts(sum, page, keys, first));
        else reader.numbers(source, index, first, first + rows, (page) => addNumbers(sum, page, keys, first));
        yield;
      }
      this.rows += rows;
    }
  }

  /** Adds what another one has counted. */
  join(other: Fingerprint): void {
    this.rows += other.rows;
    this.ticks.join(other.ticks);
    for (const [name, { values, sum }] of other.#columns) {
      const own = this.#columns.get(name) ?? { values: 0, sum: 0 };
      this.#columns.set(name, { values: own.values + values, sum: (own.sum + sum) | 0 });
    }
  }

  /** What is different from another one; null when nothing is. */
  difference(other: Fingerprint): string | null {
    if (this.rows !== other.rows) return `${this.rows} rows wanted, found ${other.rows}`;
    if (this.ticks.size !== other.ticks.size) return `${this.ticks.size} ticks wanted, found ${other.ticks.size}`;
    for (const name of new Set([...this.#columns.keys(), ...other.#columns.keys()])) {
      const wanted = this.#columns.get(name) ?? { values: 0, sum: 0 };
      const found = other.#columns.get(name) ?? { values: 0, sum: 0 };
      if (wanted.values !== found.values) return `${wanted.values} values of ${name} wanted, found ${found.values}`;
      if (wanted.sum !== found.sum) return `other values of ${name}`;
    }
    return null;
  }

  /** A number per row of a row group, made of its key, its time and its tick. */
  *#keys(source: SourceFile, reader: PageReader, first: number, rows: number): Generator<void, Int32Array> {
    const keys = new Int32Array(rows);
    for (const name of ['time', 'tick', ...sortKey(source)]) {
      const index = source.indexOf(name);
      if (index < 0) continue;
      const salt = saltOf(name);
      const column = source.columns[index]!;
      if (isText(column)) reader.texts(source, index, first, first + rows, (page) => mixTexts(keys, page, first, salt));
      else {
        reader.numbers(source, index, first, first + rows, (page) => {
          mixNumbers(keys, page, first, salt);
          if (name === 'tick') this.#addTicks(page);
        });
      }
      yield;
    }
    return keys;
  }

  #addTicks({ rows, levels, words }: NumberPage): void {
    for (let row = 0; row < rows; row++) {
      if (levels !== null && levels[row] === 0) continue;
      this.ticks.add(words[row * 2 + 1]! * 4294967296 + (words[row * 2]! >>> 0));
    }
  }
}

/** Spreads a value of 64 bits and a row's key over 32 bits. */
function mix(key: number, low: number, high: number): number {
  let bits = Math.imul(key ^ low, SPREAD);
  bits = (bits << 13) | (bits >>> 19);
  bits = Math.imul(bits ^ high, SPREAD_MORE);
  return bits ^ (bits >>> 15);
}

function saltOf(name: string): number {
  return hashOf(Buffer.from(name));
}

/** FNV-1a. */
function hashOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < bytes.length; index++) hash = Math.imul(hash ^ bytes[index]!, 0x01000193);
  return hash;
}

function addNumbers(into: ColumnSum, { first, rows, levels, words }: NumberPage, keys: Int32Array, from: number): void {
  let { sum, values } = into;
  for (let row = 0; row < rows; row++) {
    if (levels !== null && levels[row] === 0) continue;
    sum = (sum + mix(keys[first - from + row]!, words[row * 2]!, words[row * 2 + 1]!)) | 0;
    values++;
  }
  into.sum = sum;
  into.values = values;
}

function addTexts(into: ColumnSum, { first, rows, codes, dictionary }: TextPage, keys: Int32Array, from: number): void {
  const hashes = dictionary.map(hashOf);
  for (let row = 0; row < rows; row++) {
    const code = codes[row]!;
    if (code < 0) continue;
    into.sum = (into.sum + mix(keys[first - from + row]!, hashes[code]!, dictionary[code]!.length)) | 0;
    into.values++;
  }
}

function mixNumbers(keys: Int32Array, { first, rows, levels, words }: NumberPage, from: number, salt: number): void {
  for (let row = 0; row < rows; row++) {
    if (levels !== null && levels[row] === 0) continue;
    const at = first - from + row;
    keys[at] = (keys[at]! + mix(salt, words[row * 2]!, words[row * 2 + 1]!)) | 0;
  }
}

function mixTexts(keys: Int32Array, { first, rows, codes, dictionary }: TextPage, from: number, salt: number): void {
  const hashes = dictionary.map((text) => mix(salt, hashOf(text), text.length));
  for (let row = 0; row < rows; row++) {
    const code = codes[row]!;
    if (code < 0) continue;
    const at = first - from + row;
    keys[at] = (keys[at]! + hashes[code]!) | 0;
  }
}
