/**
 * Words shared by the main thread and all sampler threads: one that says stop, and one per shard that counts how often the
 * shard has been called to look at its messages.
 */
const STOP = 0;

export class Control {
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array;

  static create(shards: number): Control {
    return new Control(new SharedArrayBuffer((1 + shards) * 4));
  }

  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.#words = new Int32Array(buffer);
  }

  /** Main: there is a message for this shard. Call it after postMessage, so that whoever wakes finds the message. */
  call(shard: number): void {
    // Sequentially consistent, and after the message was queued: a shard that sees the new count also finds the message.
    Atomics.add(this.#words, 1 + shard, 1);
    Atomics.notify(this.#words, 1 + shard);
  }

  /** Main: every shard is to finish. */
  stop(): void {
    // Before the calls below, so that a shard that is woken by one of them sees it.
    Atomics.store(this.#words, STOP, 1);
    for (let shard = 0; shard < this.#words.length - 1; shard++) this.call(shard);
  }

  stopping(): boolean {
    return Atomics.load(this.#words, STOP) !== 0;
  }

  /** Shard: how often it has been called. Read it before looking at the messages. */
  calls(shard: number): number {
    return Atomics.load(this.#words, 1 + shard);
  }

  /** Shard: sleeps until it is called again after `seen`, at most `milliseconds`. True when it was called. */
  sleep(shard: number, seen: number, milliseconds: number): boolean {
    // Returns at once when the count has moved since `seen`: no call can be slept through.
    return Atomics.wait(this.#words, 1 + shard, seen, milliseconds) !== 'timed-out';
  }
}
