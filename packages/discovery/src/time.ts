/** Something that was asked for and has not come yet. */
export type Timer = object;

/** The clocks and timers of discovery, so that those of a recording can take their place. */
export interface DiscoveryTime {
  /** Whole milliseconds since the Unix epoch. */
  wall(): number;
  /** Milliseconds since any fixed instant, never going back. */
  monotonic(): number;
  /** Microseconds since the Unix epoch. */
  usec(): number;
  /** Calls once, after so many milliseconds. */
  after(milliseconds: number, call: () => void): Timer;
  /** Calls once, as soon as nothing else is to be done. */
  soon(call: () => void): Timer;
  /** Of what after() gave, and has not called yet. */
  cancel(timer: Timer): void;
  /** Of what soon() gave. */
  cancelSoon(timer: Timer): void;
}

/** The time of this machine. */
export const SYSTEM_TIME: DiscoveryTime = {
  wall: () => Date.now(),
  monotonic: () => performance.now(),
  usec: wallUsec(),
  after: (milliseconds, call) => setTimeout(call, milliseconds),
  soon: (call) => setImmediate(call),
  cancel: (timer) => clearTimeout(timer as NodeJS.Timeout),
  cancelSoon: (timer) => clearImmediate(timer as NodeJS.Immediate),
};

/** The wall clock, which shows whole milliseconds, and what has passed since it did. */
function wallUsec(): () => number {
  let offset = -Infinity;
  return () => {
    const wall = Date.now();
    const monotonic = performance.now();
    if (Math.abs(wall - offset - monotonic) > 1) offset = wall - monotonic;
    return Math.round((offset + monotonic) * 1000);
  };
}
