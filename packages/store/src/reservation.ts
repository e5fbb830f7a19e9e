/**
 * Room in the data directory that a consolidation has claimed, as a number in a file: it is written by another process than
 * the writer, which has to count these bytes before they are there. See docs/adr/0008-consolidation.md.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';

/** Where consolidation works. There is only such a directory while it does, or after it was cut short. */
export const CONSOLIDATION = '.consolidation';
const RESERVED = 'reserved';

/** Changes whenever the reservation does; null where there is none. */
export function reservationStamp(directory: string): string | null {
  const stat = fs.statSync(path.join(directory, CONSOLIDATION, RESERVED), { throwIfNoEntry: false });
  return stat === undefined ? null : `${stat.ino} ${stat.mtimeMs}`;
}

/** Bytes; 0 where nothing is reserved. */
export function readReservation(directory: string): number {
  try {
    const bytes = Number(fs.readFileSync(path.join(directory, CONSOLIDATION, RESERVED), 'utf8'));
    return Number.isSafeInteger(bytes) && bytes > 0 ? bytes : 0;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw cause;
  }
}

/** @throws the error of the system call that failed */
export function writeReservation(directory: string, bytes: number): void {
  const file = path.join(directory, CONSOLIDATION, RESERVED);
  const aside = `${file}.tmp`;
  fs.writeFileSync(aside, `${bytes}\n`);
  // The writer may run as another user than who consolidates, and must be able to read it.
  fs.chmodSync(aside, 0o644);
  fs.renameSync(aside, file);
}

/** Takes the reservation back, and what was written under it. @throws the error of unlink(2) unless nothing is there */
export function removeWork(directory: string): void {
  fs.rmSync(path.join(directory, CONSOLIDATION), { recursive: true, force: true });
}
