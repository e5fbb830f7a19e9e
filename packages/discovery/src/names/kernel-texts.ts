import { KernelFile, TOO_LARGE } from '@fgm/kernfs';
import { readdirSync, readlinkSync, statSync } from '@fgm/kernfs/files';
import { isAbsence, isAbsenceNumber } from './absence.ts';

/** Nothing that is asked for here comes near, but mountinfo of a process that sees all mounts of a large node. */
const MOST_BYTES = 1024 * 1024;

/**
 * What procfs and cgroups tell from the kernel's own memory, such as who is in a cgroup and what is mounted: no disk and no
 * other process is waited for, so it is read at once, on the thread of the caller. Not for `cmdline` and `environ`, which are
 * read from the memory of a process.
 */
export class KernelTexts {
  /** Files and directories that are there and could not be read. */
  errors = 0;
  #buffer: Buffer | null = null;

  /** Empty when it is not there. */
  text(path: string): string {
    const file = new KernelFile(path, { whole: false });
    const errno = file.open();
    if (errno < 0) return this.#failed(errno);
    this.#buffer ??= Buffer.allocUnsafeSlow(MOST_BYTES);
    const length = file.read(this.#buffer);
    file.close();
    return length < 0 ? this.#failed(length) : this.#buffer.toString('utf8', 0, length);
  }

  /** What a symbolic link says. */
  link(path: string): string | null {
    return this.#try(() => readlinkSync(path));
  }

  /** Names in a directory. */
  names(path: string): readonly string[] | null {
    return this.#try(() => readdirSync(path));
  }

  /** The user id of who owns it. */
  owner(path: string): number | null {
    return this.#try(() => statSync(path).uid);
  }

  #failed(errno: number): '' {
    if (errno === TOO_LARGE || !isAbsenceNumber(errno)) this.errors++;
    return '';
  }

  #try<T>(look: () => T): T | null {
    try {
      return look();
    } catch (error) {
      if (!isAbsence(error)) this.errors++;
      return null;
    }
  }
}
