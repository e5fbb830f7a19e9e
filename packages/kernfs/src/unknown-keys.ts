import type { Column, Layout } from '@fgm/catalog';
import { accept, Cursor, isDigit, LF, NO_NUMBER, scanUnsigned, skipLine, SPACE } from './scan.ts';

const UNDERSCORE = 0x5f;
const LOWER_A = 0x61;
const LOWER_Z = 0x7a;

const decoder = new TextDecoder();

/**
 * Columns for the keys of a flat keyed text that no column of the layout has, so that a newer kernel's keys are kept. For use
 * once, at start, on one file of the machine. Only keys that can be part of a column's name count.
 * @param make the column of an unknown key
 */
export function unknownFlatKeys(
  layout: Layout,
  source: string,
  bytes: Uint8Array,
  length: number,
  make: (key: string) => Column,
): Column[] {
  const known = new Set(layout.columns.filter((column) => column.source === source).map(({ key }) => key));
  const unknown = new Map<string, Column>();
  const cursor = new Cursor();
  if (!cursor.start(bytes, length)) return [];
  for (; cursor.at < length; skipLine(cursor)) {
    const start = cursor.at;
    while (isKeyByte(bytes[cursor.at]!)) cursor.at++;
    const key = decoder.decode(bytes.subarray(start, cursor.at));
    const found = accept(cursor, SPACE) && scanUnsigned(cursor, 0) !== NO_NUMBER && bytes[cursor.at] === LF;
    if (found && key !== '' && !known.has(key)) unknown.set(key, make(key));
  }
  return [...unknown.values()];
}

function isKeyByte(byte: number): boolean {
  return (byte >= LOWER_A && byte <= LOWER_Z) || isDigit(byte) || byte === UNDERSCORE;
}
