import type { Listing } from './files/names.ts';
import { opendirSync, statfsSync, statSync } from './files/sync.ts';
import { ENOENT, errnoOf } from './kernel-file.ts';

/** From the kernel's include/uapi/linux/magic.h. */
const PROC_SUPER_MAGIC = 0x9fa0;

/** More than so many are not counted one by one: that alone would hold up a tick by 10 ms. */
export const MOST_LISTED = 4096;
/** There are more than MOST_LISTED, and the kernel gives no number. No errno is this large. */
export const TOO_MANY = -4097;

/*
 * How many descriptors a process has open: entries of /proc/PID/fd. Since Linux 6.2 the size of that directory says it
 * (fs/proc/fd.c, proc_readfd_count), without listing it and without the right to look into it.
 *
 * https://docs.kernel.org/filesystems/proc.html, 3.8
 */
export class DescriptorCounter {
  /** Whether the kernel says the number by itself. */
  readonly bySize: boolean;
  readonly #root: string;

  constructor(procRoot: string) {
    this.#root = procRoot;
    this.bySize = sizeIsCount(procRoot);
  }

  /** @returns the number; TOO_MANY, or another negative errno: ENOENT when the process is gone, EACCES when it may not be seen */
  count(pid: number): number {
    const directory = `${this.#root}/${pid}/fd`;
    try {
      if (this.bySize) return statSync(directory, { throwIfNoEntry: false })?.size ?? ENOENT;
      return listed(opendirSync(directory, { bufferSize: 512 }));
    } catch (error) {
      return errnoOf(error);
    }
  }
}

function listed(directory: Listing): number {
  let count = 0;
  try {
    while (count <= MOST_LISTED && directory.readSync() !== null) count++;
  } finally {
    directory.closeSync();
  }
  return count > MOST_LISTED ? TOO_MANY : count;
}

/** Asks the one process that is sure to have some: ourselves. The size of a directory on any other file system means nothing. */
function sizeIsCount(procRoot: string): boolean {
  try {
    if (statfsSync(procRoot).type !== PROC_SUPER_MAGIC) return false;
    return statSync(`${procRoot}/self/fd`).size > 0;
  } catch {
    return false; // not ours to see: then they are listed
  }
}
