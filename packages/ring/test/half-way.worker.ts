import { workerData } from 'node:worker_threads';
import { Ring } from '../src/index.ts';

/** Publishes one slot, begins another, says so, and waits to be terminated. */
const { buffer, slots, slotBytes, parked } = workerData as {
  buffer: SharedArrayBuffer;
  slots: number;
  slotBytes: number;
  parked: Int32Array;
};
const ring = new Ring(buffer, slots, slotBytes);
ring.publish(ring.claim(), 0, 1, 1, 0);
ring.views[ring.claim()]!.fill(1, 0, 30);
Atomics.store(parked, 0, 1);
Atomics.notify(parked, 0);
Atomics.wait(parked, 0, 1);
