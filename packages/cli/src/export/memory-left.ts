import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';

const MIB = 2 ** 20;
const PAGE_BYTES = 4096;
/** Left for the questions that the viewer answers meanwhile: what it has had once it mostly keeps. */
const VIEWER_BYTES = 96 * MIB;
/** And to the kernel, for pages of programs and files. */
const SPARE_BYTES = 24 * MIB;

/** Memory of a process that the kernel cannot take back without ending it, in bytes; 0 for one that is gone, and where /proc does not tell. */
export function ownBytes(pid: number): number {
  try {
    const [, resident, shared] = readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ').map(Number);
    return (resident! - shared!) * PAGE_BYTES;
  } catch {
    return 0;
  }
}

/**
 * What a process started by this one may take, so that the limit of the container that both are in holds: where that is passed, the kernel ends one of
 * them, or in Kubernetes all.
 *
 * @param most bytes, where there is no such limit or a large one
 * @param given bytes that others were given and still have
 */
export function memoryLeft(most: number, given: number): number {
  const limit = process.constrainedMemory();
  if (limit === 0 || limit >= totalmem()) return most;
  return Math.min(most, limit - Math.max(VIEWER_BYTES, ownBytes(process.pid)) - SPARE_BYTES - given);
}
