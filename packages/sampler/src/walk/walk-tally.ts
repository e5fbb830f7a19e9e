import { SCOPES, type Scope } from '@fgm/catalog';

/** Ways to walk the pages of a process. */
export const WALK_METHODS = ['rollup', 'smaps', 'pagemap'] as const;

export const ROLLUP = 0;
export const SMAPS = 1;
export const PAGEMAP = 2;

/** Place of a scope in the tally. */
export function scopeNumber(scope: Scope): number {
  return SCOPES.indexOf(scope);
}

/** What a shard's page walks came to since it started. */
export class WalkTally {
  /** Walks that were completed, by method. */
  readonly walks = new Float64Array(WALK_METHODS.length);
  /** Microseconds of walking, by method and then by scope of the target. */
  readonly usec = new Float64Array(WALK_METHODS.length * SCOPES.length);
  /** Walks that took far more than their budget, by scope. */
  readonly overruns = new Float64Array(SCOPES.length);
  /** Rows without a walk of their own: nothing has changed, the budget is spent, or a walk in slices is under way. */
  unchanged = 0;
  deferred = 0;
  ongoing = 0;

  spent(method: number, scope: number, usec: number, overrun: boolean): void {
    const at = method * SCOPES.length + scope;
    this.usec[at] = this.usec[at]! + usec;
    if (overrun) this.overruns[scope] = this.overruns[scope]! + 1;
  }

  completed(method: number): void {
    this.walks[method] = this.walks[method]! + 1;
  }
}
