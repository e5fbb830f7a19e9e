import type { Columns } from '@fgm/catalog';
import type { EntityColumns } from './entity-columns.ts';

/** CPU rates of one entity from its cumulative counters. The first reading has no rate, nor has one after a reset. */
export class CpuRates {
  readonly #at: EntityColumns;
  #time = -1;
  #usage = -1;
  #user = -1;
  #system = -1;
  #limit = 0;

  constructor(at: EntityColumns) {
    this.#at = at;
  }

  /** @param millicores the tightest limit, finite */
  limit(millicores: number): void {
    this.#limit = millicores;
  }

  /** @param time microseconds at which the counters in the row were read */
  derive(columns: Columns, row: number, time: number): void {
    const at = this.#at;
    const elapsed = this.#time < 0 ? 0 : time - this.#time;
    this.#usage = rate(columns, row, at.usage, at.usageMillicores, this.#usage, elapsed);
    this.#user = rate(columns, row, at.user, at.userMillicores, this.#user, elapsed);
    this.#system = rate(columns, row, at.system, at.systemMillicores, this.#system, elapsed);
    this.#time = time;
    columns.setDouble(at.limitMillicores, row, this.#limit);
    if (columns.isValid(at.usageMillicores, row) && this.#limit > 0) {
      columns.setDouble(at.usagePercent, row, (columns.getDouble(at.usageMillicores, row) / this.#limit) * 100);
    } else columns.setNull(at.usagePercent, row);
  }
}

/** Writes the counter's rate in millicores and returns the counter, -1 when it is absent. */
function rate(columns: Columns, row: number, from: number, to: number, before: number, elapsed: number): number {
  const now = columns.isValid(from, row) ? columns.getInt(from, row) : -1;
  if (before >= 0 && now >= before && elapsed > 0) columns.setDouble(to, row, ((now - before) / elapsed) * 1000);
  else columns.setNull(to, row);
  return now;
}
