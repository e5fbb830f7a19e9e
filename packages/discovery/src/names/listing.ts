import type { HostRoot, Look } from './host-root.ts';

const NOTHING: Look = { stamp: null, settled: true };

/** The names in a directory of the node, read again only when it has changed. */
export class Listing<T> {
  readonly path: string;
  readonly #host: HostRoot;
  readonly #index: (names: readonly string[]) => T;
  /** Before the names were read. */
  #read: Look = NOTHING;
  #value: T;

  /** @param index what is made of the names, once for each change */
  constructor(host: HostRoot, path: string, index: (names: readonly string[]) => T) {
    this.#host = host;
    this.path = path;
    this.#index = index;
    this.#value = index([]);
  }

  async get(): Promise<T> {
    const look = await this.#host.look(this.path);
    const { stamp, settled } = this.#read;
    if (look.stamp === stamp && (settled || stamp === null)) return this.#value;
    this.#read = look;
    this.#value = this.#index((await this.#host.list(this.path)) ?? []);
    return this.#value;
  }
}
