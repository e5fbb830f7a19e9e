/** What the producer thread of a test is given. */
export interface Lane {
  readonly buffer: SharedArrayBuffer;
  readonly slots: number;
  readonly slotBytes: number;
  /** Doorbell that the consumer rings after each release. */
  readonly released: SharedArrayBuffer;
  readonly count: number;
}

/** Crosses 2^32 early, so that both words of a tick are exercised. */
export function tickOf(number: number): number {
  return 2 ** 32 - 1000 + number;
}

/** Bytes that differ from slot to slot, and from place to place. */
export function fillSlot(view: Uint8Array, number: number): void {
  for (let place = 0; place < view.length; place++) view[place] = (number * 31 + place) & 0xff;
}

export function isFilled(view: Uint8Array, number: number): boolean {
  for (let place = 0; place < view.length; place++) if (view[place] !== ((number * 31 + place) & 0xff)) return false;
  return true;
}
