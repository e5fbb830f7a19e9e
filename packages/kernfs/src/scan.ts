/** Bytes that kernel files are made of. */
export const TAB = 0x09;
export const LF = 0x0a;
export const SPACE = 0x20;
export const MINUS = 0x2d;
export const DOT = 0x2e;
export const DIGIT_0 = 0x30;
export const DIGIT_9 = 0x39;
export const COLON = 0x3a;
export const EQUALS = 0x3d;

/** What the scanners of numbers give: the number itself is then in the cursor's `number`. */
export const NUMBER = 0;
/** There is no number of this form here. */
export const NO_NUMBER = 1;
/** There is one, but it cannot be held exactly. */
export const TOO_BIG = 2;

/** Any number of so many digits is below 2^53. */
export const SAFE_DIGITS = 15;
/** And below 2^31. */
export const SMALL_DIGITS = 9;
/** 2^53 is 9007199254740992: these digits, and a last one of 2. */
const LIMIT_HEAD = 900719925474099;
const LIMIT_LAST = 2;

const EMPTY = new Uint8Array(0);

/**
 * Where a scanner is in some text. Every scanner works on this one shape, so that the compiled code stays monomorphic.
 *
 * The last byte before `end` must be a line feed: it is the sentinel that lets loops run without comparing with `end`.
 */
export class Cursor {
  bytes: Uint8Array = EMPTY;
  at = 0;
  end = 0;
  /** The number scanned last. In a typed array because a number handed from function to function may be put on the heap. */
  readonly number = new Float64Array(1);

  /** Starts at the first byte. False when the text does not end with a line feed: it was cut, and nothing may be taken from it. */
  start(bytes: Uint8Array, length: number): boolean {
    this.bytes = bytes;
    this.at = 0;
    this.end = length;
    return length > 0 && bytes[length - 1] === LF;
  }
}

/**
 * Reads decimal digits into the cursor's `number` and moves behind them. Exact up to and including 2^53.
 * @param drop how many of the last digits to leave out: 3 turns nanoseconds into whole microseconds without ever holding
 *   the larger number
 * @returns NUMBER, NO_NUMBER when there is no digit here, TOO_BIG when it is above 2^53
 */
export function scanUnsigned(cursor: Cursor, drop: number): number {
  const { bytes, at: start } = cursor;
  let at = start;
  let small = 0;
  let digit = bytes[at]! - DIGIT_0;
  // In whole numbers of 32 bits as long as that is sure to do, which is a third of the work.
  for (const most = start + SMALL_DIGITS; digit >= 0 && digit <= 9 && at < most; digit = bytes[++at]! - DIGIT_0)
    small = (small * 10 + digit) | 0;
  let value = small;
  for (; digit >= 0 && digit <= 9; digit = bytes[++at]! - DIGIT_0) value = value * 10 + digit;
  cursor.at = at;
  if (at === start) return NO_NUMBER;
  if (drop > 0 || at - start > SAFE_DIGITS) return scanLong(cursor, start, at - drop);
  cursor.number[0] = value;
  return NUMBER;
}

/** Scans bytes[start..end), which are digits, with regard to the limit. */
function scanLong(cursor: Cursor, start: number, end: number): number {
  const { bytes } = cursor;
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = bytes[at]! - DIGIT_0;
    if (value > LIMIT_HEAD || (value === LIMIT_HEAD && digit > LIMIT_LAST)) return TOO_BIG;
    value = value * 10 + digit;
  }
  cursor.number[0] = value;
  return NUMBER;
}

const POWERS_OF_TEN = Float64Array.from({ length: SAFE_DIGITS + 1 }, (_, power) => 10 ** power);

/**
 * Reads `123` or `123.45`, as the kernel prints averages, into the cursor's `number` and moves behind it. The result is the
 * double nearest to the text, because both operands of the one division are exact.
 * @returns NUMBER, NO_NUMBER when the text is not of this form, TOO_BIG when it has too many digits to be exact
 */
export function scanDecimal(cursor: Cursor): number {
  const whole = scanUnsigned(cursor, 0);
  if (whole === NO_NUMBER || !accept(cursor, DOT)) return whole;
  const { bytes, at: start } = cursor;
  let value = cursor.number[0]!;
  let at = start;
  for (; isDigit(bytes[at]!); at++) value = value * 10 + (bytes[at]! - DIGIT_0);
  cursor.at = at;
  const digits = at - start;
  if (digits === 0) return NO_NUMBER;
  if (whole === TOO_BIG || digits > SAFE_DIGITS || value > Number.MAX_SAFE_INTEGER) return TOO_BIG;
  cursor.number[0] = value / POWERS_OF_TEN[digits]!;
  return NUMBER;
}

export function isDigit(byte: number): boolean {
  return byte >= DIGIT_0 && byte <= DIGIT_9;
}

/** Moves behind the next line feed. */
export function skipLine(cursor: Cursor): void {
  const { bytes } = cursor;
  let { at } = cursor;
  while (bytes[at] !== LF) at++;
  cursor.at = at + 1;
}

/** Moves to the next `byte` of this line, or to the line feed. */
export function skipTo(cursor: Cursor, byte: number): void {
  const { bytes } = cursor;
  let { at } = cursor;
  while (bytes[at] !== byte && bytes[at] !== LF) at++;
  cursor.at = at;
}

/** Moves to the end of a key in `key=value`: the next equals sign, space or line feed. */
export function skipKey(cursor: Cursor): void {
  const { bytes } = cursor;
  let { at } = cursor;
  while (bytes[at] !== EQUALS && bytes[at] !== SPACE && bytes[at] !== LF) at++;
  cursor.at = at;
}

/** Moves behind spaces and tabs. */
export function skipBlanks(cursor: Cursor): void {
  const { bytes } = cursor;
  let { at } = cursor;
  while (bytes[at] === SPACE || bytes[at] === TAB) at++;
  cursor.at = at;
}

/** Moves behind `byte` when it is the next one. */
export function accept(cursor: Cursor, byte: number): boolean {
  if (cursor.bytes[cursor.at] !== byte) return false;
  cursor.at++;
  return true;
}

/** Moves behind `text` when it comes next. */
export function acceptAll(cursor: Cursor, text: Uint8Array): boolean {
  const { bytes, at } = cursor;
  for (let index = 0; index < text.length; index++) if (bytes[at + index] !== text[index]) return false;
  cursor.at = at + text.length;
  return true;
}

/** Moves behind an integer with or without a sign. False when there is none. */
export function skipInteger(cursor: Cursor): boolean {
  const { bytes } = cursor;
  const start = bytes[cursor.at] === MINUS ? cursor.at + 1 : cursor.at;
  let at = start;
  while (isDigit(bytes[at]!)) at++;
  cursor.at = at;
  return at > start;
}
