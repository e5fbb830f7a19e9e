import type { RecordedEvent } from '@fgm/catalog';
import type { Trouble } from './trouble.ts';

/** Segments that could not be read, or not all of them: told to main, counted, and recorded as events. */
export class Damage {
  segments = 0;
  readonly #trouble: Trouble;
  readonly #now: () => number;
  #events: RecordedEvent[] = [];

  /** @param now milliseconds since the Unix epoch */
  constructor(trouble: Trouble, now: () => number) {
    this.#trouble = trouble;
    this.#now = now;
  }

  /** A segment of which the rest was read. */
  report(segment: string, what: string): void {
    this.#trouble.report('recovery', null, `segment ${segment}: ${what} cannot be read; the rest was recovered`);
    this.add(segment, what);
  }

  /** A segment that was put aside, which was told already. */
  add(segment: string, message: string): void {
    this.segments++;
    const detail = { segment, message };
    const time = this.#now() * 1000;
    this.#events.push({ type: 'damaged_spool', severity: 'critical', time, entity: null, pid: null, detail });
  }

  /** The events since the last call. They are kept until there is a segment to write them to. */
  takeEvents(): readonly RecordedEvent[] {
    if (this.#events.length === 0) return this.#events;
    const events = this.#events;
    this.#events = [];
    return events;
  }
}
