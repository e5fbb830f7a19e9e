/**
 * Slots of bytes handed from one producer thread to one consumer thread through a SharedArrayBuffer.
 *
 *     | control words: writer · 64 bytes · reader · 64 bytes | slot headers | queue | slot 0 | slot 1 | … |
 *
 * A slot is free or taken, and a taken one is being written (its sequence word is odd) or published (even, and its number is
 * in the queue). The producer takes the lowest free slot (so that a ring that is drained in time touches only its first few
 * slots, and the rest costs no memory), fills it, and appends its number to the queue. The consumer takes numbers off the
 * queue in order and frees the slots when it has done with their bytes. A slot that is taken, not in the queue, and whose
 * producer is dead, was never published: reclaim() frees it.
 *
 * `writer` counts slots ever published, `reader` slots ever released; they lie 64 bytes apart so that the threads do not
 * fight over one cache line. Both wrap at 2^32, which the queue survives because its length, the number of slots, is a power
 * of two. The queue is a circle as long as there are slots, so it can never overflow. When no slot is free the producer gets
 * -1, drops what it has (the newest) and counts it: what is in the ring is never overwritten.
 *
 * Ordering: all plain writes to a slot happen before the Atomics.store of `writer` that publishes it, and all reads of the
 * consumer happen after its Atomics.load of `writer`; the same holds for `reader` in the other direction.
 */
const WRITER = 0;
const READER = 16; // 64 bytes after WRITER
const CONTROL_WORDS = 32;

const SEQUENCE = 0;
const STATE = 1;
const TABLE = 2;
const ROWS = 3;
const TICK_LOW = 4;
const TICK_HIGH = 5;
const FLAGS = 6;
const HEADER_WORDS = 8;

const FREE = 0;
const TAKEN = 1;

const TWO_32 = 4294967296;

/** Header flag: this slot is the producer's last of its tick. */
export const LAST_OF_TICK = 1;

/** The power of two that is at least `count`. */
function powerOfTwo(count: number): number {
  return count <= 1 ? 1 : 2 ** (32 - Math.clz32(count - 1));
}

/** Words of bookkeeping in front of the slots, rounded up to a cache line. */
function prefixWords(slots: number): number {
  return Math.ceil((CONTROL_WORDS + slots * (HEADER_WORDS + 1)) / 16) * 16;
}

export class Ring {
  readonly buffer: SharedArrayBuffer;
  readonly slots: number;
  readonly slotBytes: number;
  /** The bytes of each slot, made once so that neither side allocates. */
  readonly views: readonly Uint8Array[];
  readonly #words: Int32Array;
  readonly #queue: number;
  readonly #mask: number;

  /**
   * @param slots how many slots, rounded up to a power of two, at least 2
   * @param slotBytes size of each, rounded up to a multiple of 64
   */
  static create(slots: number, slotBytes: number): Ring {
    const count = powerOfTwo(Math.max(2, slots));
    const bytes = Math.ceil(slotBytes / 64) * 64;
    return new Ring(new SharedArrayBuffer(prefixWords(count) * 4 + count * bytes), count, bytes);
  }

  /**
   * The same ring seen from another thread: `buffer`, `slots` and `slotBytes` are those of the ring that was created.
   * @throws RangeError when `slots` is not a power of two from 2 on
   */
  constructor(buffer: SharedArrayBuffer, slots: number, slotBytes: number) {
    if (slots < 2 || slots !== powerOfTwo(slots)) {
      throw new RangeError(`a ring's slots must be a power of two from 2 on, found ${slots}`);
    }
    const prefix = prefixWords(slots);
    this.buffer = buffer;
    this.slots = slots;
    this.slotBytes = slotBytes;
    this.#words = new Int32Array(buffer, 0, prefix);
    this.#queue = CONTROL_WORDS + slots * HEADER_WORDS;
    this.#mask = slots - 1;
    this.views = Array.from(
      { length: slots },
      (_, slot) => new Uint8Array(buffer, prefix * 4 + slot * slotBytes, slotBytes),
    );
  }

