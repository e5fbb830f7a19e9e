import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import t from 'tap';
import { Ring } from '../src/index.ts';

const DEATH = new Error('the producer dies here');
const CALLS = ['load', 'store', 'add', 'notify'] as const;

/** Runs `action`, which dies in front of its `fuse`-th Atomics call. True when it lived to the end. */
function dyingAt(fuse: number, action: () => void): boolean {
  const saved = CALLS.map((name) => Atomics[name]);
  let left = fuse;
  CALLS.forEach((name, index) => {
    const call = saved[index] as (...args: unknown[]) => unknown;
    Object.assign(Atomics, {
      [name]: (...args: unknown[]) => {
        if (left-- === 0) throw DEATH;
        return call(...args);
      },
    });
  });
  try {
    action();
    return true;
  } catch (error) {
    if (error !== DEATH) throw error;
    return false;
  } finally {
    CALLS.forEach((name, index) => Object.assign(Atomics, { [name]: saved[index] }));
  }
}

/** Takes everything out of the ring and gives the ticks in order. */
function drain(ring: Ring): number[] {
  const ticks = [];
  for (let slot = ring.next(); slot >= 0; slot = ring.next()) {
    ticks.push(ring.tick(slot));
    ring.release(slot);
  }
  return ticks;
}

t.test('wherever a producer dies, nothing published is lost and no slot leaks', async (t) => {
  let deaths = 0;
  for (let fuse = 0, alive = false; !alive; fuse++) {
    const ring = Ring.create(4, 64);
    ring.publish(ring.claim(), 0, 1, 100, 0);
    alive = dyingAt(fuse, () => {
      for (const tick of [101, 102]) ring.publish(ring.claim(), 0, 1, tick, 0);
      ring.claim();
    });
    if (!alive) deaths++;

    const published = ring.occupancy();
    ring.reclaim();
    t.equal(ring.occupancy(), published, `death ${fuse}: what was published stays queued`);
    t.equal(ring.reclaim(), 0, 'a second time there is nothing to do');
    const free = [];
    for (let slot = ring.claim(); slot >= 0; slot = ring.claim()) free.push(slot);
    t.equal(free.length, 4 - published, 'every other slot can be claimed');
    free.forEach((slot, index) => ring.publish(slot, 0, 1, 200 + index, 0));
    t.same(drain(ring), [100, 101, 102].slice(0, published).concat(free.map((_, index) => 200 + index)));
  }
  t.ok(deaths >= 12, `${deaths} places to die in`);
});

t.test('a slot that the consumer is reading is not taken away from it', async (t) => {
  const ring = Ring.create(2, 64);
  ring.publish(ring.claim(), 0, 1, 7, 0);
  const reading = ring.next();
  ring.claim();
  t.equal(ring.reclaim(), 1);
  t.not(ring.claim(), reading);
  t.equal(ring.tick(reading), 7);
});

t.test('a producer thread that is terminated half way leaves a ring its successor can use', async (t) => {
  const ring = Ring.create(4, 64);
  const parked = new Int32Array(new SharedArrayBuffer(4));
  const { buffer, slots, slotBytes } = ring;
  const worker = new Worker(new URL('./half-way.worker.ts', import.meta.url), {
    workerData: { buffer, slots, slotBytes, parked },
  });
  const stopped = once(worker, 'exit');
  // The worker sets the word and never wakes again: it is parked with one slot published and one half written.
  await Promise.race([
    Atomics.waitAsync(parked, 0, 0).value,
    once(worker, 'error').then(([error]) => Promise.reject(error as Error)),
  ]);
  await worker.terminate();
  await stopped;

  t.equal(ring.occupancy(), 1);
  t.equal(ring.reclaim(), 1);
  t.same(drain(ring), [1]);
  t.same([ring.claim(), ring.claim(), ring.claim(), ring.claim(), ring.claim()], [0, 1, 2, 3, -1]);
});
