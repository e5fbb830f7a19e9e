import { KernelFile, type Parser } from '@fgm/kernfs';
import { BackgroundWalk, NOTHING, VANISHED, WALKED } from './background-walk.ts';
import { OVER, type MappingWalk } from './mapping-walk.ts';
import { PagemapWalk } from './pagemap-walk.ts';
import type { ProcessColumns } from '../process/process-columns.ts';
import type { ProcessTarget } from '../process/process-target.ts';
import type { ShardContext } from '../shard-context.ts';
import { longestWalk, WalkBudget } from './walk-budget.ts';
import { WalkCost, type PageCost } from './walk-cost.ts';
import type { WalkRows } from './walk-rows.ts';
import type { WalkScheduler } from './walk-scheduler.ts';
import { ROLLUP, SMAPS } from './walk-tally.ts';

/** A process that never moves is walked again after this time: pages can be reclaimed or unshared by others. */
const REWALK_MS = 60_000;
/** A process whose memory we may not read, or that holds memory we cannot tell apart, is asked again after this time. */
const RETRY_USEC = 10_000_000;
/**
 * A process can be stalled for as long as smaps_rollup takes, whatever its budget: nothing that may take longer is read in
 * one go, microseconds.
 */
const LONGEST_STALL_USEC = 2_000;
/** A walk that was given up is taken for so many times as long: it had hardly begun. */
const GIVEN_UP_FACTOR = 64;

/** What walks the processes of a shard has in common. */
export interface WalkKit {
  readonly columns: ProcessColumns;
  readonly rows: WalkRows;
  /** Fills the smaps_rollup columns. */
  readonly rollup: Parser;
  readonly cost: PageCost;
  readonly scheduler: WalkScheduler;
  /** Set for `--memory full`. */
  readonly mappings: MappingWalk | null;
}

/**
 * The page walks of one process. The kernel holds the process's mmap lock while it walks, so a walk is the one thing here
 * that can hurt who is measured. It is done only when the process has moved since its last walk, within its budget, and by
 * the best method that cannot stall it: smaps (with `--memory full`), smaps_rollup, or slices of pagemap between the ticks.
 *
 * smaps_rollup is opened for each walk: a descriptor stays bound to the address space it was opened on, and after an exec (or
 * the exec of a vfork child) it would tell of another program's memory.
 */
export class PageWalk {
  readonly #kit: WalkKit;
  readonly #directory: string;
  readonly #scope: number;
  readonly #rollup: KernelFile;
  readonly #budget = new WalkBudget();
  readonly #cost = new WalkCost();
  /** Made when the process first needs it: few are so large. */
  #background: BackgroundWalk | null = null;
  /** What PageCost said, and what status said of hugetlbfs, when the last walk was begun. */
  #estimate = 0;
  #hugetlb = 0;
  #walkedTick = -1;
  /** The tick that it has rows of its mappings of: one set of them tells of a tick, however often the process is read in it. */
  #mappedTick = -1;
  #dirty = true;
  #refused = false;
  /** Microseconds since the epoch before which nothing is tried again. */
  #notBefore = 0;

  /** @param scope of the entity that the process belongs to, as a number of the tally */
  constructor(kit: WalkKit, procRoot: string, pid: number, scope: number) {
    this.#kit = kit;
    this.#scope = scope;
    this.#directory = `${procRoot}/${pid}`;
    this.#rollup = new KernelFile(`${this.#directory}/smaps_rollup`, { whole: true });
  }

  /** Walks the process, or has it walked before the next tick, if it has moved and its budget allows it. */
  sample(context: ShardContext, process: ProcessTarget, tick: number, moved: boolean): void {
    this.#dirty ||= moved;
    this.#update(context, process, tick, tick - this.#walkedTick >= REWALK_MS / context.task.intervalMs);
  }

  /** The process has not moved: only a walk that its budget did not allow before is made up for. */
  repeat(context: ShardContext, process: ProcessTarget, tick: number): void {
    this.#update(context, process, tick, false);
  }

  /** Another program runs in the process: nothing of what was known is true any more. */
  restart(context: ShardContext): void {
    this.#background?.cancel(context);
    this.#cost.forget();
    this.#walkedTick = -1;
    this.#dirty = true;
    this.#refused = false;
    this.#notBefore = 0;
  }

  close(context: ShardContext): void {
    this.#background?.cancel(context);
    this.#rollup.close();
  }

