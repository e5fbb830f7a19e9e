import { REST_MS } from './at-rest.ts';
import { isLive } from './store.ts';

export interface Asked<T> {
  readonly question: (signal: AbortSignal) => Promise<T>;
  readonly answered: (answer: T) => void;
  readonly failed: (error: Error) => void;
  /** While rows come in it is asked anew no more often than this, in milliseconds. */
  readonly refreshMs: number;
}

/** A question that is asked again and again, one at a time: who asks anew does not wait for the answer before. */
export class Asking<T> {
  readonly #asked: Asked<T>;
  #controller: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #askedAt = 0;

  constructor(asked: Asked<T>) {
    this.#asked = asked;
  }

  /** What it depends on has changed: at once for the first time, then when that rests, or while rows come in after a while. */
  soon(): void {
    clearTimeout(this.#timer);
    const isFollowing = isLive.peek();
    const { refreshMs } = this.#asked;
    const wait = isFollowing ? Math.max(0, this.#askedAt + refreshMs - Date.now()) : REST_MS;
    // A question that takes longer than rows need to come is not asked anew before it is answered.
    const attempt = (): void => {
      if (isFollowing && this.#controller !== null) this.#timer = setTimeout(attempt, refreshMs);
      else void this.now();
    };
    this.#timer = setTimeout(attempt, this.#askedAt === 0 ? 0 : wait);
  }

  async now(): Promise<void> {
    this.#controller?.abort();
    const own = (this.#controller = new AbortController());
    this.#askedAt = Date.now();
    try {
      this.#asked.answered(await this.#asked.question(own.signal));
    } catch (error) {
      if ((error as Error).name !== 'AbortError') this.#asked.failed(error as Error);
    } finally {
      if (this.#controller === own) this.#controller = null;
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#controller?.abort();
  }
}
