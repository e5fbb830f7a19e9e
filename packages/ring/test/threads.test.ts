import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import t from 'tap';
import { Doorbell, Ring } from '../src/index.ts';
import { countersAt } from './control-words.ts';
import { isFilled, tickOf } from './lane.ts';

/** A wait of this many milliseconds in vain means that the other thread is gone. */
const GIVE_UP = 10_000;

/** The next slot, or -1 when there is none for too long. A wait may end early, but a true one is not in vain. */
function nextOf(ring: Ring): number {
  const giveUp = performance.now() + GIVE_UP;
  while (!ring.wait(GIVE_UP)) if (performance.now() > giveUp) return -1;
  return ring.next();
}

/** Takes `count` slots and gives the first that is not as it was sent, or -1. The thread sleeps whenever there is nothing. */
function firstWrong(ring: Ring, released: Doorbell, count: number): number {
  for (let number = 0; number < count; number++) {
    const slot = nextOf(ring);
    const right =
      slot >= 0 &&
      ring.tick(slot) === tickOf(number) &&
      ring.table(slot) === number % 3 &&
      ring.rows(slot) === number % 64 &&
      ring.flags(slot) === (number & 1) &&
      isFilled(ring.views[slot]!, number);
    if (!right) return number;
    ring.release(slot);
    released.ring();
  }
  return -1;
}

// A ring of two makes the threads wait for each other at every slot, which takes long where CPUs are busy.
for (const [slots, start, count] of [
  [2, 0, 20_000],
  [16, -50_000, 100_000],
] as const) {
  t.test(`two threads pass ${count} slots through a ring of ${slots}, counters from ${start >>> 0}`, async (t) => {
    const ring = Ring.create(slots, 192);
    countersAt(ring, start);
    const released = new Doorbell();
    const worker = new Worker(new URL('./producer.worker.ts', import.meta.url), {
      workerData: {
        buffer: ring.buffer,
        slots: ring.slots,
        slotBytes: ring.slotBytes,
        released: released.buffer,
        count,
        pauses: [0],
      },
    });
    t.teardown(() => worker.terminate());
    const stopped = once(worker, 'exit');
    // This thread only sleeps in Atomics.wait: a lost wake-up on either side shows as a wait in vain.
    if (!t.equal(firstWrong(ring, released, count), -1)) return;
    t.same(await stopped, [0]);
    t.equal(ring.occupancy(), 0);
  });
}
