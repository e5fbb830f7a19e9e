import type { RecordedEvent } from '@fgm/catalog';
import type { RowOrder } from './row-order.ts';

/** The time a segment's rows cover, in milliseconds since the Unix epoch; `end` is not included. */
export interface Window {
  readonly start: number;
  readonly end: number;
  /** The tick that gives the files their name. */
  readonly firstTick: number;
}

/**
 * From the start of the first tick to the end of the last one, and further where a row was read late. Events do not count
 * unless there are only events: they may be about a moment before the window in which they became known.
 */
export function windowOf(
  orders: readonly RowOrder[],
  events: readonly RecordedEvent[],
  intervalMs: number,
): Window | null {
  const some = orders.filter((order) => order.rows > 0);
  if (some.length === 0) return eventWindow(events, intervalMs);
  const firstTick = Math.min(...some.map((order) => order.firstTick));
  const lastTick = Math.max(...some.map((order) => order.lastTick));
  const firstTime = Math.min(...some.map((order) => order.firstTime));
  const lastTime = Math.max(...some.map((order) => order.lastTime));
  return {
    start: Math.min(firstTick * intervalMs, Math.floor(firstTime / 1000)),
    end: Math.max((lastTick + 1) * intervalMs, Math.floor(lastTime / 1000) + 1),
    firstTick,
  };
}

function eventWindow(events: readonly RecordedEvent[], intervalMs: number): Window | null {
  if (events.length === 0) return null;
  const times = events.map((event) => event.time / 1000);
  const firstTick = Math.floor(Math.min(...times) / intervalMs);
  return { start: firstTick * intervalMs, end: Math.floor(Math.max(...times)) + 1, firstTick };
}
