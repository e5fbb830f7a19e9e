import { ABSENT, MALFORMED, type Columns } from '@fgm/catalog';
import { ENODEV, ENOENT, ESRCH, KernelFile, TOO_LARGE, type Parser } from '@fgm/kernfs';
import type { ShardContext } from '../shard-context.ts';

/** What reading a file for a row came to. */
export const READ = 0;
/** It is not there, or not readable for us: its columns are absent. */
export const UNREADABLE = 1;
/** The thing it tells of is gone. */
export const GONE = 2;
/** It is empty or makes no sense: its columns are absent. */
export const SENSELESS = 3;

/** Controllers are switched on rarely, and a failed open costs more than ten reads: so many refreshes pass it by. */
const ABSENT_PATIENCE = 11;

/** A kernel file that is read again and again into one row. Its descriptor stays open while the shard's budget allows it. */
export class SampledFile {
  readonly name: string;
  /** Bytes of the text that was read last, which is in the shard's buffer until the next reading of any file. */
  length = 0;
  readonly #file: KernelFile;
  readonly #parser: Parser;
  #failed = false;
  /** Calls of retry() that are still ignored. */
  #patience = 0;

  /** @param name what the file is called in error counts, such as `memory.stat` */
  constructor(name: string, path: string, whole: boolean, parser: Parser) {
    this.name = name;
    this.#file = new KernelFile(path, { whole });
    this.#parser = parser;
  }

  /** Whether its descriptor has been kept since the last reading, so that the next one is about the same thing. */
  get isOpen(): boolean {
    return this.#file.isOpen;
  }

  /** Reads and parses the file into the row. After a failure it is not tried again until retry(). */
  read(context: ShardContext, columns: Columns, row: number): number {
    if (this.#failed) return UNREADABLE;
    const opened = this.#ensureOpen(context);
    if (opened < 0) return this.#fail(context, opened, columns, row);
    let length = this.#file.read(context.buffer);
    while (length === TOO_LARGE && context.growBuffer()) length = this.#file.read(context.buffer);
    context.reads++;
    if (context.openFiles > context.task.openFilesLimit) this.close(context);
    if (length < 0) return this.#fail(context, length, columns, row);
    this.length = length;
    const status = this.#parser(context.buffer, length, columns, row);
    if (status >= MALFORMED) context.malformed++;
    return status >= MALFORMED || status === ABSENT ? SENSELESS : READ;
  }

  /**
   * Reads it between ticks into another row, through the descriptor that the ticks keep open; without one its columns are
   * absent. What goes wrong is left for the next tick to find.
   */
  readBetween(context: ShardContext, parser: Parser, columns: Columns, row: number): number {
    const length = this.#file.isOpen ? this.#file.read(context.buffer) : ENOENT;
    context.burstReads++;
    if (length >= 0) return parser(context.buffer, length, columns, row) >= MALFORMED ? SENSELESS : READ;
    parser(context.buffer, 0, columns, row);
    return length === ENODEV || length === ESRCH ? GONE : UNREADABLE;
  }

  /** Gives a file that could not be read another chance; one that does not exist only now and then. */
  retry(): void {
    if (this.#patience > 0) this.#patience--;
    else this.#failed = false;
  }

  close(context: ShardContext): void {
    if (!this.#file.isOpen) return;
    this.#file.close();
    context.openFiles--;
  }

  #ensureOpen(context: ShardContext): number {
    if (this.#file.isOpen) return 0;
    const result = this.#file.open();
    if (result === 0) context.openFiles++;
    return result;
  }

  #fail(context: ShardContext, errno: number, columns: Columns, row: number): number {
    const gone = errno === ENODEV || errno === ESRCH;
    // A file that this kernel or cgroup does not have is no error; it is looked for again now and then.
    if (errno !== ENOENT && !gone) context.errors.count(this.name, errno);
    this.close(context);
    this.#failed = true;
    if (errno === ENOENT) this.#patience = ABSENT_PATIENCE;
    this.#parser(context.buffer, 0, columns, row);
    return gone ? GONE : UNREADABLE;
  }
}
