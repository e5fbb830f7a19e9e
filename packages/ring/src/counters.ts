/**
 * Numbers that one thread writes and others read, in shared memory: the way workers publish their self-metrics without a
 * message. Each number is a double that exactly one thread writes; an aligned eight-byte store is a single instruction on
 * x86-64 and arm64, so a reader sees the old or the new number, never a mixture, and needs no lock.
 */
export class Counters<Name extends string> {
  readonly buffer: SharedArrayBuffer;
  readonly names: readonly Name[];
  readonly #values: Float64Array;
  readonly #index: ReadonlyMap<string, number>;

  static create<Name extends string>(names: readonly Name[]): Counters<Name> {
    return new Counters(names, new SharedArrayBuffer(names.length * 8));
  }

  constructor(names: readonly Name[], buffer: SharedArrayBuffer) {
    this.names = names;
    this.buffer = buffer;
    this.#values = new Float64Array(buffer);
    this.#index = new Map(names.map((name, index) => [name, index]));
  }

  /** The number's place, for add() and set() on a hot path. @throws RangeError for a name that is not in `names`. */
  index(name: Name): number {
    const index = this.#index.get(name);
    if (index === undefined) throw new RangeError(`no counter named ${name}`);
    return index;
  }

  add(index: number, amount: number): void {
    this.#values[index] = this.#values[index]! + amount;
  }

  set(index: number, value: number): void {
    this.#values[index] = value;
  }

  get(name: Name): number {
    return this.#values[this.index(name)]!;
  }
}
