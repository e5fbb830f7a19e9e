import type { DirectoryWatches } from './watches.ts';

/** Watches nothing: for trees that are looked at wholly at each step. */
export class Unwatched implements DirectoryWatches {
  readonly size = 0;
  readonly errors = 0;
  readonly missing: ReadonlySet<never> = new Set();

  has(): boolean {
    return true;
  }

  open(): void {}

  close(): void {}

  closeAll(): void {}

  retry(): [] {
    return [];
  }
}
