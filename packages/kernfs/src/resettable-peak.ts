import { closeSync, openSync, readSync, writeSync } from './files/sync.ts';
import { EBADF, errnoOf } from './kernel-file.ts';

const ANYTHING = Uint8Array.of(0x72, 0x0a);

/*
 * memory.peak and memory.swap.peak of cgroup v2, as a maximum since we last asked. From Linux 6.12 on, writing anything to a
 * descriptor of the file begins a new maximum for that descriptor alone: what the cgroup and other descriptors show stays
 * as it is (mm/memcontrol.c, peak_write). Before, nobody may open the file for writing.
 *
 *     123456789
 *
 * https://docs.kernel.org/admin-guide/cgroup-v2.html#memory-interface-files
 *
 * Never throws.
 */
export class ResettablePeak {
  readonly path: string;
  #descriptor = -1;

  constructor(path: string) {
    this.path = path;
  }

  get isOpen(): boolean {
    return this.#descriptor >= 0;
  }

  /** 0, or a negative errno: EACCES on a kernel before 6.12, EROFS on a mount that is read-only, ENOENT without the file. */
  open(): number {
    if (this.#descriptor >= 0) return 0;
    try {
      this.#descriptor = openSync(this.path, 'r+');
      return 0;
    } catch (error) {
      return errnoOf(error);
    }
  }

  /** Reads the maximum since the last reset, as text. @returns its length in bytes, or a negative errno */
  read(buffer: Uint8Array): number {
    if (this.#descriptor < 0) return EBADF;
    try {
      return readSync(this.#descriptor, buffer, 0, buffer.length, 0);
    } catch (error) {
      return errnoOf(error);
    }
  }

  /** Begins a new maximum. 0, or a negative errno. */
  reset(): number {
    if (this.#descriptor < 0) return EBADF;
    try {
      writeSync(this.#descriptor, ANYTHING, 0, ANYTHING.length, 0);
      return 0;
    } catch (error) {
      return errnoOf(error);
    }
  }

  close(): void {
    if (this.#descriptor < 0) return;
    const descriptor = this.#descriptor;
    this.#descriptor = -1;
    try {
      closeSync(descriptor);
    } catch {
      // The descriptor is gone either way, and nothing that was written needed to arrive.
    }
  }
}
