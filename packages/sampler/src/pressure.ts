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
    let total = 0;
    for (const column of this.#at.pressureTotals)
      if (columns.isValid(column, row)) total += columns.getInt(column, row);
    let decaying = false;
    for (const column of this.#at.pressureAverages) {
      if (columns.isValid(column, row) && columns.getDouble(column, row) > 0) decaying = true;
    }
    this.#growing = total !== this.#total;
    this.#decaying = decaying;
    this.#total = total;
    this.#time = time;
  }
}
