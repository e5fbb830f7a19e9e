/** Wakes one waiting thread when any of several producers has something: a counter in shared memory. */
export class Doorbell {
  readonly buffer: SharedArrayBuffer;
  readonly #word: Int32Array;

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(4)) {
    this.buffer = buffer;
    this.#word = new Int32Array(buffer);
  }

  /** How often it has rung. Read it before looking for work, and pass it to wait() when there was none. */
  count(): number {
    return Atomics.load(this.#word, 0);
  }

  ring(): void {
    // Sequentially consistent: whoever sees the new count also sees what was published before it.
    Atomics.add(this.#word, 0, 1);
    Atomics.notify(this.#word, 0);
  }

  /**
   * Blocks until it has rung more often than `seen`, at most `milliseconds`. True when it rang; false after that time, and
   * sometimes before: the wake-up of a ring that was seen already may come late.
   */
  wait(seen: number, milliseconds: number): boolean {
    Atomics.wait(this.#word, 0, seen, milliseconds);
    // Ordered after the ring that changed it: what was published before that is visible now.
    return Atomics.load(this.#word, 0) !== seen;
  }
}
