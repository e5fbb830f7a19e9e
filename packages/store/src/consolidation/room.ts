import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CONSOLIDATION, removeWork, writeReservation } from '../reservation.ts';

/** What the data directory may take. */
export interface Limit {
  readonly bytes: number;
  /** What a recorder does at the limit: delete the oldest files, or stop. */
  readonly onLimit: 'evict' | 'stop';
  /** How long a running recorder is given to make room; 0 where none runs. */
  readonly patienceMs: number;
}

/** Of the limit: a reservation larger than this would cost more history than one file is worth. */
const MOST_OF_LIMIT = 1 / 4;
/** Of the limit: what is left free for a recorder that stops when there is no room. */
const LEFT_FREE = 1 / 16;
const AGAIN_MS = 100;

/**
 * Claims room for a file of up to `bytes`. The recorder counts it from its next write on, and deletes old files if it has to;
 * that is waited for, so that the limit holds at any instant.
 * @returns null when there is room, else why there is none, and nothing is claimed
 * @throws the error of the system call that failed
 */
export async function reserveRoom(directory: string, bytes: number, limit: Limit | null): Promise<string | null> {
  const disk = fs.statfsSync(directory);
  if (disk.bavail * disk.bsize < bytes) return `${bytes} bytes are needed for a while, the disk has fewer`;
  if (limit !== null && bytes > limit.bytes * MOST_OF_LIMIT) {
    return `${bytes} bytes are needed for a while, more than a quarter of the limit of ${limit.bytes}`;
  }
  const free = (margin: number): boolean => limit === null || directoryBytes(directory) + bytes + margin <= limit.bytes;
  const none = `${bytes} bytes are needed for a while, the limit leaves fewer`;
  if (limit?.onLimit === 'stop' && !free(limit.bytes * LEFT_FREE)) return none;
  const work = path.join(directory, CONSOLIDATION);
  fs.mkdirSync(work, { recursive: true });
  fs.chmodSync(work, 0o755);
  writeReservation(directory, bytes);
  const deadline = performance.now() + (limit?.patienceMs ?? 0);
  while (!free(0)) {
    if (performance.now() >= deadline) {
      removeWork(directory);
      return none;
    }
    await delay(AGAIN_MS);
  }
  return null;
}

/** Bytes of all files below a directory. Those that vanish meanwhile do not count. */
export function directoryBytes(directory: string): number {
  let bytes = 0;
  for (const entry of entriesOf(directory)) {
    const file = path.join(directory, entry.name);
    bytes += entry.isDirectory() ? directoryBytes(file) : (fs.lstatSync(file, { throwIfNoEntry: false })?.size ?? 0);
  }
  return bytes;
}

function entriesOf(directory: string): fs.Dirent[] {
  try {
    return fs.readdirSync(directory, { withFileTypes: true });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw cause;
  }
}
