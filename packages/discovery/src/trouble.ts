/** Something that keeps discovery from seeing everything at once. None of it stops discovery. */
export interface Trouble {
  /**
   * - `no_cgroups`: there is no cgroup tree under the root; it is looked for again
   * - `unreadable`: a directory cannot be looked into
   * - `unwatchable`: a directory cannot be followed for a reason of its own; the regular rescan still sees it
   * - `watch_limit`: the kernel's inotify limit is reached; what is left out is rescanned every second
   * - `watch_recovered`: all directories are followed again
   */
  readonly what: 'no_cgroups' | 'unreadable' | 'unwatchable' | 'watch_limit' | 'watch_recovered';
  /** The kernel's error, such as ENOSPC; null where there was none. */
  readonly errno: string | null;
  readonly path: string | null;
}

export function errnoOf(error: unknown): string | null {
  return (error as NodeJS.ErrnoException | null)?.code ?? null;
}
