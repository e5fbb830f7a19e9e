import { unknownMeminfo, type Column, type Layout } from '@fgm/catalog';
import { colonKeyedParser } from './colon-keyed.ts';
import { KILOBYTE } from './fields.ts';
import { fieldsOf, type Parser } from './parser.ts';
import { accept, acceptAll, COLON, Cursor, LF, NO_NUMBER, scanUnsigned, skipBlanks, skipLine, skipTo } from './scan.ts';

/*
 * /proc/meminfo.
 *
 *     MemTotal:       24684084 kB
 *     Active(anon):       1712 kB
 *     …
 *     HugePages_Total:       0
 *     Hugepagesize:       2048 kB
 *
 * https://docs.kernel.org/filesystems/proc.html#meminfo
 *
 * 4.20 KReclaimable  ·  5.4 FileHugePages, FilePmdMapped  ·  5.19 Zswap, Zswapped  ·  6.0 SecPageTables  ·  6.5 Unaccepted.
 * Which keys there are depends on the configuration too.
 */
export function procMeminfoParser(layout: Layout): Parser {
  const fields = fieldsOf(layout, '/proc/meminfo');
  return colonKeyedParser(
    fields.map((field) => (layout.columns[field.column]!.unit === 'bytes' ? { ...field, multiply: KILOBYTE } : field)),
  );
}

const KILOBYTES = new TextEncoder().encode(' kB');
const decoder = new TextDecoder('latin1');

/** Columns for the keys of this text that the layout does not have. For use once, at start, on the file of the machine. */
export function extraMeminfoColumns(layout: Layout, bytes: Uint8Array, length: number): Column[] {
  const names = new Set(layout.columns.map(({ name }) => name));
  const known = new Set(fieldsOf(layout, '/proc/meminfo').map(({ key }) => key));
  const unknown = new Map<string, Column>();
  const cursor = new Cursor();
  if (!cursor.start(bytes, length)) return [];
  for (; cursor.at < length; skipLine(cursor)) {
    const start = cursor.at;
    skipTo(cursor, COLON);
    const key = decoder.decode(bytes.subarray(start, cursor.at));
    if (!startsWithLetter(key) || !accept(cursor, COLON)) continue;
    skipBlanks(cursor);
    if (scanUnsigned(cursor, 0) === NO_NUMBER) continue;
    const column = unknownMeminfo(key, acceptAll(cursor, KILOBYTES));
    if (bytes[cursor.at] === LF && !known.has(key) && !names.has(column.name)) unknown.set(column.name, column);
  }
  return [...unknown.values()];
}

function startsWithLetter(key: string): boolean {
  const letter = key.charAt(0).toLowerCase();
  return letter >= 'a' && letter <= 'z';
}
