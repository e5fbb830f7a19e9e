import type { Columns } from '@fgm/catalog';
import { KILOBYTE, LARGEST } from './fields.ts';
import type { Field } from './parser.ts';
import { COLON, DIGIT_0, LF, SAFE_DIGITS, SMALL_DIGITS, SPACE, TAB, type Cursor } from './scan.ts';
import { WordView } from './word-view.ts';

/** Bytes of a key with its delimiter: they are compared four at a time, the last four overlapping those before. */
const SHORTEST = 4;
const LONGEST = 32;
const WORDS = LONGEST / 4;
/** Keys without a column that are remembered at most. */
const MOST_STRANGERS = 64;
/** What follows a number of kilobytes and ends its line, as one little-endian number. */
const KILOBYTES_LF = 0x0a42_6b20;

const encoder = new TextEncoder();

/**
 * The short way through files of lines with a key and a number. The kernel prints the same keys in the same order each time, so
 * each line is expected to have the key that came after the one before it last time, and a number that needs no care. A line that is
 * not so is left for the parser, which knows all forms, and tells what it found; the keys that it passes over are expected from
 * then on as well. Nothing here decides what is well-formed, and nothing is allocated while the texts are in the same buffer.
 */
export class ExpectedLines {
  readonly #columns: Int32Array;
  readonly #multiply: Float64Array;
  /** `Key:   value kB` and not `key value`. */
  readonly #colon: boolean;
  /** Bytes of each key with its delimiter; 0 for one that is never expected. */
  readonly #lengths: Int32Array;
  readonly #words: Int32Array;
  /** For each key the one after it. */
  readonly #next: Int32Array;
  readonly #firstStranger: number;
  #strangers = 0;
  #last = 0;
  readonly #text = new WordView();

  constructor(fields: readonly Field[], delimiter: typeof COLON | typeof SPACE) {
    const most = fields.length + MOST_STRANGERS;
    this.#colon = delimiter === COLON;
    this.#firstStranger = fields.length;
    this.#columns = Int32Array.from(fields, ({ column }) => column);
    this.#multiply = Float64Array.from(fields, ({ multiply }) => multiply ?? 1);
    this.#lengths = new Int32Array(most);
    this.#words = new Int32Array(most * WORDS);
    this.#next = new Int32Array(most);
    for (const [line, { key, drop = 0 }] of fields.entries()) {
      const bytes = encoder.encode(`${key}${String.fromCharCode(delimiter)}`);
      this.#text.look(bytes);
      if (drop === 0) this.#remember(line, 0, bytes.length);
    }
  }

  /** Takes lines into their columns as long as they are as expected, and moves behind them. */
  take(cursor: Cursor, columns: Columns, row: number): void {
    const { bytes, end } = cursor;
    this.#text.look(bytes);
    let { at } = cursor;
    let last = this.#last;
    while (at < end) {
      const line = this.#next[last]!;
      const value = at + this.#lengths[line]!;
      if (value === at || value >= end || !this.#matches(line, at, value)) break;
      const stranger = line >= this.#firstStranger;
      const behind = stranger ? this.#text.lineFeed(value, end) + 1 : this.#takeNumber(line, value, columns, row);
      if (behind < 0) break;
      at = behind;
      last = line;
    }
    this.#last = last;
    cursor.at = at;
  }

  /**
   * The parser has taken a line of the text that take() saw last.
   * @param field its number, or -1 when it has no column
   * @param start where its key begins, @param end and its delimiter stands
   */
  learn(field: number, start: number, end: number): void {
    const line = field >= 0 ? field : this.#strangerAt(start, end + 1);
    if (line < 0) return;
    this.#next[this.#last] = line;
    this.#last = line;
  }

  /** Whether bytes[at..end) are the key of this line. */
  #matches(line: number, at: number, end: number): boolean {
    const text = this.#text;
    const words = this.#words;
    let word = line * WORDS;
    for (let place = at; place < end - 4; place += 4) if (text.at(place) !== words[word++]) return false;
    return text.at(end - 4) === words[word];
  }

  /** Where the next line begins; -1 when the rest of this one is no number that can be taken as it is. */
  #takeNumber(line: number, from: number, columns: Columns, row: number): number {
    const { bytes } = this.#text;
    let at = from;
    if (this.#colon) while (bytes[at] === SPACE || bytes[at] === TAB) at++;
    const start = at;
    let small = 0;
    let digit = bytes[at]! - DIGIT_0;
    for (const most = start + SMALL_DIGITS; digit >= 0 && digit <= 9 && at < most; digit = bytes[++at]! - DIGIT_0)
      small = (small * 10 + digit) | 0;
    let value = small;
    for (; digit >= 0 && digit <= 9; digit = bytes[++at]! - DIGIT_0) value = value * 10 + digit;
    const digits = at - start;
    const multiply = this.#multiply[line]!;
    if (this.#colon && multiply === KILOBYTE) {
      if (!this.#hasKilobytes(at)) return -1;
      at += 3;
    }
    if (bytes[at] !== LF || digits === 0 || digits > SAFE_DIGITS || value * multiply > LARGEST) return -1;
    columns.setInt(this.#columns[line]!, row, value * multiply);
    return at + 1;
  }

  #hasKilobytes(at: number): boolean {
    const text = this.#text;
    return at + 4 <= text.bytes.length && text.at(at) === KILOBYTES_LF;
  }

  /** The number of a key without a column, which is remembered if there is room; -1 if not. */
  #strangerAt(start: number, end: number): number {
    for (let line = this.#firstStranger; line < this.#firstStranger + this.#strangers; line++)
      if (this.#lengths[line] === end - start && this.#matches(line, start, end)) return line;
    const line = this.#firstStranger + this.#strangers;
    if (this.#strangers === MOST_STRANGERS || !this.#remember(line, start, end)) return -1;
    this.#strangers++;
    return line;
  }

  /** Takes bytes[start..end) as a key with its delimiter. False when it is too short or too long to be expected. */
  #remember(line: number, start: number, end: number): boolean {
    const length = end - start;
    if (length < SHORTEST || length > LONGEST) return false;
    let word = line * WORDS;
    for (let place = start; place < end - 4; place += 4) this.#words[word++] = this.#text.at(place);
    this.#words[word] = this.#text.at(end - 4);
    this.#lengths[line] = length;
    return true;
  }
}
