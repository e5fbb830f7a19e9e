import { type Columns, type Layout, indexOf, PROCESS_COLUMN, ENTITY_COLUMN } from '@fgm/catalog';

/** A process at one tick, for a screen. Null is unknown, not zero. */
export interface LiveProcess {
  readonly pid: number;
  readonly entity: number;
  readonly comm: string | null;
  readonly cpuMillicores: number | null;
  readonly rssBytes: number | null;
  readonly pssBytes: number | null;
  /** PSS is at least this, where the process is too large for an exact one. */
  readonly pssLowerBytes: number | null;
  readonly threads: number | null;
}

/** More than any screen shows. */
const MOST = 100;

/** Collects the processes of one tick that use the most CPU. */
export class LiveProcesses {
  readonly #comm: (process: number) => string | null;
  readonly #pid: number;
  readonly #millicores: number;
  readonly #rss: number;
  readonly #pss: number;
  readonly #pssLower: number;
  readonly #threads: number;
  #list: LiveProcess[] = [];

  /** @param comm name of a process identity */
  constructor(layout: Layout, comm: (process: number) => string | null) {
    this.#comm = comm;
    this.#pid = indexOf(layout, 'pid');
    this.#millicores = indexOf(layout, 'cpu_millicores');
    this.#rss = indexOf(layout, 'stat_rss_bytes');
    this.#pss = indexOf(layout, 'smaps_rollup_pss_bytes');
    this.#pssLower = indexOf(layout, 'pss_lower_bytes');
    this.#threads = indexOf(layout, 'stat_num_threads');
  }

  /** Takes the rows of a slot. A layout that lacks these columns gives nothing. */
  add(block: Columns, rows: number): void {
    if (this.#pid < 0 || this.#millicores < 0) return;
    const whole = (column: number, row: number): number | null =>
      column >= 0 && block.isValid(column, row) ? block.getInt(column, row) : null;
    for (let row = 0; row < rows; row++) {
      this.#list.push({
        pid: block.getInt(this.#pid, row),
        entity: block.getInt(ENTITY_COLUMN, row),
        comm: this.#comm(block.getInt(PROCESS_COLUMN, row)),
        cpuMillicores: block.isValid(this.#millicores, row) ? block.getDouble(this.#millicores, row) : null,
        rssBytes: whole(this.#rss, row),
        pssBytes: whole(this.#pss, row),
        pssLowerBytes: whole(this.#pssLower, row),
        threads: whole(this.#threads, row),
      });
    }
  }

  /** The processes collected since the last call, those with the most CPU, then the most memory, first. */
  take(): LiveProcess[] {
    const list = this.#list;
    this.#list = [];
    list.sort((a, b) => (b.cpuMillicores ?? -1) - (a.cpuMillicores ?? -1) || (b.rssBytes ?? -1) - (a.rssBytes ?? -1));
    return list.slice(0, MOST);
  }
}
