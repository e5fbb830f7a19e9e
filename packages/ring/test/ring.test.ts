import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import { LAST_OF_TICK, Ring } from '../src/index.ts';
import { countersAt } from './control-words.ts';

const SLOT_BYTES = 64;

t.test('a new ring is empty', async (t) => {
  const ring = Ring.create(4, 100);
  t.equal(ring.slots, 4);
  t.equal(ring.slotBytes, 128, 'slots begin on cache lines');
  t.equal(ring.next(), -1);
  t.equal(ring.occupancy(), 0);
  t.equal(ring.reclaim(), 0);
  t.equal(ring.wait(0), false);
});

t.test('the number of slots is rounded up to a power of two', async (t) => {
  for (const [asked, made] of [
    [0, 2],
    [1, 2],
    [2, 2],
    [3, 4],
    [5, 8],
    [16, 16],
    [1000, 1024],
  ] as const) {
    t.equal(Ring.create(asked, SLOT_BYTES).slots, made, `${asked} slots`);
  }
  const { buffer } = Ring.create(8, SLOT_BYTES);
  for (const slots of [0, 1, 3, 6, 2.5, Number.NaN]) {
    t.throws(() => new Ring(buffer, slots, SLOT_BYTES), { name: 'RangeError', message: /power of two/ });
  }
});

t.test('slots do not overlap, nor the words in front of them', async (t) => {
  const ring = Ring.create(8, 200);
  let end = 0;
  for (const view of ring.views) {
    t.ok(view.byteOffset >= end && view.byteOffset % 64 === 0);
    end = view.byteOffset + view.byteLength;
    view.fill(0xff);
  }
  t.equal(end, ring.buffer.byteLength);
  t.equal(ring.occupancy(), 0);
  t.equal(ring.claim(), 0);
});

t.test('what is published comes out as it went in', async (t) => {
  const producer = Ring.create(2, SLOT_BYTES);
  const consumer = new Ring(producer.buffer, producer.slots, producer.slotBytes);
  const ticks = [0, 1, 1_795_000_000, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1];
  for (const [index, tick] of ticks.entries()) {
    const slot = producer.claim();
    producer.views[slot]!.fill(index);
    t.equal(consumer.next(), -1, 'a claimed slot is not visible');
    producer.publish(slot, index % 3, index * 64, tick, index % 2 === 0 ? LAST_OF_TICK : 0);

    t.equal(consumer.wait(0), true);
    t.equal(consumer.next(), slot);
    t.equal(consumer.next(), slot, 'looking twice takes nothing');
    t.equal(consumer.table(slot), index % 3);
    t.equal(consumer.rows(slot), index * 64);
    t.equal(consumer.tick(slot), tick);
    t.equal(consumer.flags(slot), index % 2 === 0 ? LAST_OF_TICK : 0);
    t.ok(consumer.views[slot]!.every((byte) => byte === index));
    consumer.release(slot);
    t.equal(consumer.occupancy(), 0);
  }
});

t.test('a full ring refuses, keeps what it has, and takes again after a release', async (t) => {
  const ring = Ring.create(4, SLOT_BYTES);
  for (let tick = 0; tick < 4; tick++) ring.publish(ring.claim(), 0, 1, tick, 0);
  t.equal(ring.occupancy(), 4);
  t.equal(ring.claim(), -1);
  t.equal(ring.claim(), -1);
  t.equal(ring.tick(ring.next()), 0, 'the oldest is still there');
  const freed = ring.next();
  ring.release(freed);
  t.equal(ring.claim(), freed);
  t.equal(ring.claim(), -1);
  ring.publish(freed, 0, 1, 4, 0);
  const seen = [];
  for (let slot = ring.next(); slot >= 0; slot = ring.next()) {
    seen.push(ring.tick(slot));
    ring.release(slot);
  }
  t.same(seen, [1, 2, 3, 4]);
});

/** What the ring must do, said with arrays. */
class Model {
  readonly slots: number;
  readonly taken: number[] = [];
  readonly queue: { slot: number; tick: number }[] = [];

  constructor(slots: number) {
    this.slots = slots;
  }

  claim(): number {
    const used = new Set([...this.taken, ...this.queue.map((entry) => entry.slot)]);
    const slot = Array.from({ length: this.slots }, (_, index) => index).find((index) => !used.has(index)) ?? -1;
    if (slot >= 0) this.taken.push(slot);
    return slot;
  }
}

const step = fc.oneof(
  { weight: 4, arbitrary: fc.constant('claim' as const) },
  { weight: 4, arbitrary: fc.nat(7) },
  { weight: 3, arbitrary: fc.constant('release' as const) },
  { weight: 1, arbitrary: fc.constant('reclaim' as const) },
);

/** Does the same to both, and compares. A number publishes that one of the slots that are held. */
function applyStep(ring: Ring, model: Model, action: number | 'claim' | 'release' | 'reclaim', tick: number): boolean {
  if (action === 'claim') return ring.claim() === model.claim();
  if (action === 'reclaim') return ring.reclaim() === model.taken.splice(0).length;
  if (action === 'release') {
    const oldest = model.queue.shift();
    if (ring.next() !== (oldest?.slot ?? -1)) return false;
    if (!oldest) return true;
    const same = ring.tick(oldest.slot) === oldest.tick;
    ring.release(oldest.slot);
    return same;
  }
  if (model.taken.length === 0) return true;
  const [slot] = model.taken.splice(action % model.taken.length, 1) as [number];
  ring.publish(slot, 0, 1, tick, 0);
  model.queue.push({ slot, tick });
  return true;
}

t.test('any interleaving agrees with the model, from any state of the counters', async (t) => {
  const start = fc.oneof(fc.constantFrom(0, -1, -3, 0x7fffffff, 0x7ffffffd), fc.integer());
  const property = fc.property(
    fc.constantFrom(2, 4, 8),
    start,
    fc.array(step, { maxLength: 80 }),
    (slots, from, steps) => {
      const ring = Ring.create(slots, SLOT_BYTES);
      countersAt(ring, from);
      const model = new Model(slots);
      return steps.every(
        (action, tick) => applyStep(ring, model, action, tick) && ring.occupancy() === model.queue.length,
      );
    },
  );
  await holds(t, property);
});

for (const from of [-2, 0x7ffffffe]) {
  t.test(`order and occupancy survive the counters' wrap at ${from >>> 0}`, async (t) => {
    const ring = Ring.create(3, SLOT_BYTES);
    countersAt(ring, from);
    for (let tick = 0; tick < 20; tick++) {
      for (const part of [0, 1, 2]) ring.publish(ring.claim(), part, 1, tick, 0);
      t.equal(ring.occupancy(), 3);
      t.equal(ring.wait(0), true);
      for (const part of [0, 1, 2]) {
        const slot = ring.next();
        t.same([ring.tick(slot), ring.table(slot)], [tick, part]);
        ring.release(slot);
      }
      t.equal(ring.next(), -1);
    }
  });
}
