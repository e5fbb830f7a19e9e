import {
  ABSENT,
  blockColumns,
  Columns,
  makeLayout,
  MALFORMED,
  OK,
  OVERFLOW,
  type Column,
  type SampledTable,
  type Status,
} from '@fgm/catalog';
import type { Parser } from '../../src/parser.ts';

/** What a parse came to, in a form that can be compared and written to a file. */
export interface Outcome {
  readonly status: 'OK' | 'ABSENT' | 'OVERFLOW' | 'MALFORMED';
  /** Values of the columns that are present, by name. */
  readonly values: Readonly<Record<string, number>>;
}

const ROW = 9;
const SENTINEL = 4242;
const BYTES_BEHIND = 256;

/** What an earlier, longer text may have left in the buffer behind a text: numbers, and the ends of lines. */
export const BEHIND = ['9', ' 1', ' ', '\n', ' kB\n'] as const;

export function statusName(status: Status): Outcome['status'] {
  if (status >= MALFORMED) return 'MALFORMED';
  const names = { [OK]: 'OK', [ABSENT]: 'ABSENT', [OVERFLOW]: 'OVERFLOW' } as const;
  const name = names[status as keyof typeof names];
  if (name === undefined) throw new RangeError(`no parser gives the status ${status}`);
  return name;
}

export function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Runs one parser over texts (one character a byte) and shows what it did to its row. */
export class ParserBench {
  readonly columns: Columns;
  readonly parse: Parser;
  /** Numbers of the columns that the parser owns: those it makes absent for an empty file. */
  readonly owned: readonly number[];
  readonly #buffer = new Uint8Array(1 << 20);

  /** @param extra columns that were found on the machine */
  constructor(table: SampledTable, make: (layout: Columns['layout']) => Parser, extra: readonly Column[] = []) {
    const layout = makeLayout(table, blockColumns(table, extra), 64);
    this.columns = new Columns(layout);
    this.parse = make(layout);
    this.fill();
    this.parse(this.#buffer, 0, this.columns, ROW);
    this.owned = [...layout.columns.keys()].filter((column) => !this.columns.isValid(column, ROW));
  }

  /** Gives every value of the row and its neighbours a value of their own, so that any change shows. */
  fill(): void {
    for (const [column, { type }] of this.columns.layout.columns.entries()) {
      for (const row of [ROW - 1, ROW, ROW + 1]) {
        if (type === 'double') this.columns.setDouble(column, row, SENTINEL);
        else this.columns.setInt(column, row, SENTINEL);
      }
    }
  }

  /** Parses with the text `behind` repeated behind the text, which must not matter. */
  status(text: string, behind: string = BEHIND[0]): Status {
    for (let at = 0; at < BYTES_BEHIND; at++) this.#buffer[text.length + at] = behind.charCodeAt(at % behind.length);
    this.#buffer.set(latin1(text));
    return this.parse(this.#buffer, text.length, this.columns, ROW);
  }

  run(text: string, behind: string = BEHIND[0]): Outcome {
    const status = this.status(text, behind);
    const present = this.owned.filter((column) => this.columns.isValid(column, ROW));
    const values = present.map((column) => [this.columns.layout.columns[column]!.name, this.value(column)] as const);
    return { status: statusName(status), values: Object.fromEntries(values) };
  }

  value(column: number, row = ROW): number {
    const { type } = this.columns.layout.columns[column]!;
    return type === 'double' ? this.columns.getDouble(column, row) : this.columns.getInt(column, row);
  }

  /** Names of values outside the parser's columns and row that are no longer what fill() set. */
  disturbed(): string[] {
    const names: string[] = [];
    for (const [column, { name }] of this.columns.layout.columns.entries()) {
      const rows = this.owned.includes(column) ? [ROW - 1, ROW + 1] : [ROW - 1, ROW, ROW + 1];
      for (const row of rows) {
        if (!this.columns.isValid(column, row) || this.value(column, row) !== SENTINEL)
          names.push(`${name}, row ${row - ROW}`);
      }
    }
    return names;
  }
}
