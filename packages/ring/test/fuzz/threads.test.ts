/** Real threads that stop for moments anywhere, and are killed anywhere. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import { Doorbell, Ring } from '../../src/index.ts';
import { countersAt } from '../control-words.ts';
import { isFilled, tickOf } from '../lane.ts';

/** A wait of this many milliseconds in vain means that the other thread is gone. */
const GIVE_UP = 10_000;

/** Whether the next slot is what was sent as `number`; it is released. */
function takes(ring: Ring, number: number): boolean {
  const slot = ring.next();
  const right = slot >= 0 && ring.tick(slot) === tickOf(number) && isFilled(ring.views[slot]!, number);
  if (slot >= 0) ring.release(slot);
  return right;
}

/** Spins for a moment, long enough for the other thread to come in between. */
function dawdle(turns: number): void {
  for (let left = turns * 50; left > 0; left--) Atomics.load(NOTHING, 0);
}
const NOTHING = new Int32Array(new SharedArrayBuffer(4));

const run = fc.record({
  slots: fc.constantFrom(2, 4, 16),
  from: fc.integer(),
  count: fc.integer({ min: 1, max: 400 }),
  pauses: fc.array(fc.nat({ max: 60 }), { minLength: 1, maxLength: 16 }),
  /** Killed when so many have come; never when it is more than are sent. */
  killAfter: fc.nat({ max: 800 }),
});

t.test('what comes is what was sent, and a successor goes on where the first was killed', (t) =>
  holds(
    t,
    fc.asyncProperty(run, async ({ slots, from, count, pauses, killAfter }) => {
      const ring = Ring.create(slots, 128);
      countersAt(ring, from);
      const released = new Doorbell();
      const { buffer, slots: made, slotBytes } = ring;
      const workerData = { buffer, slots: made, slotBytes, released: released.buffer, count, pauses };
      const worker = new Worker(new URL('../producer.worker.ts', import.meta.url), { workerData });
      const exited = once(worker, 'exit');
      let got = 0;
      while (got < Math.min(count, killAfter)) {
        dawdle(pauses[got % pauses.length]!);
        const giveUp = performance.now() + GIVE_UP;
        while (!ring.wait(GIVE_UP)) if (performance.now() > giveUp) throw new Error(`nothing came after ${got}`);
        if (!takes(ring, got)) throw new Error(`slot ${got} is not what was sent`);
        got++;
        released.ring();
      }
      if (killAfter < count) await worker.terminate();
      await exited;
      while (ring.occupancy() > 0) if (!takes(ring, got++)) throw new Error(`slot ${got - 1} is not what was sent`);
      ring.reclaim();
      const free = Array.from({ length: made }, () => ring.claim());
      return (
        got <= count && (killAfter < count || got === count) && free.every((slot) => slot >= 0) && ring.claim() < 0
      );
    }),
    1000,
  ),
);
