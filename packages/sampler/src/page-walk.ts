import { KernelFile, type Parser } from '@fgm/kernfs';
import type { Columns } from '@fgm/catalog';
import type { MappingWalk } from './mapping-walk.ts';
import type { ProcessColumns } from './process-columns.ts';
import type { ProcessTarget } from './process-target.ts';
import type { ShardContext } from './shard-context.ts';

/** A process that never moves is walked again after this time: pages can be reclaimed or unshared by others. */
const REWALK_MS = 60_000;

/** A process whose memory we may not read is asked again after this time. */
const RETRY_USEC = 10_000_000;

/** What walks a process of this shard has in common. */
export interface WalkKit {
  readonly columns: ProcessColumns;
  /** Fills the smaps_rollup columns; with length 0 makes them absent. */
  readonly rollup: Parser;
  /** Set for `--memory full`. */
  readonly mappings: MappingWalk | null;
}

/**
 * The page walks of one process: smaps_rollup, or smaps with `--memory full`. The kernel holds the process's mmap lock
 * while it walks, so a walk is the one thing here that can hurt who is measured. It is done only when the process has moved
 * since its last walk, and after a walk of c microseconds the next waits c / budget seconds.
 *
 * The file is opened for each walk: a descriptor stays bound to the address space it was opened on, and after an exec (or
 * the exec of a vfork child) it would tell of another program's memory.
 */
export class PageWalk {
  readonly #kit: WalkKit;
  readonly #rollup: KernelFile;
  #walkedTick = -1;
  #dirty = true;
  /** Microseconds since the epoch before which the budget forbids the next walk. */
  #notBefore = 0;
  #refused = false;

  constructor(kit: WalkKit, procRoot: string, pid: number) {
    this.#kit = kit;
    this.#rollup = new KernelFile(`${procRoot}/${pid}/smaps_rollup`, { whole: true });
  }

  /** Walks the process if it has moved and its budget allows it. */
  sample(context: ShardContext, process: ProcessTarget, tick: number, moved: boolean): void {
    this.#dirty ||= moved;
    if (context.task.memory === 'off') return this.#none(process);
    const rewalk = tick - this.#walkedTick >= REWALK_MS / context.task.intervalMs;
    if (!this.#dirty && !rewalk) return this.repeat(context, process, tick);
    if (context.clock.nowUsec() < this.#notBefore) {
      context.walksDeferred++;
      return this.repeat(context, process, tick);
    }
    this.#walk(context, process, tick);
  }

  /** Keeps the last walk's values and says how old they are. */
  repeat(context: ShardContext, process: ProcessTarget, tick: number): void {
    if (this.#walkedTick < 0 || this.#refused) return this.#none(process);
    const { columns, row } = process;
    columns.setInt(this.#kit.columns.method, row, this.#kit.columns.methods.reused);
    columns.setInt(this.#kit.columns.age, row, tick - this.#walkedTick);
    context.walksReused++;
  }

  close(): void {
    this.#rollup.close();
  }

  #walk(context: ShardContext, process: ProcessTarget, tick: number): void {
    const start = performance.now();
    const { mappings } = this.#kit;
    const full = mappings !== null;
    const walked = full ? mappings.walk(context, process, tick) : this.#walkRollup(context, process);
    const usec = Math.max(1, Math.round((performance.now() - start) * 1000));
    this.#walkedTick = tick;
    this.#dirty = false;
    this.#notBefore =
      context.clock.nowUsec() + Math.round((usec / context.walkBudgetUsec) * 1e6) - context.task.intervalMs * 500;
    this.#refused = !walked;
    if (!walked) {
      this.#notBefore += RETRY_USEC;
      return this.#none(process);
    }
    this.#account(context, full, usec);
    this.#derive(process.columns, process.row, full, usec);
  }

  #walkRollup(context: ShardContext, process: ProcessTarget): boolean {
    const opened = this.#rollup.open();
    const length = opened < 0 ? opened : this.#rollup.read(context.buffer);
    this.#rollup.close();
    context.reads++;
    if (length < 0) context.errors.count('smaps_rollup', length);
    this.#kit.rollup(context.buffer, Math.max(0, length), process.columns, process.row);
    return process.columns.isValid(this.#kit.columns.pss, process.row);
  }

  #account(context: ShardContext, full: boolean, usec: number): void {
    if (full) {
      context.walksSmaps++;
      context.walkUsecSmaps += usec;
    } else {
      context.walksRollup++;
      context.walkUsecRollup += usec;
    }
  }

  #derive(columns: Columns, row: number, full: boolean, usec: number): void {
    const at = this.#kit.columns;
    columns.setInt(at.method, row, full ? at.methods.smaps : at.methods.rollup);
    columns.setInt(at.age, row, 0);
    columns.setInt(at.walkUsec, row, usec);
    columns.setInt(at.uss, row, columns.getInt(at.privateClean, row) + columns.getInt(at.privateDirty, row));
    const pss = columns.getInt(at.pss, row);
    columns.setInt(at.pssLower, row, pss);
    columns.setInt(at.pssUpper, row, pss);
  }

  /** No walk: the memory columns are absent, and the row says so. */
  #none(process: ProcessTarget): void {
    const { columns, row } = process;
    const at = this.#kit.columns;
    columns.setInt(at.method, row, at.methods.none);
    columns.setNull(at.age, row);
    columns.setNull(at.walkUsec, row);
    columns.setNull(at.uss, row);
    columns.setNull(at.pssLower, row);
    columns.setNull(at.pssUpper, row);
  }
}
