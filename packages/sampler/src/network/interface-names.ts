import { NameTable } from '@fgm/kernfs';
import type { Naming } from '../rows/named-rows.ts';
import { RowNumbers } from '../rows/row-numbers.ts';
import type { ShardContext } from '../shard-context.ts';

/** Names that are kept; the host has a veth for each container, whose random name is never met again. */
const MOST_NAMES = 50_000;

/** Names of network interfaces. */
export class InterfaceNames implements Naming {
  readonly #names = new NameTable();
  readonly #numbers: RowNumbers;
  readonly #most: number;

  constructor(intervalMs: number, most = MOST_NAMES) {
    this.#numbers = new RowNumbers(intervalMs);
    this.#most = most;
  }

  /** Whether there are so many names that they are to be forgotten. */
  get full(): boolean {
    return this.#names.size > this.#most;
  }

  /** Forgets all names: keys have another meaning from now on. */
  clear(): void {
    this.#names.clear();
    this.#numbers.clear();
  }

  /** The key of the name that is bytes[start..end). */
  intern(bytes: Uint8Array, start: number, end: number): number {
    return this.#names.intern(bytes, start, end);
  }

  number(context: ShardContext, key: number, tick: number): number {
    const known = this.#numbers.use(key, tick);
    if (known >= 0) return known;
    const number = context.nextNumber();
    this.#numbers.set(key, number, tick);
    context.name({ number, name: this.#names.text(key) });
    return number;
  }
}
