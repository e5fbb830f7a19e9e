import { OK, OVERFLOW, type Columns, type Status } from '@fgm/catalog';
import { KeyTable } from './key-table.ts';
import type { Field } from './parser.ts';
import { NO_NUMBER, scanUnsigned, TOO_BIG, type Cursor } from './scan.ts';

export const KILOBYTE = 1024;
const LARGEST = 2 ** 53;

/** The fields of a parser, in a form that costs nothing to use: their keys by bytes, their columns and factors by number. */
export class Fields {
  readonly keys: KeyTable;
  readonly #columns: Int32Array;
  readonly #multiply: Float64Array;
  readonly #drop: Uint8Array;

  constructor(fields: readonly Field[]) {
    this.keys = new KeyTable(fields.map(({ key }) => key));
    this.#columns = Int32Array.from(fields, ({ column }) => column);
    this.#multiply = Float64Array.from(fields, ({ multiply }) => multiply ?? 1);
    this.#drop = Uint8Array.from(fields, ({ drop }) => drop ?? 0);
  }

  /** Makes all columns of these fields absent. */
  clear(columns: Columns, row: number): void {
    const numbers = this.#columns;
    for (let index = 0; index < numbers.length; index++) columns.setNull(numbers[index]!, row);
  }

  /** Whether the kernel prints this field in kB. */
  inKilobytes(field: number): boolean {
    return this.#multiply[field] === KILOBYTE;
  }

  /** Reads the number at the cursor into the field's column. OK, OVERFLOW, or NO_NUMBER when there is none. */
  take(field: number, cursor: Cursor, columns: Columns, row: number): Status | typeof NO_NUMBER {
    const number = scanUnsigned(cursor, this.#drop[field]!);
    if (number === NO_NUMBER) return NO_NUMBER;
    return this.put(field, number, columns, row);
  }

  /** Stores a number of the file as the field's value. */
  put(field: number, number: number, columns: Columns, row: number): Status {
    const value = number * this.#multiply[field]!;
    if (number === TOO_BIG || value > LARGEST) return OVERFLOW;
    columns.setInt(this.#columns[field]!, row, value);
    return OK;
  }
}
