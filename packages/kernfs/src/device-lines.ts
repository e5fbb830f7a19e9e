import type { Columns, Status } from '@fgm/catalog';

/** Minor numbers have so many bits (MINORBITS of include/linux/kdev_t.h). */
const MINORS = 2 ** 20;

/** The block devices of one text, one after the other: `start()`, then `take()` after each `next()`. Nothing is allocated. */
export interface DeviceLines {
  /** OK, OVERFLOW, ABSENT, or MALFORMED + offset, after which there are no more devices. */
  readonly status: Status;
  /** The device: see deviceName. */
  readonly device: number;
  /** Begins a text: OK, ABSENT when it is empty, or MALFORMED when it was cut. */
  start(bytes: Uint8Array, length: number): Status;
  /** Moves to the next device that has values, which may be the same one again. */
  next(): boolean;
  /** Reads its values into a row of the table `devices`. */
  take(columns: Columns, row: number): void;
}

/** One number for `major:minor`; -1 when it is none that the kernel can give. */
export function deviceNumber(major: number, minor: number): number {
  return major < MINORS && minor < MINORS ? major * MINORS + minor : -1;
}

/** `8:0` for the number of that device. */
export function deviceName(device: number): string {
  return `${Math.floor(device / MINORS)}:${device % MINORS}`;
}
