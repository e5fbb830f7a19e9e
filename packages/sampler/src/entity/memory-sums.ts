import type { Columns } from '@fgm/catalog';
import type { EntityColumns } from './entity-columns.ts';
import type { ProcessColumns } from '../process/process-columns.ts';

/**
 * Sums over the processes of an entity. Each sum of walked memory comes with the share of the processes that are in it: of a
 * process too large for smaps_rollup only USS and bounds of PSS are known, so pss_bytes leaves it out and uss_bytes does not.
 */
export class MemorySums {
  #processes = 0;
  #threads = 0;
  #rss = 0;
  #uss = 0;
  #withUss = 0;
  #lower = 0;
  #upper = 0;
  #pss = 0;
  #swapPss = 0;
  #withPss = 0;

  reset(): void {
    this.#processes = 0;
    this.#threads = 0;
    this.#rss = 0;
    this.#uss = 0;
    this.#withUss = 0;
    this.#lower = 0;
    this.#upper = 0;
    this.#pss = 0;
    this.#swapPss = 0;
    this.#withPss = 0;
  }

  add(columns: Columns, row: number, at: ProcessColumns): void {
    this.#processes++;
    this.#threads += columns.getInt(at.threads, row);
    this.#rss += columns.getInt(at.rss, row);
    if (!columns.isValid(at.uss, row)) return;
    this.#withUss++;
    this.#uss += columns.getInt(at.uss, row);
    this.#lower += columns.getInt(at.pssLower, row);
    this.#upper += columns.getInt(at.pssUpper, row);
    if (!columns.isValid(at.pss, row)) return;
    this.#withPss++;
    this.#pss += columns.getInt(at.pss, row);
    if (columns.isValid(at.swapPss, row)) this.#swapPss += columns.getInt(at.swapPss, row);
  }

  write(columns: Columns, row: number, at: EntityColumns): void {
    columns.setInt(at.processCount, row, this.#processes);
    columns.setInt(at.threadCount, row, this.#threads);
    columns.setInt(at.rss, row, this.#rss);
    setOrNull(columns, at.uss, row, this.#uss, this.#withUss);
    setOrNull(columns, at.pssLower, row, this.#lower, this.#withUss);
    setOrNull(columns, at.pssUpper, row, this.#upper, this.#withUss);
    setOrNull(columns, at.pss, row, this.#pss, this.#withPss);
    setOrNull(columns, at.swapPss, row, this.#swapPss, this.#withPss);
    this.#share(columns, row, at.coverage, this.#withPss);
    this.#share(columns, row, at.ussCoverage, this.#withUss);
  }

  #share(columns: Columns, row: number, column: number, count: number): void {
    if (this.#processes > 0) columns.setDouble(column, row, count / this.#processes);
    else columns.setNull(column, row);
  }
}

/** A sum over nobody is not 0 but unknown. */
function setOrNull(columns: Columns, column: number, row: number, sum: number, count: number): void {
  if (count > 0) columns.setInt(column, row, sum);
  else columns.setNull(column, row);
}