  #header(slot: number): number {
    return CONTROL_WORDS + slot * HEADER_WORDS;
  }

  /** Producer: takes the lowest free slot for writing; -1 when the ring is full. */
  claim(): number {
    for (let slot = 0; slot < this.slots; slot++) {
      const header = this.#header(slot);
      // Acquire: pairs with the store in release(), so that the consumer has finished with the bytes we overwrite next.
      if (Atomics.load(this.#words, header + STATE) !== FREE) continue;
      this.#words[header + STATE] = TAKEN;
      // Odd from here on: a slot found odd after its producer died was never published.
      Atomics.add(this.#words, header + SEQUENCE, 1);
      return slot;
    }
    return -1;
  }

  /** Producer: hands a claimed slot to the consumer and wakes it. */
  publish(slot: number, table: number, rows: number, tick: number, flags: number): void {
    const words = this.#words;
    const header = this.#header(slot);
    const high = Math.floor(tick / TWO_32);
    words[header + TABLE] = table;
    words[header + ROWS] = rows;
    words[header + TICK_LOW] = tick - high * TWO_32;
    words[header + TICK_HIGH] = high;
    words[header + FLAGS] = flags;
    Atomics.add(words, header + SEQUENCE, 1);
    const writer = Atomics.load(words, WRITER);
    words[this.#queue + (writer & this.#mask)] = slot;
    // Release: everything above is visible to a consumer that sees the new count.
    Atomics.store(words, WRITER, (writer + 1) | 0);
    Atomics.notify(words, WRITER);
  }

  /** Consumer: the oldest published slot, or -1. The slot stays the consumer's until release(). */
  next(): number {
    const reader = Atomics.load(this.#words, READER);
    // Acquire: pairs with the store in publish().
    if (Atomics.load(this.#words, WRITER) === reader) return -1;
    return this.#words[this.#queue + (reader & this.#mask)]!;
  }

  table(slot: number): number {
    return this.#words[this.#header(slot) + TABLE]!;
  }

  rows(slot: number): number {
    return this.#words[this.#header(slot) + ROWS]!;
  }

  tick(slot: number): number {
    const header = this.#header(slot);
    return this.#words[header + TICK_HIGH]! * TWO_32 + (this.#words[header + TICK_LOW]! >>> 0);
  }

  flags(slot: number): number {
    return this.#words[this.#header(slot) + FLAGS]!;
  }

  /** Consumer: frees the slot that next() gave, which must be the oldest one. */
  release(slot: number): void {
    const reader = Atomics.load(this.#words, READER);
    // Release: our reads of the slot's bytes are done before a producer can see it free.
    Atomics.store(this.#words, this.#header(slot) + STATE, FREE);
    Atomics.store(this.#words, READER, (reader + 1) | 0);
  }

  /**
   * Consumer: waits until something is published, at most `milliseconds`. True when there is something; false after that
   * time, and sometimes before: the wake-up of a slot that was taken already may come late.
   */
  wait(milliseconds: number): boolean {
    const reader = Atomics.load(this.#words, READER);
    if (Atomics.load(this.#words, WRITER) !== reader) return true;
    // Sleeps only while `writer` still equals what was read: a publish in between returns at once.
    Atomics.wait(this.#words, WRITER, reader, milliseconds);
    return Atomics.load(this.#words, WRITER) !== reader;
  }

  /** Slots published and not yet released. */
  occupancy(): number {
    return (Atomics.load(this.#words, WRITER) - Atomics.load(this.#words, READER)) | 0;
  }

  /**
   * Frees the slots a dead producer took and did not publish, and says how many. Only for a new producer that takes over the
   * ring, before it claims anything: published slots stay queued. Right wherever the producer died, also inside claim() or
   * publish(), and while the consumer goes on releasing: that frees only slots that are counted as queued here.
   */
  reclaim(): number {
    const queued = this.#queued();
    let count = 0;
    for (let slot = 0; slot < this.slots; slot++) {
      const header = this.#header(slot);
      if (Atomics.load(this.#words, header + STATE) === FREE || queued.has(slot)) continue;
      if ((Atomics.load(this.#words, header + SEQUENCE) & 1) !== 0) Atomics.add(this.#words, header + SEQUENCE, 1);
      // Last, so that a slot is whole before anybody can claim it.
      Atomics.store(this.#words, header + STATE, FREE);
      count++;
    }
    return count;
  }

  /** Slots published and not yet released. A slot that is released meanwhile may still be among them. */
  #queued(): Set<number> {
    const queued = new Set<number>();
    const count = this.occupancy();
    const reader = Atomics.load(this.#words, WRITER) - count;
    for (let place = 0; place < count; place++) {
      queued.add(this.#words[this.#queue + ((reader + place) & this.#mask)]!);
    }
    return queued;
  }
}
