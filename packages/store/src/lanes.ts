import { LAST_OF_TICK, type Ring } from '@fgm/ring';

/** One sampler's ring, and how far it has come. */
interface Lane {
  readonly ring: Ring;
  /** The last tick that is complete in this lane. */
  finished: number;
  /** Slots that may be taken: those that were there before the messages were looked at. */
  marked: number;
}

/** What a slot says about itself; `bytes` is the ring's memory and valid until `take` returns. */
export interface Slot {
  readonly table: number;
  readonly rows: number;
  readonly tick: number;
  readonly bytes: Uint8Array;
}

/** The rings of all samplers. A lane that has come to the end of the window waits there for the others. */
export class Lanes {
  readonly #lanes: readonly Lane[];

  constructor(rings: readonly Ring[]) {
    this.#lanes = rings.map((ring) => ({ ring, finished: -Infinity, marked: 0 }));
  }

  occupancy(): number {
    return this.#lanes.reduce((sum, { ring }) => sum + ring.occupancy(), 0);
  }

  /**
   * Remembers which slots are there. What their rows refer to was posted before they were published, so messages that are
   * taken between mark() and drain() are sure to have it.
   */
  mark(): void {
    for (const lane of this.#lanes) lane.marked = lane.ring.occupancy();
  }

  /**
   * Takes marked slots from all lanes, tick after tick in each.
   * @param end asked before each slot: slots of this tick and later ones stay where they are
   * @param take gets each slot that has rows
   */
  drain(end: () => number, take: (slot: Slot) => void): void {
    for (const lane of this.#lanes) {
      const { ring } = lane;
      for (; lane.marked > 0; lane.marked--) {
        const slot = ring.next();
        const tick = ring.tick(slot);
        if (tick >= end()) break;
        const rows = ring.rows(slot);
        if (rows > 0) take({ table: ring.table(slot), rows, tick, bytes: ring.views[slot]! });
        if ((ring.flags(slot) & LAST_OF_TICK) !== 0) lane.finished = tick;
        ring.release(slot);
      }
    }
  }

  /** The tick of the oldest slot that waits in any lane; null when all are empty. */
  head(): number | null {
    const waiting = this.#lanes.filter(({ ring }) => ring.next() >= 0).map(({ ring }) => ring.tick(ring.next()));
    return waiting.length === 0 ? null : Math.min(...waiting);
  }

  /** True when no lane will bring anything before `tick` any more: each has more recent slots, or has finished. */
  past(tick: number): boolean {
    return this.#lanes.every(({ ring, finished }) => {
      const slot = ring.next();
      return slot >= 0 ? ring.tick(slot) >= tick : finished >= tick - 1;
    });
  }

  /** True when every lane has completed this tick. */
  completed(tick: number): boolean {
    return this.#lanes.every(({ finished }) => finished >= tick);
  }
}
