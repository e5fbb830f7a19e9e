/**
 * CPU time that the entities of each group have used as far as their rows tell, summed over all shards in shared memory, and
 * up to which tick each shard's rows are in those sums.
 *
 *     | ticks: one word a shard | sources: one word a slot | sums: one double a slot and shard |
 *
 * A shard writes its own sums only. Each entity adds what its rows have gone up by, so a dead one stays in the sum with the
 * last figure that was recorded of it.
 */
import { hierarchyNumber } from './usage-source.ts';

/** Groups that can be summed at a time: a node has a handful. */
export const GROUP_SLOTS = 64;
/** No slot. */
export const NO_SLOT = -1;

export class GroupUsage {
  readonly buffer: SharedArrayBuffer;
  readonly #shards: number;
  readonly #shard: number;
  readonly #ticks: Int32Array;
  readonly #sources: Int32Array;
  readonly #sums: Float64Array;

  /** @param shard whose sums are written; -1 for who only makes or frees slots */
  constructor(
    shards: number,
    shard = -1,
    buffer = new SharedArrayBuffer(sumsOffset(shards) + shards * GROUP_SLOTS * 8),
  ) {
    this.buffer = buffer;
    this.#shards = shards;
    this.#shard = shard;
    this.#ticks = new Int32Array(buffer, 0, shards);
    this.#sources = new Int32Array(buffer, shards * 4, GROUP_SLOTS);
    this.#sums = new Float64Array(buffer, sumsOffset(shards), shards * GROUP_SLOTS);
  }

  /** Makes a slot's sums those of a new group. Called before any entity is told of the slot. */
  clear(slot: number): void {
    // The message that tells a shard of the slot orders these before its first use.
    for (let shard = 0; shard < this.#shards; shard++) this.#sums[slot * this.#shards + shard] = 0;
    Atomics.store(this.#sources, slot, 0);
  }

  /** This shard does not know what it has counted before it was started anew: no sum with its part is right any more. */
  spoil(): void {
    for (let slot = 0; slot < GROUP_SLOTS; slot++) this.#sums[slot * this.#shards + this.#shard] = Number.NaN;
  }

  /** The group's own usage is read from this hierarchy: only what is read from the same adds to it. */
  setSource(slot: number, source: number): void {
    Atomics.store(this.#sources, slot, source);
  }

  /** Whether usage from this hierarchy is part of what the group's own usage shows. */
  counts(slot: number, source: number): boolean {
    return slot !== NO_SLOT && source !== hierarchyNumber.none && Atomics.load(this.#sources, slot) === source;
  }

  add(slot: number, usec: number): void {
    const at = slot * this.#shards + this.#shard;
    this.#sums[at] = this.#sums[at]! + usec;
  }

  /** All rows of this shard up to this tick are in the sums. */
  finish(tick: number): void {
    // Sequentially consistent, after the sums: who sees the tick sees the sums with it. Ticks are compared modulo 2^32.
    Atomics.store(this.#ticks, this.#shard, tick | 0);
    Atomics.notify(this.#ticks, this.#shard);
  }

  /**
   * The sum over all shards when each has finished this tick, NaN when one has not within `patienceMs`, or does not know.
   */
  sum(slot: number, tick: number, patienceMs: number): number {
    const deadline = performance.now() + patienceMs;
    let sum = 0;
    for (let shard = 0; shard < this.#shards; shard++) {
      if (shard !== this.#shard && !this.#awaits(shard, tick, deadline)) return Number.NaN;
      sum += this.#sums[slot * this.#shards + shard]!;
    }
    return sum;
  }

  #awaits(shard: number, tick: number, deadline: number): boolean {
    for (;;) {
      // Pairs with finish(): the sums read after it are those of the tick, or later.
      const done = Atomics.load(this.#ticks, shard);
      if (((done - tick) | 0) >= 0) return true;
      const left = deadline - performance.now();
      if (left <= 0) return false;
      Atomics.wait(this.#ticks, shard, done, left);
    }
  }
}

function sumsOffset(shards: number): number {
  return Math.ceil(((shards + GROUP_SLOTS) * 4) / 8) * 8;
}
