import type { Host, Started } from './hosts.ts';
import type { Planned } from '../plan.ts';

/** Milliseconds from the end of a container to its next start: doubled each time, as a kubelet does, only sooner. */
const FIRST_BACKOFF_MS = 1000;
const LONGEST_BACKOFF_MS = 15_000;

/** What happens to a planned container: it starts when it is due, and again whenever it has ended. */
export class Lifecycle {
  readonly planned: Planned;
  readonly #host: Host;
  #started: Started | null = null;
  #due: number;
  /** How often it was started. */
  starts = 0;

  constructor(planned: Planned, host: Host) {
    this.planned = planned;
    this.#host = host;
    this.#due = planned.startMs;
  }

  /** Whether it was there when it was last looked at. */
  get running(): boolean {
    return this.#started !== null;
  }

  /** @param now milliseconds since the beginning @returns what happened, or null */
  step(now: number): 'started' | 'ended' | null {
    if (this.#started !== null) return this.#started.ended() ? this.#end(now) : null;
    if (now < this.#due) return null;
    this.#started = this.#host.start(this.planned, this.starts);
    this.starts++;
    return 'started';
  }

  /** Kills it, if it is there. */
  remove(): void {
    this.#started?.remove();
    this.#started = null;
  }

  #end(now: number): 'ended' {
    this.remove();
    this.#due = now + Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (this.starts - 1));
    return 'ended';
  }
}

/** A line that tells what has happened. */
export function happeningText({ planned, starts }: Lifecycle, happened: 'started' | 'ended'): string {
  const again = happened === 'started' && starts > 1 ? ` again, for the ${starts}. time` : '';
  return `${planned.scenario} ${happened}${again}: ${planned.namespace}/${planned.pod}`;
}
