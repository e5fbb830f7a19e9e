import { bytesPerCall } from '@fgm/testkit';
import { byEffort } from './effort.ts';
import { measured, type Measured } from './figure.ts';

const CALLS = byEffort({ full: 10_000, quick: 5000, smoke: 500 });
/** Numbers are on the heap until a function is compiled, which a busy machine does late. */
const ATTEMPTS = byEffort({ full: 8, quick: 8, smoke: 1 });

/** The figure of what a call allocates once it is warm. Less than a byte is none of the call's: reading the heap's use allocates too. */
export function allocated(name: string, unit: string, call: () => unknown): Measured {
  let least = Infinity;
  for (let attempt = 0; attempt < ATTEMPTS && least >= 1; attempt++) least = Math.min(least, bytesPerCall(CALLS, call));
  return measured(name, unit, [least < 1 ? 0 : Number(least.toPrecision(3))]);
}
