import type { DiscoveryListener, DiscoveryOptions } from './watch.ts';
import { Discovery } from './watch.ts';
import type { SteppedTime } from './stepped-time.ts';
import { Unwatched } from './unwatched.ts';

/**
 * Discovery in steps: nothing is done by itself, and at each instant everything is looked at once. The kernel tells nothing;
 * what came and went between two instants is not seen.
 */
export class SteppedDiscovery {
  readonly #time: SteppedTime;
  readonly #discovery: Discovery;
  readonly #settle: () => Promise<void>;
  #started = false;

  /** @param settle waits until reading that was begun has ended */
  constructor(options: DiscoveryOptions, listener: DiscoveryListener, time: SteppedTime, settle: () => Promise<void>) {
    this.#time = time;
    this.#settle = settle;
    this.#discovery = new Discovery(options, listener, { time, watches: () => new Unwatched(), ownUser: null });
  }

  /** Looks at everything as it is now, and tells what is new. Names that can be found now are told with it. */
  async step(): Promise<void> {
    await this.#time.run(this.#settle);
    if (this.#started) this.#discovery.look();
    else this.#discovery.start();
    this.#started = true;
    await this.#settle();
    await this.#time.run(this.#settle);
  }

  stop(): void {
    this.#discovery.stop();
  }
}
