import type { Columns } from '@fgm/catalog';
import type { Parser } from '@fgm/kernfs';
import type { PagemapWalk } from './pagemap-walk.ts';
import type { ProcessColumns } from '../process/process-columns.ts';
import { SMAPS } from './walk-tally.ts';

const EMPTY = new Uint8Array(0);

/** Writes what is known of a process's memory into its row. */
export class WalkRows {
  readonly #at: ProcessColumns;
  readonly #rollup: Parser;
  readonly #pageSize: number;
  /** Pages that others map too are in the PSS with this share at most. */
  readonly #mostShare: number;

  /** @param rollup fills the smaps_rollup columns; with length 0 makes them absent */
  constructor(columns: ProcessColumns, rollup: Parser, pageSize: number, mostShare: number) {
    this.#at = columns;
    this.#rollup = rollup;
    this.#pageSize = pageSize;
    this.#mostShare = mostShare;
  }

  /** Nothing is known, and the row says so. */
  none(columns: Columns, row: number): void {
    const at = this.#at;
    const { none } = at.methods;
    if (columns.isValid(at.method, row) && columns.getInt(at.method, row) === none) return;
    this.#rollup(EMPTY, 0, columns, row);
    columns.setInt(at.method, row, none);
    columns.setNull(at.age, row);
    columns.setNull(at.walkUsec, row);
    columns.setNull(at.uss, row);
    columns.setNull(at.pssLower, row);
    columns.setNull(at.pssUpper, row);
  }

  /** The values of an earlier walk stay. */
  reused(columns: Columns, row: number, age: number): void {
    columns.setInt(this.#at.method, row, this.#at.methods.reused);
    columns.setInt(this.#at.age, row, age);
  }

  /** The smaps_rollup columns have been filled: what follows from them. */
  exact(columns: Columns, row: number, method: number, usec: number): void {
    const at = this.#at;
    columns.setInt(at.method, row, method === SMAPS ? at.methods.smaps : at.methods.rollup);
    columns.setInt(at.age, row, 0);
    columns.setInt(at.walkUsec, row, Math.round(usec));
    columns.setInt(at.uss, row, columns.getInt(at.privateClean, row) + columns.getInt(at.privateDirty, row));
    const pss = columns.getInt(at.pss, row);
    columns.setInt(at.pssLower, row, pss);
    columns.setInt(at.pssUpper, row, pss);
  }

  /** A walk in slices gives USS, and bounds of PSS; all else that smaps_rollup tells is not known. */
  sliced(columns: Columns, row: number, walk: PagemapWalk, age: number): void {
    const at = this.#at;
    const { present, exclusive } = walk.pages;
    const uss = exclusive * this.#pageSize;
    this.#rollup(EMPTY, 0, columns, row);
    columns.setInt(at.method, row, at.methods.pagemap);
    columns.setInt(at.age, row, age);
    columns.setInt(at.walkUsec, row, Math.round(walk.usec));
    columns.setInt(at.uss, row, uss);
    columns.setInt(at.pssLower, row, uss);
    columns.setInt(at.pssUpper, row, uss + Math.ceil((present - exclusive) * this.#pageSize * this.#mostShare));
  }

  /** Pages that smaps_rollup, just read, has walked one by one: those of huge mappings cost next to nothing. */
  smallPages(columns: Columns, row: number): number {
    let bytes = columns.getInt(this.#at.rollupRss, row);
    for (const column of this.#at.hugeMappings) if (columns.isValid(column, row)) bytes -= columns.getInt(column, row);
    return bytes / this.#pageSize;
  }

  isExact(columns: Columns, row: number): boolean {
    return columns.isValid(this.#at.pss, row);
  }

  /** Bytes of hugetlbfs that the process has by its status; 0 where the kernel does not say (before 4.4). */
  hugetlb(columns: Columns, row: number): number {
    return columns.isValid(this.#at.hugetlb, row) ? columns.getInt(this.#at.hugetlb, row) : 0;
  }
}
