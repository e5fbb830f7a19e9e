import type { Columns } from '@fgm/catalog';
import { KeyTable } from './key-table.ts';
import type { Field } from './parser.ts';
import { NUMBER, scanUnsigned, TOO_BIG, type Cursor } from './scan.ts';

export const KILOBYTE = 1024;
/** The largest value that a column can hold exactly, as all smaller ones. */
export const LARGEST = 2 ** 53;

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

  /** Reads the number at the cursor into the field's column. NUMBER, TOO_BIG, or NO_NUMBER when there is none. */
  take(field: number, cursor: Cursor, columns: Columns, row: number): number {
    const found = scanUnsigned(cursor, this.#drop[field]!);
    return found === NUMBER ? this.put(field, cursor.number, 0, columns, row) : found;
  }

  /** Stores numbers[at], in the file's unit, as the field's value. NUMBER, or TOO_BIG when the value is. */
  put(field: number, numbers: Float64Array, at: number, columns: Columns, row: number): number {
    const value = numbers[at]! * this.#multiply[field]!;
    if (value > LARGEST) return TOO_BIG;
    columns.setInt(this.#columns[field]!, row, value);
    return NUMBER;
  }
}
