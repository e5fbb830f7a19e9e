/** What there is at a path. */
export interface VirtualEntry {
  readonly kind: 'file' | 'directory' | 'link';
  readonly inode: number;
  /** Of a directory of a cgroup file system: 2 and its subdirectories. */
  readonly links: number;
  /** Bytes; of /proc/PID/fd the number of descriptors where the kernel says so. */
  readonly size: number;
  readonly uid: number;
  /** Milliseconds since the Unix epoch. */
  readonly changedAt: number;
}

/** One name in a directory. */
export interface VirtualName {
  readonly name: string;
  /** As a listing tells it; a look at the path itself is not needed. */
  readonly kind: VirtualEntry['kind'];
}

/** A file that is open. It stays the same file when another comes to its path. */
export interface VirtualFile {
  readonly inode: number;
  /**
   * The whole text as it is now.
   * @throws ErrnoError as the kernel answers: ESRCH for a process and ENODEV for a cgroup that has gone meanwhile
   */
  read(): Uint8Array;
}

/**
 * A tree of files that is none of the kernel's: one that was recorded, or one that is being recorded while it is read. Paths
 * begin with `/`, are free of `.` and `..`, and end without a slash (but for `/` itself). Everything throws ErrnoError.
 *
 * Who asks follows symbolic links: what has one at its end is not followed here. A link before the end may be followed, as the
 * kernel does, or answered with ENOENT or ENOTDIR: then the links of the path are followed one by one, and the path that
 * comes out is asked for.
 */
export interface VirtualFiles {
  /** Of the path itself, not of what a link at its end points at. */
  entry(path: string): VirtualEntry;
  /** @throws ErrnoError ELOOP for a link, EISDIR for a directory */
  open(path: string): VirtualFile;
  /**
   * Names in a directory, in any order: readers get them sorted.
   * @throws ErrnoError ELOOP or ENOTDIR for a link
   */
  list(path: string): readonly VirtualName[];
  /** What a symbolic link says. @throws ErrnoError EINVAL for what is none */
  link(path: string): string;
  /** Number of the kind of file system, as statfs gives it. */
  fileSystem(path: string): number;
}

/** As node:fs throws them. */
export class ErrnoError extends Error implements NodeJS.ErrnoException {
  readonly errno: number;
  readonly code: string;
  readonly path: string;

  /** @param errno negative */
  constructor(code: string, errno: number, path: string) {
    super(`${code}: ${path}`);
    this.errno = errno;
    this.code = code;
    this.path = path;
  }
}
