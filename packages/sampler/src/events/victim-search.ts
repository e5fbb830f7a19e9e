import { readlinkSync } from '@fgm/kernfs/files';
import { isNamespaceInit, outcomeOf, type Outcome, type Suspect } from './oom-suspects.ts';

/** The OOM killer takes who has most: less than this share of what the container may have is nobody it would take. */
const LEAST_SHARE = 0.25;

/** Who was killed, as far as that can be known. */
export interface Verdict {
  /** The largest first, no more than were killed. */
  readonly victims: readonly Suspect[];
  /** Each was seen to end by signal 9, and they are as many as were killed. */
  readonly certain: boolean;
  /** Looking again may find more. */
  readonly open: boolean;
}

/**
 * Looks for who was killed among those who were there. What is seen once of a process stays known, for a zombie is reaped
 * and the number given to another one. Not made on a tick's path: only when somebody was killed.
 */
export class VictimSearch {
  readonly #procRoot: string;
  readonly #suspects: readonly Suspect[];
  readonly #least: number;
  readonly #mayTrace: boolean;
  readonly #outcomes = new Map<Suspect, Outcome>();
  readonly #inits = new Set<Suspect>();

  /** @param most what the container may have, or has had, in bytes; Infinity when neither is known */
  constructor(procRoot: string, suspects: readonly Suspect[], most: number) {
    this.#procRoot = procRoot;
    this.#suspects = suspects.toSorted((left, right) => right.rss - left.rss);
    this.#least = most * LEAST_SHARE;
    this.#mayTrace = mayTraceOthers(procRoot);
  }

  /** Those who have ended or vanished, for whatever reason. */
  get vanished(): number {
    return this.#suspects.filter((suspect) => this.#is(suspect) !== 'lives').length;
  }

  /** @param count how many were killed */
  look(count: number): Verdict {
    for (const suspect of this.#suspects) this.#lookAt(suspect);
    const killed = this.#killed();
    if (killed.length >= count)
      return { victims: killed.slice(0, count), certain: killed.length === count, open: false };
    // Who was seen to be killed, and else who is large enough and gone without a word.
    const gone = this.#suspects.filter((suspect) => this.#is(suspect) === 'gone' && this.#isLarge(suspect));
    const victims = [...killed, ...gone].slice(0, count);
    const smallest = victims.length < count ? 0 : victims.at(-1)!.rss;
    const open = this.#suspects.some((suspect) => this.#is(suspect) === 'lives' && suspect.rss >= smallest);
    return { victims, certain: false, open };
  }

  /** Signal 9 may have other senders: a small process is believed only where nobody else can have been the reason. */
  #killed(): Suspect[] {
    const killed = this.#suspects.filter((suspect) => this.#is(suspect) === 'killed');
    const large = killed.filter((suspect) => this.#isLarge(suspect));
    if (large.length > 0) return large;
    // Who is killed as number 1 of its namespace takes all others with it.
    const init = killed.find((suspect) => this.#inits.has(suspect));
    if (init !== undefined) return [init];
    return killed.length === this.vanished ? killed : [];
  }

  #lookAt(suspect: Suspect): void {
    if (this.#is(suspect) !== 'lives') return;
    const outcome = outcomeOf(this.#procRoot, suspect, this.#mayTrace);
    this.#outcomes.set(suspect, outcome);
    if (outcome === 'killed' && isNamespaceInit(this.#procRoot, suspect)) this.#inits.add(suspect);
  }

  #is(suspect: Suspect): Outcome {
    return this.#outcomes.get(suspect) ?? 'lives';
  }

  #isLarge({ rss }: Suspect): boolean {
    return rss > 0 && rss >= this.#least;
  }
}

/** Whether the kernel shows us how strangers ended: by the same rule as their links. */
function mayTraceOthers(procRoot: string): boolean {
  try {
    readlinkSync(`${procRoot}/1/ns/pid`);
    return true;
  } catch {
    return false;
  }
}
