const BUCKET_BITS = 4096;

/** Counts distinct ticks. They follow each other, so a bit for each is enough: a day at 20 Hz takes 220 KB. */
export class TickSet {
  size = 0;
  readonly #buckets = new Map<number, Uint32Array<ArrayBuffer>>();
  #last = NaN;
  #words = new Uint32Array(0);

  add(tick: number): void {
    const bucket = Math.floor(tick / BUCKET_BITS);
    if (bucket !== this.#last) this.#enter(bucket);
    const bit = tick - bucket * BUCKET_BITS;
    const word = bit >>> 5;
    const before = this.#words[word]!;
    const after = before | (1 << (bit & 31));
    if (after >>> 0 === before) return;
    this.#words[word] = after;
    this.size++;
  }

  join(other: TickSet): void {
    for (const [bucket, words] of other.#buckets) {
      for (let bit = 0; bit < BUCKET_BITS; bit++) {
        if ((words[bit >>> 5]! & (1 << (bit & 31))) !== 0) this.add(bucket * BUCKET_BITS + bit);
      }
    }
  }

  #enter(bucket: number): void {
    let words = this.#buckets.get(bucket);
    if (words === undefined) this.#buckets.set(bucket, (words = new Uint32Array(BUCKET_BITS / 32)));
    this.#last = bucket;
    this.#words = words;
  }
}
