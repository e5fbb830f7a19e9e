import { closeSync, fstatSync, openSync, readSync } from './files/sync.ts';

/** The content fills the buffer, so it may be longer: nothing was taken. No errno is this large. */
export const TOO_LARGE = -4096;
/** An error without a number. */
const UNKNOWN_ERRNO = -4095;

export const ENOENT = -2;
export const ESRCH = -3;
export const EBADF = -9;
export const ENODEV = -19;

/** Whether an errno says that the process or cgroup no longer exists (and not that we may not read, or something broke). */
export function isGone(errno: number): boolean {
  return errno === ENODEV || errno === ESRCH || errno === ENOENT;
}

export interface KernelFileOptions {
  /**
   * The kernel makes the whole text in one go, so that a read that leaves room in the buffer has all of it. True for all
   * files of cgroups and processes but lists that can be longer than a page: cgroup.procs, smaps, maps, numa_maps.
   */
  readonly whole: boolean;
}

/** A kernel file whose descriptor stays open: reading it again costs less than half of opening it again. Never throws. */
export class KernelFile {
  readonly path: string;
  readonly whole: boolean;
  #descriptor = -1;

  constructor(path: string, { whole }: KernelFileOptions) {
    this.path = path;
    this.whole = whole;
  }

  get isOpen(): boolean {
    return this.#descriptor >= 0;
  }

  /** 0, or a negative errno. Does nothing when it is open. */
  open(): number {
    if (this.#descriptor >= 0) return 0;
    try {
      this.#descriptor = openSync(this.path, 'r');
      return 0;
    } catch (error) {
      return errnoOf(error);
    }
  }

  /**
   * Reads the text as it is now, from its start.
   * @returns its length in bytes, TOO_LARGE, or another negative errno (EBADF when it is not open)
   */
  read(buffer: Uint8Array): number {
    if (this.#descriptor < 0) return EBADF;
    try {
      const first = readSync(this.#descriptor, buffer, 0, buffer.length, 0);
      if (first === buffer.length) return TOO_LARGE;
      return this.whole || first === 0 ? first : this.#readRest(buffer, first);
    } catch (error) {
      return errnoOf(error);
    }
  }

  /**
   * Reads the piece at `position`, for texts that are parsed as they come. The kernel gives what it has ready, often less
   * than the buffer holds.
   * @param length bytes to read at most
   * @returns bytes read, 0 at the end, or a negative errno
   */
  readAt(buffer: Uint8Array, position: number, length = buffer.length): number {
    if (this.#descriptor < 0) return EBADF;
    try {
      return readSync(this.#descriptor, buffer, 0, length, position);
    } catch (error) {
      return errnoOf(error);
    }
  }

  /** The inode of what is open, or a negative errno. Makes an object: not for every tick. */
  inode(): number {
    if (this.#descriptor < 0) return EBADF;
    try {
      return fstatSync(this.#descriptor).ino;
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
      // The descriptor is gone either way, and a file that is only read has nothing to lose.
    }
  }

  #readRest(buffer: Uint8Array, first: number): number {
    let length = first;
    for (;;) {
      const count = readSync(this.#descriptor, buffer, length, buffer.length - length, length);
      if (count === 0) return length;
      length += count;
      if (length === buffer.length) return TOO_LARGE;
    }
  }
}

/** Reads the first bytes of a file that is not kept open. @returns bytes read, at most the buffer's length, or a negative errno */
export function readStart(path: string, buffer: Uint8Array): number {
  let descriptor = -1;
  try {
    descriptor = openSync(path, 'r');
    return readSync(descriptor, buffer, 0, buffer.length, 0);
  } catch (error) {
    return errnoOf(error);
  } finally {
    if (descriptor >= 0) closeSync(descriptor);
  }
}

/** The negative errno of what a system call threw. */
export function errnoOf(error: unknown): number {
  const errno = error instanceof Error ? (error as NodeJS.ErrnoException).errno : undefined;
  return errno !== undefined && errno < 0 ? errno : UNKNOWN_ERRNO;
}
