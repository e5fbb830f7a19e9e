import { OK, OVERFLOW, type Columns, type Layout, type Status } from '@fgm/catalog';
import { Fields, KILOBYTE } from './fields.ts';
import { fieldsOf } from './parser.ts';
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
      const total = this.#from[field]! < 0 ? -1 : groups.total(this.#from[field]!);
      if (total >= 0 && this.#fields.put(field, total, columns, row) === OVERFLOW) result = OVERFLOW;
    }
    return result;
  }
}
