import type { Columns } from '@fgm/catalog';
import type { EntityColumns } from './entity-columns.ts';

/** The kernel computes the averages anew every two seconds. */
const AVERAGING_USEC = 2_000_000;

/**
 * When an entity's pressure files have to be read. A task can stall, on a disk say, while nothing of its cgroup runs, so
 * CPU usage is not a full witness here: reading goes on as long as a total grows, and every two seconds while an average
 * is still coming down.
 */
export class Pressure {
  readonly #at: EntityColumns;
  #growing = true;
  #decaying = false;
  #total = -1;
  #time = 0;

  constructor(at: EntityColumns) {
    this.#at = at;
  }

  due(moved: boolean, refresh: boolean, time: number): boolean {
    return moved || refresh || this.#growing || (this.#decaying && time - this.#time >= AVERAGING_USEC);
  }

  /** Looks at what was just read into the row. */
  taken(columns: Columns, row: number, time: number): void {
    const { pressureTotals: totals, pressureAverages: averages } = this.#at;
    let total = 0;
    let decaying = false;
    // Plain loops: an iterator is an object, twice for each entity and tick.
    for (let index = 0; index < totals.length; index++) {
      if (columns.isValid(totals[index]!, row)) total += columns.getInt(totals[index]!, row);
    }
    for (let index = 0; index < averages.length; index++) {
      if (columns.isValid(averages[index]!, row) && columns.getDouble(averages[index]!, row) > 0) decaying = true;
    }
    this.#growing = total !== this.#total;
    this.#decaying = decaying;
    this.#total = total;
    this.#time = time;
  }
}
