/** Namespaces that can be told apart; inodes of those that are gone are used again by the kernel. */
const PLACES = 8192;
const FREE = 0;

/**
 * Which shard records the interfaces of a network namespace, so that one which is shared by entities of several shards is
 * recorded once. Pairs of words in shared memory: an inode, which stays in its place for ever once it has one, and the shard
 * that has claimed it.
 */
export class NamespaceClaims {
  static readonly byteLength = PLACES * 2 * Int32Array.BYTES_PER_ELEMENT;

  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #mine: number;

  /** @param buffer that of the other shards, or a new one of `NamespaceClaims.byteLength` bytes */
  constructor(shard: number, buffer: SharedArrayBuffer = new SharedArrayBuffer(NamespaceClaims.byteLength)) {
    this.buffer = buffer;
    this.#words = new Int32Array(buffer);
    this.#mine = shard + 1;
  }

  /** Claims a namespace, or keeps the claim. False when another shard has it. */
  take(inode: number): boolean {
    const place = this.#placeOf(inode | 0);
    // More namespaces than places: recorded by every shard that knows it, rather than by none.
    if (place < 0) return true;
    // Sequentially consistent: of two shards that find it free, one gets it.
    const owner = Atomics.compareExchange(this.#words, place + 1, FREE, this.#mine);
    return owner === FREE || owner === this.#mine;
  }

  /** Gives a claim up; nothing happens when it is another shard's. */
  release(inode: number): void {
    const place = this.#placeOf(inode | 0);
    // Only the owner changes the word of a claim that is taken.
    if (place >= 0) Atomics.compareExchange(this.#words, place + 1, this.#mine, FREE);
  }

  /** Gives all claims of this shard up: those of a thread that died. */
  releaseAll(): void {
    for (let place = 0; place < this.#words.length; place += 2)
      Atomics.compareExchange(this.#words, place + 1, this.#mine, FREE);
  }

  /** The place of an inode, given to it when it is new; -1 when there is none left. */
  #placeOf(inode: number): number {
    // Inodes follow one another, so they spread by themselves.
    let place = (inode & (PLACES - 1)) * 2;
    for (let tried = 0; tried < PLACES; tried++, place = (place + 2) % this.#words.length) {
      // Whoever is second to take a free place sees by what it gets back who was first.
      const found = Atomics.compareExchange(this.#words, place, FREE, inode);
      if (found === FREE || found === inode) return place;
    }
    return -1;
  }
}
