import { isGone } from '@fgm/kernfs';
import { COMPLETE, GOING, LOST, SENSELESS, type PagemapWalk } from './pagemap-walk.ts';
import type { ShardContext } from '../shard-context.ts';
import type { SliceBuffer } from '../files/slice-buffer.ts';
import { longestWalk, type WalkBudget } from './walk-budget.ts';
import type { SlicedWalk, WalkScheduler } from './walk-scheduler.ts';
import { PAGEMAP } from './walk-tally.ts';

/** What a slice is expected to take at least, microseconds. */
const LEAST_SLICE_USEC = 20;
/** A walk that has spent its budget goes on when this share of what can be saved is there, so that it wakes nobody for one slice. */
const RESUME_SHARE = 0.5;
const LEAST_REST_MS = 1;

/** What came of a walk in the background. */
export type WalkOutcome = typeof NOTHING | typeof WALKED | typeof VANISHED | typeof REFUSED;
/** It has not ended, or was never begun. */
export const NOTHING = 0;
export const WALKED = 1;
/** The memory went away while it was walked. */
export const VANISHED = 2;
/** It cannot be read. */
export const REFUSED = 3;

const IDLE = 0;
const QUEUED = 1;
const RUNNING = 2;
const ENDED = 3;

/** The walks in slices of one process: they go on between the ticks, for as many ticks as the budget makes them take. */
export class BackgroundWalk implements SlicedWalk {
  readonly #walk: PagemapWalk;
  readonly #scheduler: WalkScheduler;
  readonly #budget: WalkBudget;
  readonly #scope: number;
  #phase = IDLE;
  #outcome: WalkOutcome = NOTHING;
  /** Its budget is spent: it waits until some is saved. */
  #resting = false;
  /** The tick after which the last walk began. */
  beginTick = 0;

  constructor(walk: PagemapWalk, scheduler: WalkScheduler, budget: WalkBudget, scope: number) {
    this.#walk = walk;
    this.#scheduler = scheduler;
    this.#budget = budget;
    this.#scope = scope;
  }

  /** What the last walk has found. */
  get result(): PagemapWalk {
    return this.#walk;
  }

  get busy(): boolean {
    return this.#phase === QUEUED || this.#phase === RUNNING;
  }

  /** Has the process walked as soon as there is time. */
  queue(): void {
    if (this.busy) return;
    this.#phase = QUEUED;
    this.#scheduler.add(this);
  }

  /** What came of the walk that has ended; NOTHING from then on. */
  take(): WalkOutcome {
    if (this.#phase !== ENDED) return NOTHING;
    this.#phase = IDLE;
    return this.#outcome;
  }

  cancel(context: ShardContext): void {
    if (this.busy) this.#scheduler.remove(this);
    if (this.#phase === RUNNING) this.#close(context);
    this.#phase = IDLE;
  }

  waitMs(context: ShardContext): number {
    const perSecond = context.walkBudgetUsec;
    const most = longestWalk(perSecond);
    this.#budget.refill(context.clock.nowUsec(), perSecond);
    const slice = Math.min(most, Math.max(LEAST_SLICE_USEC, this.#walk.lastUsec));
    this.#resting = !this.#budget.allows(this.#resting ? most * RESUME_SHARE : slice);
    return this.#resting ? Math.max(LEAST_REST_MS, this.#budget.untilMs(most * RESUME_SHARE, perSecond)) : 0;
  }

  slice(context: ShardContext, buffer: SliceBuffer): boolean {
    if (this.#phase === QUEUED && !this.#open(context)) return true;
    const status = this.#walk.step(buffer);
    const { lastUsec } = this.#walk;
    context.reads++;
    context.walks.spent(PAGEMAP, this.#scope, lastUsec, this.#budget.spend(lastUsec, context.walkBudgetUsec));
    if (status === GOING) return false;
    this.#close(context);
    this.#end(context, status);
    return true;
  }

  #open(context: ShardContext): boolean {
    const opened = this.#walk.begin();
    if (opened < 0) {
      this.#end(context, opened);
      return false;
    }
    context.openFiles += 2;
    this.#phase = RUNNING;
    this.beginTick = context.clock.last();
    return true;
  }

  #end(context: ShardContext, status: number): void {
    this.#phase = ENDED;
    this.#outcome = status === COMPLETE ? WALKED : status === LOST || isGone(status) ? VANISHED : REFUSED;
    if (status === COMPLETE) context.walks.completed(PAGEMAP);
    else if (status === SENSELESS) context.malformed++;
    else if (this.#outcome === REFUSED) context.errors.count(this.#walk.file, status);
  }

  #close(context: ShardContext): void {
    this.#walk.close();
    context.openFiles -= 2;
  }
}
