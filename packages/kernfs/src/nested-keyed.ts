import { ABSENT, MALFORMED, OK, OVERFLOW, type Columns, type Status } from '@fgm/catalog';
import { Fields } from './fields.ts';
import { KeyTable, scanKey } from './key-table.ts';
import type { Field, Parser } from './parser.ts';
import { accept, acceptAll, Cursor, EQUALS, LF, NO_NUMBER, NUMBER, skipLine, skipTo, SPACE, TOO_BIG } from './scan.ts';

const MAX = new TextEncoder().encode('max');

/** Which field stands at `line sub=`: a table of the names of lines by the keys in them. */
class Nesting {
  readonly lines: KeyTable;
  readonly keys: KeyTable;
  readonly #fields: Int32Array;

  /** @param list fields with keys `line sub` */
  constructor(list: readonly Field[]) {
    const pairs = list.map(({ key }) => [key.slice(0, key.indexOf(' ')), key.slice(key.indexOf(' ') + 1)] as const);
    const lines = [...new Set(pairs.map(([line]) => line))];
    const keys = [...new Set(pairs.map(([, key]) => key))];
    this.lines = new KeyTable(lines);
    this.keys = new KeyTable(keys);
    this.#fields = new Int32Array(lines.length * keys.length).fill(-1);
    for (const [field, [line, key]] of pairs.entries()) {
      this.#fields[lines.indexOf(line) * keys.length + keys.indexOf(key)] = field;
    }
  }

  /** The field's number, or -1. */
  field(line: number, key: number): number {
    return key < 0 ? -1 : this.#fields[line * this.keys.size + key]!;
  }
}

/**
 * Parser of the kernel's "nested keyed" files: `name key=value key=value …` a line, where `max` is no limit. The key of a
 * field is the line's name, a space, and the key in it.
 *
 * https://docs.kernel.org/admin-guide/cgroup-v2.html#format
 */
export function nestedKeyedParser(list: readonly Field[]): Parser {
  const fields = new Fields(list);
  const nesting = new Nesting(list);
  const cursor = new Cursor();
  return (bytes, length, columns, row) => {
    fields.clear(columns, row);
    if (length === 0) return ABSENT;
    if (!cursor.start(bytes, length)) return MALFORMED + length;
    const status = parseLines(fields, nesting, cursor, columns, row);
    if (status >= MALFORMED) fields.clear(columns, row);
    return status;
  };
}

function parseLines(fields: Fields, nesting: Nesting, cursor: Cursor, columns: Columns, row: number): Status {
  let result: Status = OK;
  while (cursor.at < cursor.end) {
    const start = cursor.at;
    const line = nesting.lines.scan(cursor, SPACE);
    if (cursor.at === start || !accept(cursor, SPACE)) return MALFORMED + cursor.at;
    if (line < 0) {
      skipLine(cursor);
      continue;
    }
    const status = parseLine(fields, nesting, line, cursor, columns, row);
    if (status >= MALFORMED) return status;
    if (status !== OK) result = status;
  }
  return result;
}

/** The kernel leaves a space behind the last value of some files. */
function parseLine(
  fields: Fields,
  nesting: Nesting,
  line: number,
  cursor: Cursor,
  columns: Columns,
  row: number,
): Status {
  let result: Status = OK;
  while (!accept(cursor, LF)) {
    const field = nesting.field(line, scanKey(nesting.keys, cursor));
    if (!accept(cursor, EQUALS)) return MALFORMED + cursor.at;
    if (field < 0) skipTo(cursor, SPACE);
    else {
      const found = acceptAll(cursor, MAX) ? NUMBER : fields.take(field, cursor, columns, row);
      if (found === NO_NUMBER) return MALFORMED + cursor.at;
      if (found === TOO_BIG) result = OVERFLOW;
    }
    if (!accept(cursor, SPACE) && cursor.bytes[cursor.at] !== LF) return MALFORMED + cursor.at;
  }
  return result;
}
