import { OK, OVERFLOW, type Columns, type Status } from '@fgm/catalog';
import { Fields } from './fields.ts';
import type { Field } from './parser.ts';
import { TOO_BIG } from './scan.ts';

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

  add(field: number, number: number): void {
    this.#seen[field] = 1;
    this.#sums[field] = number === TOO_BIG ? Infinity : this.#sums[field]! + number;
  }

  store(columns: Columns, row: number): Status {
    let result: Status = OK;
    for (let field = 0; field < this.#sums.length; field++) {
      if (this.#seen[field] === 0) continue;
      if (this.fields.put(field, this.#sums[field]!, columns, row) === OVERFLOW) result = OVERFLOW;
    }
    return result;
  }
}
