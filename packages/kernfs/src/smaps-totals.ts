import { OK, OVERFLOW, type Columns, type Layout, type Status } from '@fgm/catalog';
import { Fields, KILOBYTE } from './fields.ts';
import { fieldsOf } from './parser.ts';
import { TOO_BIG } from './scan.ts';
import type { SmapsGroups } from './smaps.ts';

/**
 * Fills the columns of smaps_rollup from the sums of smaps, so that a process that was walked in full need not be walked
 * again. What smaps does not split (Pss_Anon, Pss_File, Pss_Shmem) is absent. Each region's PSS was rounded down to kB, so
 * the total can be a little below that of smaps_rollup.
 */
export class SmapsTotals {
  readonly #fields: Fields;
  /** Number of a column's field → number of the group sums' field, or -1. */
  readonly #from: Int32Array;
  readonly #total = new Float64Array(1);

  /** @param processes layout of the table `processes` */
  constructor(groups: SmapsGroups, processes: Layout) {
    const fields = fieldsOf(processes, '/proc/PID/smaps_rollup', KILOBYTE);
    this.#fields = new Fields(fields);
    this.#from = Int32Array.from(fields, ({ key }) => groups.keys.indexOf(key));
  }

  write(groups: SmapsGroups, columns: Columns, row: number): Status {
    this.#fields.clear(columns, row);
    let result: Status = OK;
    for (let field = 0; field < this.#from.length; field++) {
      if (this.#from[field]! < 0 || !groups.total(this.#from[field]!, this.#total, 0)) continue;
      if (this.#fields.put(field, this.#total, 0, columns, row) === TOO_BIG) result = OVERFLOW;
    }
    return result;
  }
}
