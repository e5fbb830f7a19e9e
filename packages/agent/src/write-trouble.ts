import type { FromWriter } from '@fgm/store';

type TroubleMessage = FromWriter & { readonly type: 'trouble' };

/** What the writer goes on trying and tells the end of. The rest (recovery, retention) is said once. */
const LASTING: ReadonlySet<TroubleMessage['what']> = new Set(['spool', 'encode', 'index']);

/** What the writer cannot do at present. One thing that works again says nothing of the others. */
export class WriteTrouble {
  readonly #standing = new Map<TroubleMessage['what'], string>();

  /** The oldest trouble there is, in words; null when all is well. */
  get reason(): string | null {
    for (const message of this.#standing.values()) return message;
    return null;
  }

  /** Whether there are samples that are not in closed files and cannot be put there. */
  get unsaved(): boolean {
    return this.#standing.has('spool') || this.#standing.has('encode');
  }

  /** True when this was not known: what is tried again every second is not to be said every second. */
  take({ what, message, over }: TroubleMessage): boolean {
    if (!LASTING.has(what)) return true;
    if (over) return this.#standing.delete(what);
    const known = this.#standing.get(what) === message;
    this.#standing.set(what, message);
    return !known;
  }
}
