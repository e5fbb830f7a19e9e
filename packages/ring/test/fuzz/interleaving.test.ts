/** Two threads on one ring, each interrupted by the other between any two of its steps, and killed anywhere. */
import { holds } from '@fgm/testkit/property';
import fc from 'fast-check';
import t from 'tap';
import { Ring } from '../../src/index.ts';
import { countersAt } from '../control-words.ts';
import { fillSlot, isFilled, tickOf } from '../lane.ts';
import { DEATH, interleaved } from './interleaving.ts';

/** What a producer has sent and a consumer has got, and all that must be true of them. */
class Traffic {
  readonly producer: Ring;
  readonly consumer: Ring;
  sent = 0;
  got = 0;
  #wrong: string | null = null;

  constructor(slots: number, from: number) {
    this.producer = Ring.create(slots, 64);
    countersAt(this.producer, from);
    this.consumer = new Ring(this.producer.buffer, this.producer.slots, this.producer.slotBytes);
  }

  get wrong(): string | null {
    if (this.#wrong !== null) return this.#wrong;
    return this.got > this.sent + 1 ? `${this.got} slots came of ${this.sent}` : null;
  }

  /** One turn of the producer; nothing when the ring is full. */
  produce(): void {
    const slot = this.producer.claim();
    if (slot < 0) return;
    fillSlot(this.producer.views[slot]!, this.sent);
    this.producer.publish(slot, this.sent % 3, this.sent % 64, tickOf(this.sent), this.sent & 1);
    this.sent++;
  }

  /** One turn of the consumer; nothing when the ring is empty. */
  consume(): void {
    const ring = this.consumer;
    const slot = ring.next();
    if (slot < 0) return;
    const number = this.got;
    const right =
      ring.tick(slot) === tickOf(number) &&
      ring.table(slot) === number % 3 &&
      ring.rows(slot) === number % 64 &&
      ring.flags(slot) === (number & 1) &&
      isFilled(ring.views[slot]!, number);
    if (!right) this.#wrong ??= `slot ${number} is not what was sent: tick ${ring.tick(slot)}`;
    ring.release(slot);
    this.got++;
  }

  drain(): void {
    for (let turn = 0; turn <= this.producer.slots; turn++) this.consume();
  }
}

const start = fc.oneof(fc.constantFrom(0, -1, -3, 0x7fffffff, 0x7ffffffd), fc.integer());
const rings = fc.record({ slots: fc.constantFrom(2, 4, 8), from: start });
/** Where a turn is interrupted, and for how many turns of the other. */
const breaks = fc.dictionary(fc.nat({ max: 14 }).map(String), fc.integer({ min: 1, max: 3 }), { maxKeys: 3 });
const turn = fc.record({ of: fc.constantFrom('produce', 'consume'), breaks });

function interruptions(table: Readonly<Record<string, number>>, other: () => void): Map<number, () => void> {
  const turns = (count: number) => (): void => {
    for (let left = count; left > 0; left--) other();
  };
  return new Map(Object.entries(table).map(([at, count]) => [Number(at), turns(count)]));
}

t.test('nothing is lost, doubled or torn, whoever is interrupted where', (t) =>
  holds(
    t,
    fc.property(rings, fc.array(turn, { maxLength: 40 }), ({ slots, from }, turns) => {
      const traffic = new Traffic(slots, from);
      const act = { produce: () => traffic.produce(), consume: () => traffic.consume() };
      for (const { of, breaks: table } of turns) {
        const [own, other] = of === 'produce' ? [act.produce, act.consume] : [act.consume, act.produce];
        interleaved(own, interruptions(table, other));
        if (traffic.wrong !== null) throw new Error(traffic.wrong);
      }
      traffic.drain();
      return traffic.wrong === null && traffic.got === traffic.sent && traffic.producer.occupancy() === 0;
    }),
  ),
);

t.test('a producer that dies anywhere leaves a ring that its successor can use', (t) =>
  holds(
    t,
    fc.property(rings, fc.array(turn, { maxLength: 20 }), fc.nat({ max: 14 }), breaks, (ring, turns, fuse, table) => {
      const traffic = new Traffic(ring.slots, ring.from);
      for (const { of } of turns) traffic[of]();
      const dies = interruptions(table, () => traffic.consume());
      dies.set(fuse, () => {
        throw DEATH;
      });
      try {
        interleaved(() => traffic.produce(), dies);
      } catch (error) {
        if (error !== DEATH) throw error;
      }
      // What it had published by then came or will come; the slot that it held is free again.
      const queued = traffic.consumer.occupancy();
      traffic.sent = traffic.got + queued;
      traffic.producer.reclaim();
      if (traffic.producer.reclaim() !== 0) throw new Error('a slot is held by nobody');
      let free = 0;
      for (; traffic.producer.occupancy() < traffic.producer.slots; free++) traffic.produce();
      if (free !== traffic.producer.slots - queued) throw new Error(`${free} slots are free beside ${queued} queued`);
      traffic.drain();
      return traffic.wrong === null && traffic.got === traffic.sent;
    }),
  ),
);
