import { asked, entryOf } from './follow-links.ts';
import type { Place } from './mounted.ts';
import { ErrnoError, type VirtualEntry, type VirtualFile, type VirtualFiles } from './virtual-files.ts';

/** Descriptors from here on are none of the kernel's, which gives no process so many. */
export const FIRST_VIRTUAL = 2 ** 24;

/** A file that is open, or a directory, of which nothing can be read. */
export class OpenFile {
  readonly #files: VirtualFiles;
  readonly #path: string;
  readonly #file: VirtualFile | null;
  #text: Uint8Array | null = null;

  /** @throws ErrnoError as open(2) */
  constructor({ files, path }: Place, follow: boolean) {
    this.#files = files;
    this.#path = path;
    this.#file = asked(files, path, follow, (place) => fileOrDirectory(files, place));
  }

  /**
   * Copies the piece at `position`. From the start, the text is taken as it is now; further pieces are of the same text.
   * @returns bytes copied, 0 at the end
   */
  read(buffer: Uint8Array, offset: number, length: number, position: number): number {
    const piece = this.text(position === 0).subarray(position, position + length);
    buffer.set(piece, offset);
    return piece.length;
  }

  text(anew: boolean): Uint8Array {
    if (this.#file === null) throw new ErrnoError('EISDIR', -21, this.#path);
    if (anew || this.#text === null) this.#text = this.#file.read();
    return this.#text;
  }

  entry(): VirtualEntry {
    const entry = entryOf(this.#files, this.#path, true);
    return this.#file === null ? entry : { ...entry, inode: this.#file.inode };
  }
}

function fileOrDirectory(files: VirtualFiles, path: string): VirtualFile | null {
  try {
    return files.open(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EISDIR') return null;
    throw error;
  }
}

const open: (OpenFile | null)[] = [];
const free: number[] = [];

/** How many are open. */
export function openFiles(): number {
  return open.length - free.length;
}

export function keepOpen(file: OpenFile): number {
  const at = free.pop() ?? open.length;
  open[at] = file;
  return FIRST_VIRTUAL + at;
}

/** @throws ErrnoError EBADF */
export function openFile(descriptor: number): OpenFile {
  const file = open[descriptor - FIRST_VIRTUAL] ?? null;
  if (file === null) throw new ErrnoError('EBADF', -9, String(descriptor));
  return file;
}

/** @throws ErrnoError EBADF */
export function forget(descriptor: number): void {
  openFile(descriptor);
  open[descriptor - FIRST_VIRTUAL] = null;
  free.push(descriptor - FIRST_VIRTUAL);
}
