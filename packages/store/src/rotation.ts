import type { RotationReason } from './messages.ts';

const DAY_MS = 86_400_000;

/** Where the open window ends: after its length, at midnight UTC, or before when it has grown too large. */
export class Boundary {
  readonly #intervalMs: number;
  #first = NaN;
  #end = Infinity;
  #reason: RotationReason = 'time';

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
  }

  /** The first tick that is not part of the window; Infinity as long as the window has no tick. */
  get end(): number {
    return this.#end;
  }

  get reason(): RotationReason {
    return this.#reason;
  }

  /** Forgets the window: the next tick opens one. */
  clear(): void {
    this.#first = NaN;
    this.#end = Infinity;
  }

  /** Tells that a tick becomes part of the window; the first one decides where the window ends. */
  enter(tick: number, rotationMs: number): void {
    if (!Number.isNaN(this.#first)) return;
    const length = Math.max(1, Math.round(rotationMs / this.#intervalMs));
    const midnight = (Math.floor((tick * this.#intervalMs) / DAY_MS) + 1) * DAY_MS;
    const day = Math.ceil(midnight / this.#intervalMs);
    this.#first = tick;
    this.#end = Math.min(tick + length, day);
    this.#reason = day < tick + length ? 'midnight' : 'time';
  }

  /** Lets the window go on for some ticks more. */
  extend(ticks: number): void {
    this.#end += ticks;
  }

  /** Ends the window before `tick`, unless it ends earlier. */
  cut(tick: number, reason: RotationReason): void {
    if (tick >= this.#end) return;
    this.#end = tick;
    this.#reason = reason;
  }

  /**
   * True for a tick so far before the window that the clock must have been set back, or that belongs to another day: it
   * cannot be part of the window. A few ticks before it are merely late.
   */
  precedes(tick: number, rotationMs: number): boolean {
    if (Number.isNaN(this.#first) || tick >= this.#first) return false;
    const day = (one: number): number => Math.floor((one * this.#intervalMs) / DAY_MS);
    return tick < this.#first - Math.round(rotationMs / this.#intervalMs) || day(tick) !== day(this.#first);
  }
}
