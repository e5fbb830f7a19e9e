import type { DiscoveryTime } from '../time.ts';

/**
 * A runtime's own process begins a container's life and becomes its program: what it tells is final only when it was there so
 * long before it was asked, in milliseconds.
 */
const SETTLED_MS = 1_000;

interface Asked {
  /** The list of processes that has answered, as the cgroup has it. */
  readonly list: string;
  /** Since when it is known, by the monotonic clock. */
  readonly since: number;
  readonly answers: Map<string, Promise<unknown>>;
}

/** What the processes of containers have answered: as long as they are the same, they are not asked again. */
export class AskedProcesses {
  readonly #time: DiscoveryTime;
  readonly #asked = new Map<string, Asked>();

  constructor(time: DiscoveryTime) {
    this.#time = time;
  }

  /**
   * @param question what tells it from the others
   * @param directory the container's cgroup
   * @param list its processes now
   */
  ask<T>(question: string, directory: string, list: string, ask: () => Promise<T>): Promise<T> {
    const asked = this.#askedOf(directory, list);
    const known = asked.answers.get(question) as Promise<T> | undefined;
    if (known !== undefined) return known;
    const answer = ask();
    if (this.#time.monotonic() - asked.since >= SETTLED_MS) asked.answers.set(question, answer);
    return answer;
  }

  forget(directory: string): void {
    this.#asked.delete(directory);
  }

  #askedOf(directory: string, list: string): Asked {
    const known = this.#asked.get(directory);
    if (known?.list === list) return known;
    const asked: Asked = { list, since: this.#time.monotonic(), answers: new Map() };
    this.#asked.set(directory, asked);
    return asked;
  }
}