  #keep(context: ShardContext, { columns, row }: ProcessTarget, tick: number): void {
    if (this.#background?.busy === true) context.walks.ongoing++;
    else if (!this.#dirty) context.walks.unchanged++;
    if (this.#walkedTick < 0 || this.#refused) return this.#kit.rows.none(columns, row);
    this.#kit.rows.reused(columns, row, tick - this.#walkedTick);
  }

  #update(context: ShardContext, process: ProcessTarget, tick: number, again: boolean): void {
    if (context.task.memory === 'off') return this.#kit.rows.none(process.columns, process.row);
    const shown = this.#show(context, process, tick);
    const due = (this.#dirty || again) && this.#background?.busy !== true;
    const written = due && context.clock.nowUsec() >= this.#notBefore && this.#begin(context, process, tick);
    if (!shown && !written) this.#keep(context, process, tick);
  }

  /** True when the row has been written. */
  #begin(context: ShardContext, process: ProcessTarget, tick: number): boolean {
    const { mappings } = this.#kit;
    const longest = longestWalk(context.walkBudgetUsec);
    this.#foresee(context, process);
    const smaps = mappings === null ? Infinity : this.#cost.smaps(this.#estimate);
    const rollup = this.#cost.rollup(this.#estimate);
    if (smaps <= longest) {
      if (tick === this.#mappedTick) return false;
      return this.#affords(context, smaps) && this.#walkSmaps(context, process, tick, mappings!);
    }
    if (rollup <= Math.min(longest, LONGEST_STALL_USEC)) {
      return this.#affords(context, rollup) && this.#walkRollup(context, process, tick);
    }
    this.#queue(context);
    return false;
  }

  /** What a walk may cost, by the memory the process has now. */
  #foresee(context: ShardContext, { columns, row }: ProcessTarget): void {
    const { columns: at, cost } = this.#kit;
    const { pageSize } = context.task;
    const swap = columns.isValid(at.swap, row) ? columns.getInt(at.swap, row) : 0;
    const tables = columns.isValid(at.pageTables, row) ? columns.getInt(at.pageTables, row) : 0;
    this.#estimate = cost.usec((columns.getInt(at.rss, row) + swap) / pageSize, tables / pageSize);
    this.#hugetlb = this.#kit.rows.hugetlb(columns, row);
  }

  #affords(context: ShardContext, usec: number): boolean {
    this.#budget.refill(context.clock.nowUsec(), context.walkBudgetUsec);
    if (this.#budget.allows(usec)) return true;
    context.walks.deferred++;
    return false;
  }

  #queue(context: ShardContext): void {
    this.#background ??= new BackgroundWalk(
      new PagemapWalk(this.#directory, context.task.pageSize, context.walkTime),
      this.#kit.scheduler,
      this.#budget,
      this.#scope,
    );
    this.#background.queue();
    this.#dirty = false;
  }

  #walkSmaps(context: ShardContext, process: ProcessTarget, tick: number, mappings: MappingWalk): boolean {
    const status = mappings.walk(context, process, tick, longestWalk(context.walkBudgetUsec));
    const { usec } = mappings;
    this.#spend(context, SMAPS, usec);
    if (status === OVER) {
      this.#cost.readSmaps(usec * GIVEN_UP_FACTOR);
      return false;
    }
    this.#cost.readSmaps(usec);
    this.#mappedTick = tick;
    return this.#finish(context, process, tick, SMAPS, usec);
  }

  #walkRollup(context: ShardContext, process: ProcessTarget, tick: number): boolean {
    const { columns, row } = process;
    const { walkTime } = context;
    const start = walkTime.now();
    const opened = this.#rollup.open();
    const length = opened < 0 ? opened : this.#rollup.read(context.buffer);
    this.#rollup.close();
    const usec = walkTime.ofAll(start, columns.getInt(this.#kit.columns.rss, row) / context.task.pageSize);
    this.#spend(context, ROLLUP, usec);
    context.reads++;
    if (length < 0) context.errors.count('smaps_rollup', length);
    this.#kit.rollup(context.buffer, Math.max(0, length), columns, row);
    if (this.#finish(context, process, tick, ROLLUP, usec) && !this.#refused) {
      this.#cost.rolledUp(usec, this.#estimate);
      this.#kit.cost.learn(usec, this.#kit.rows.smallPages(columns, row));
    }
    return true;
  }

  #finish(context: ShardContext, process: ProcessTarget, tick: number, method: number, usec: number): boolean {
    const { columns, row } = process;
    const { rows } = this.#kit;
    this.#dirty = false;
    this.#refused = !rows.isExact(columns, row);
    if (this.#refused) {
      this.#refuse(context);
      rows.none(columns, row);
      return true;
    }
    this.#walkedTick = tick;
    context.walks.completed(method);
    rows.exact(columns, row, method, usec);
    return true;
  }

  /** Takes over a walk that has ended since the last tick. True when it is in the row now. */
  #show(context: ShardContext, { columns, row }: ProcessTarget, tick: number): boolean {
    const background = this.#background;
    const outcome = background === null ? NOTHING : background.take();
    if (outcome === NOTHING) return false;
    const walk = background!.result;
    if (outcome === VANISHED) this.#dirty = true;
    else if (outcome === WALKED && this.#isComplete(context, walk, this.#kit.rows.hugetlb(columns, row))) {
      this.#refused = false;
      this.#walkedTick = background!.beginTick;
      this.#cost.sliced(walk.denseUsec, this.#estimate);
      this.#kit.rows.sliced(columns, row, walk, tick - this.#walkedTick);
      return true;
    } else this.#refuse(context);
    return false;
  }

  /**
   * Memory of hugetlbfs has a telling name only when it has no file, and smaps does not count it as the process's own: unless
   * all of it was told apart, what was counted is too much.
   */
  #isComplete(context: ShardContext, walk: PagemapWalk, hugetlb: number): boolean {
    const found = walk.hugetlb.present * context.task.pageSize;
    return found === hugetlb || found === this.#hugetlb;
  }

  #spend(context: ShardContext, method: number, usec: number): void {
    context.walks.spent(method, this.#scope, usec, this.#budget.spend(usec, context.walkBudgetUsec));
  }

  #refuse(context: ShardContext): void {
    this.#refused = true;
    this.#notBefore = context.clock.nowUsec() + RETRY_USEC;
  }
}
