import { ABSENT, MALFORMED, OK, type Layout, type Status } from '@fgm/catalog';
import { DeviceSums } from './device-sums.ts';
import { scanKey } from './key-table.ts';
import { fieldsOf, type Parser } from './parser.ts';
import { accept, Cursor, EQUALS, isDigit, LF, NO_NUMBER, skipTo, SPACE } from './scan.ts';

/*
 * io.stat of cgroup v2, summed over its devices.
 *
 *     8:16 rbytes=1459200 wbytes=314773504 rios=192 wios=353 dbytes=0 dios=0
 *     8:0 rbytes=90430464 wbytes=299008000 rios=8950 wios=1252 dbytes=50331648 dios=3021
 *
 * https://docs.kernel.org/admin-guide/cgroup-v2.html#io-interface-files
 *
 * 4.18 dbytes, dios. io.latency and io.cost append keys of their own, some with values that are no integers. Some
 * kernels print a device without keys, also in front of the next device on the same line: "8:0 8:16 rbytes=…".
 */
export function ioStatParser(layout: Layout): Parser {
  const sums = new DeviceSums(fieldsOf(layout, 'io.stat'));
  const cursor = new Cursor();
  return (bytes, length, columns, row) => {
    sums.fields.clear(columns, row);
    if (length === 0) return ABSENT;
    if (!cursor.start(bytes, length)) return MALFORMED + length;
    sums.reset();
    const status = parseLines(sums, cursor);
    return status >= MALFORMED ? status : sums.store(columns, row);
  };
}

function parseLines(sums: DeviceSums, cursor: Cursor): Status {
  while (cursor.at < cursor.end) {
    if (!isDigit(cursor.bytes[cursor.at]!)) return MALFORMED + cursor.at;
    do {
      const status = parseWord(sums, cursor);
      if (status !== OK) return status;
    } while (accept(cursor, SPACE));
    if (!accept(cursor, LF)) return MALFORMED + cursor.at;
  }
  return OK;
}

/** A device, `key=value`, or nothing (a blank before the line's end). */
function parseWord(sums: DeviceSums, cursor: Cursor): Status {
  const field = scanKey(sums.fields.keys, cursor);
  if (!accept(cursor, EQUALS)) return OK;
  if (field >= 0) return sums.take(field, cursor) === NO_NUMBER ? MALFORMED + cursor.at : OK;
  skipTo(cursor, SPACE);
  return OK;
}
