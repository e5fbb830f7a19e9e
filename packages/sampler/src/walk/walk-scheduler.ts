import type { ShardContext } from '../shard-context.ts';
import { SliceBuffer } from '../files/slice-buffer.ts';

/** So long before the next tick nothing is begun any more, milliseconds. */
const MARGIN_MS = 2;
/** So long slices of different processes follow each other before messages are looked at, milliseconds. */
const TURN_MS = 0.5;
/** Between two slices of one process, milliseconds: whoever waits for its mmap lock gets it now. */
const PAUSE_MS = 0.05;
/** Walks under way at once; the others wait. It bounds descriptors, and what all targets together cost. */
const MOST_AT_ONCE = 16;

/** A walk over the pages of one process that is done in slices. */
export interface SlicedWalk {
  /** Milliseconds until its budget allows a slice; 0 when it does now. */
  waitMs(context: ShardContext): number;
  /** Reads one slice. True when the walk is over, whatever came of it. */
  slice(context: ShardContext, buffer: SliceBuffer): boolean;
}

/**
 * Does page walks that are too long for one go, in the time in which the shard would sleep: a slice of each process, a pause,
 * the next slice. A tick is never late for it, and messages are seen between two slices.
 */
export class WalkScheduler {
  readonly #buffer = new SliceBuffer();
  readonly #walks: SlicedWalk[] = [];
  #next = 0;

  add(walk: SlicedWalk): void {
    this.#walks.push(walk);
  }

  remove(walk: SlicedWalk): void {
    const at = this.#walks.indexOf(walk);
    if (at >= 0) this.#drop(at);
  }

  get count(): number {
    return this.#walks.length;
  }

  /**
   * Works for a moment.
   * @param left milliseconds until the next tick is due
   * @returns milliseconds to sleep before the next call; Infinity when there is nothing to do before the next tick
   */
  work(context: ShardContext, left: number): number {
    const { walkTime } = context;
    const until = walkTime.now() + Math.min(TURN_MS, left - MARGIN_MS);
    let sleep = Infinity;
    for (let turns = Math.min(MOST_AT_ONCE, this.#walks.length); turns > 0; turns--) {
      if (walkTime.now() >= until) return left > MARGIN_MS ? PAUSE_MS : Infinity;
      if (this.#next >= Math.min(MOST_AT_ONCE, this.#walks.length)) this.#next = 0;
      const walk = this.#walks[this.#next]!;
      const wait = walk.waitMs(context);
      if (wait > 0) this.#next++;
      else if (walk.slice(context, this.#buffer)) this.#drop(this.#next);
      else this.#next++;
      sleep = Math.min(sleep, wait > 0 ? wait : PAUSE_MS);
    }
    return sleep;
  }

  #drop(at: number): void {
    for (let index = at + 1; index < this.#walks.length; index++) this.#walks[index - 1] = this.#walks[index]!;
    this.#walks.pop();
    if (at < this.#next) this.#next--;
  }
}
