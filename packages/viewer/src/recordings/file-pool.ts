import type { ClosedFile } from '@fgm/store';
import { FilePart, SourceFile, Unusable } from '@fgm/store/read';

/** Files that stay open: those of a day of windows of 90 s, or of six weeks of consolidated hours. */
const MOST_OPEN = 1_000;
/** Broken files that are remembered: each is opened and found broken once. */
const MOST_SKIPPED = 1_000;

/** A file that is not shown, and why. */
export interface SkippedFile {
  readonly path: string;
  readonly reason: string;
}

/** Open files: what has been found out of a file serves the next query, too. */
export class FilePool {
  /** Those used last at the end. */
  readonly #parts = new Map<string, FilePart>();
  readonly #skipped = new Map<string, SkippedFile>();
  readonly #mostOpen: number;

  constructor(mostOpen = MOST_OPEN) {
    this.#mostOpen = mostOpen;
  }

  get size(): number {
    return this.#parts.size;
  }

  get skipped(): readonly SkippedFile[] {
    return [...this.#skipped.values()];
  }

  /** The file, open; null when it cannot be read, which is then in `skipped`. @throws the error of open(2) when it is gone */
  open(file: ClosedFile): FilePart | null {
    const key = keyOf(file);
    if (this.#skipped.has(key)) return null;
    const known = this.#parts.get(key);
    this.#parts.delete(key);
    const part = known ?? this.#openNew(file, key);
    if (part === null) return null;
    this.#parts.set(key, part);
    if (this.#parts.size > this.#mostOpen) this.#closeOldest();
    return part;
  }

  /**
   * For who needs a file once: it does not stay open, unless it is already. What cannot be read is passed over, and in `skipped`.
   * @throws the error of open(2) when it is gone
   */
  readOnce(file: ClosedFile, use: (part: FilePart) => void): void {
    const key = keyOf(file);
    if (this.#skipped.has(key)) return;
    const known = this.#parts.get(key);
    let own: FilePart | null = null;
    try {
      use(known ?? (own = new FilePart(SourceFile.open(file.path))));
    } catch (cause) {
      if (!(cause instanceof Unusable)) throw cause;
      this.skip(file, cause);
    } finally {
      own?.close();
    }
  }

  /** A file turned out to be broken behind its footer. */
  skip(file: ClosedFile, cause: Unusable): void {
    const key = keyOf(file);
    this.#parts.get(key)?.close();
    this.#parts.delete(key);
    if (this.#skipped.size < MOST_SKIPPED) this.#skipped.set(key, { path: file.path, reason: cause.message });
  }

  /** Closes files that are not listed any more. */
  keep(files: readonly ClosedFile[]): void {
    // Asks for size and time only of what is open or known to be broken.
    if (this.#parts.size === 0 && this.#skipped.size === 0) return;
    const listed = new Map(files.map((file) => [file.path, file]));
    const isListed = (key: string): boolean => {
      const file = listed.get(pathOf(key));
      return file !== undefined && keyOf(file) === key;
    };
    for (const [key, part] of this.#parts) {
      if (isListed(key)) continue;
      part.close();
      this.#parts.delete(key);
    }
    for (const key of this.#skipped.keys()) if (!isListed(key)) this.#skipped.delete(key);
  }

  close(): void {
    for (const part of this.#parts.values()) part.close();
    this.#parts.clear();
  }

  #openNew(file: ClosedFile, key: string): FilePart | null {
    try {
      return new FilePart(SourceFile.open(file.path));
    } catch (cause) {
      if (!(cause instanceof Unusable)) throw cause;
      this.#skipped.set(key, { path: file.path, reason: cause.message });
      return null;
    }
  }

  #closeOldest(): void {
    for (const [key, part] of this.#parts) {
      part.close();
      this.#parts.delete(key);
      return;
    }
  }
}

/** A name may be used again: what a file holds is told by these together. */
function keyOf({ path, bytes, modified }: ClosedFile): string {
  return `${bytes} ${modified} ${path}`;
}

function pathOf(key: string): string {
  return key.slice(key.indexOf(' ', key.indexOf(' ') + 1) + 1);
}
