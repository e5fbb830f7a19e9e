import { errnoOf } from './directory.ts';
import type { FromWriter } from './messages.ts';

export type TroubleMessage = FromWriter & { readonly type: 'trouble' };

/** Reports what the machine refused, and counts it by errno. Anything else is a bug and is thrown on. */
export class Trouble {
  /** How often each errno was met. */
  readonly errors = new Map<string, number>();
  readonly #failing = new Set<TroubleMessage['what']>();
  readonly #post: (message: FromWriter) => void;

  constructor(post: (message: FromWriter) => void) {
    this.#post = post;
  }

  report(what: TroubleMessage['what'], errno: string | null, message: string): void {
    this.#post({ type: 'trouble', what, errno, message, over: false });
  }

  count(errno: string): void {
    this.errors.set(errno, (this.errors.get(errno) ?? 0) + 1);
  }

  /** Says that what was reported before works again. */
  over(what: TroubleMessage['what'], message: string): void {
    this.#post({ type: 'trouble', what, errno: null, message, over: true });
  }

  /**
   * Does something that the system may refuse. False when it did; that is reported once, until it works again.
   * @throws what is not a system call's error
   */
  attempt(what: TroubleMessage['what'], action: () => unknown): boolean {
    try {
      action();
    } catch (cause) {
      const errno = errnoOf(cause);
      if (errno === null) throw cause;
      this.count(errno);
      if (!this.#failing.has(what)) this.report(what, errno, (cause as Error).message);
      this.#failing.add(what);
      return false;
    }
    if (this.#failing.delete(what)) this.over(what, `${what} works again`);
    return true;
  }
}
