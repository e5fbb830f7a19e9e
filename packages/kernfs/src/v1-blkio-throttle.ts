import { ABSENT, MALFORMED, OK, type Layout, type Status } from '@fgm/catalog';
import { DeviceSums } from './device-sums.ts';
import { fieldsNamed, type Parser } from './parser.ts';
import { accept, Cursor, isDigit, LF, NO_NUMBER, scanUnsigned, skipLine, skipTo, SPACE } from './scan.ts';

/** What each file's operations are called in `containers` and `devices`. */
export const V1_BLKIO_FIELDS = {
  io_service_bytes: [
    { key: 'Read', name: 'io_stat_rbytes' },
    { key: 'Write', name: 'io_stat_wbytes' },
    { key: 'Discard', name: 'io_stat_dbytes' },
  ],
  io_serviced: [
    { key: 'Read', name: 'io_stat_rios' },
    { key: 'Write', name: 'io_stat_wios' },
    { key: 'Discard', name: 'io_stat_dios' },
  ],
} as const;

/*
 * blkio.throttle.io_service_bytes(_recursive) and blkio.throttle.io_serviced(_recursive) of cgroup v1, summed over devices.
 *
 *     8:0 Read 90430464
 *     8:0 Write 299008000
 *     8:0 Sync 389438464
 *     8:0 Async 0
 *     8:0 Discard 0
 *     8:0 Total 389438464
 *     Total 389438464
 *
 * https://docs.kernel.org/admin-guide/cgroup-v1/blkio-controller.html
 *
 * 4.17 _recursive  ·  4.19 Discard. Only `Total 0` when there was no I/O: all absent.
 */
export function v1BlkioThrottleParser(layout: Layout, file: keyof typeof V1_BLKIO_FIELDS): Parser {
  const sums = new DeviceSums(fieldsNamed(layout, V1_BLKIO_FIELDS[file]));
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
    if (!isDigit(cursor.bytes[cursor.at]!)) {
      skipLine(cursor);
      continue;
    }
    skipTo(cursor, SPACE);
    if (!accept(cursor, SPACE)) return MALFORMED + cursor.at;
    const field = sums.fields.keys.scan(cursor, SPACE);
    if (!accept(cursor, SPACE)) return MALFORMED + cursor.at;
    const found = field < 0 ? scanUnsigned(cursor, 0) : sums.take(field, cursor);
    if (found === NO_NUMBER || !accept(cursor, LF)) return MALFORMED + cursor.at;
  }
  return OK;
}
