import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import t from 'tap';
import { Doorbell, Ring } from '../src/index.ts';
import { countersAt } from './control-words.ts';
import { isFilled, tickOf } from './lane.ts';

const COUNT = 100_000;
/** A wait of this many milliseconds in vain means that the other thread is gone. */
const GIVE_UP = 30_000;

/** Takes `COUNT` slots and gives the first that is not as it was sent, or -1. The thread sleeps whenever there is nothing. */
function firstWrong(ring: Ring, released: Doorbell): number {
  for (let number = 0; number < COUNT; number++) {
    if (!ring.wait(GIVE_UP)) return number;
    const slot = ring.next();
    const right =
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

for (const [slots, start] of [
  [2, 0],
  [16, -50_000],
] as const) {
  t.test(`two threads pass ${COUNT} slots through a ring of ${slots}, counters from ${start >>> 0}`, async (t) => {
    const ring = Ring.create(slots, 192);
    countersAt(ring, start);
    const released = new Doorbell();
    const worker = new Worker(new URL('./producer.worker.ts', import.meta.url), {
      workerData: {
        buffer: ring.buffer,
        slots: ring.slots,
        slotBytes: ring.slotBytes,
        released: released.buffer,
        count: COUNT,
      },
    });
    const stopped = once(worker, 'exit');
    // This thread only sleeps in Atomics.wait: a lost wake-up on either side shows as a wait in vain.
    t.equal(firstWrong(ring, released), -1);
    t.same(await stopped, [0]);
    t.equal(ring.occupancy(), 0);
  });
}
