import { workerData } from 'node:worker_threads';
import { Doorbell, Ring } from '../src/index.ts';
import { fillSlot, tickOf, type Lane } from './lane.ts';

/** Publishes `count` slots; when the ring is full it sleeps until the consumer rings the bell. */
const { buffer, slots, slotBytes, released, count } = workerData as Lane;
const ring = new Ring(buffer, slots, slotBytes);
const bell = new Doorbell(released);

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
  fillSlot(ring.views[slot]!, number);
  ring.publish(slot, number % 3, number % 64, tickOf(number), number & 1);
}
