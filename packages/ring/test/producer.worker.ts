import { workerData } from 'node:worker_threads';
import { Doorbell, Ring } from '../src/index.ts';
import { fillSlot, tickOf, type Lane } from './lane.ts';

/**
 * Publishes `count` slots and stops for a moment wherever `pauses` says so; when the ring is full it sleeps until the consumer
 * rings the bell.
 */
const { buffer, slots, slotBytes, released, count, pauses } = workerData as Lane & { pauses: readonly number[] };
const ring = new Ring(buffer, slots, slotBytes);
const bell = new Doorbell(released);
const nothing = new Int32Array(new SharedArrayBuffer(4));
let step = 0;

function dawdle(): void {
  for (let left = pauses[step++ % pauses.length]! * 50; left > 0; left--) Atomics.load(nothing, 0);
}

function claim(): number {
  for (;;) {
    const seen = bell.count();
    const slot = ring.claim();
    if (slot >= 0) return slot;
    bell.wait(seen, 1000);
  }
}

for (let number = 0; number < count; number++) {
  const slot = claim();
  dawdle();
  fillSlot(ring.views[slot]!, number);
  dawdle();
  ring.publish(slot, number % 3, number % 64, tickOf(number), number & 1);
}
