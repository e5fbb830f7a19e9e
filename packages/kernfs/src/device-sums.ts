import { OK, OVERFLOW, type Columns, type Status } from '@fgm/catalog';
import { Fields, LARGEST } from './fields.ts';
import type { Field } from './parser.ts';
import { NO_NUMBER, scanUnsigned, TOO_BIG, type Cursor } from './scan.ts';

/** Sums over the block devices of a file, per key. A key that no device had stays absent. */
export class DeviceSums {
  readonly fields: Fields;
  readonly #sums: Float64Array;
  readonly #seen: Uint8Array;

  constructor(fields: readonly Field[]) {
    this.fields = new Fields(fields);
    this.#sums = new Float64Array(fields.length);
    this.#seen = new Uint8Array(fields.length);
  }

  reset(): void {
    this.#sums.fill(0);
    this.#seen.fill(0);
  }

  /** Reads the number at the cursor and adds it. NUMBER, TOO_BIG, or NO_NUMBER when there is none. */
  take(field: number, cursor: Cursor): number {
    const found = scanUnsigned(cursor, 0);
    if (found === NO_NUMBER) return NO_NUMBER;
    this.#seen[field] = 1;
    const sum = this.#sums[field]!;
    const number = cursor.number[0]!;
    // Compared before it is added: a sum above 2^53 may round down to it.
    this.#sums[field] = found === TOO_BIG || number > LARGEST - sum ? Infinity : sum + number;
    return found;
  }

  store(columns: Columns, row: number): Status {
    let result: Status = OK;
    for (let field = 0; field < this.#sums.length; field++) {
      if (this.#seen[field] === 0) continue;
      if (this.fields.put(field, this.#sums, field, columns, row) === TOO_BIG) result = OVERFLOW;
    }
    return result;
  }
}
