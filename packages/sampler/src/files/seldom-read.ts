import { mustIndexOf, type Columns, type Layout } from '@fgm/catalog';
import {
  DescriptorCounter,
  isGone,
  procPidLimitsParser,
  readStart,
  signedValueParser,
  singleValueParser,
  type Parser,
} from '@fgm/kernfs';
import type { ShardContext } from '../shard-context.ts';

/** The first bit of a process's refusals: its descriptors; the next ones are the files. */
const FD_REFUSED = 1;

interface SeldomFile {
  readonly name: string;
  readonly parser: Parser;
}

/**
 * What is read of a process when it is new and then every 30 s: how many descriptors it has and may have, and its OOM score.
 * For that no descriptor is kept open: three files more of each process would use up the shard's budget for little.
 */
export class SeldomRead {
  readonly #root: string;
  readonly #descriptors: DescriptorCounter;
  readonly #fdCount: number;
  readonly #files: readonly SeldomFile[];

  constructor(layout: Layout, procRoot: string) {
    this.#root = procRoot;
    this.#descriptors = new DescriptorCounter(procRoot);
    this.#fdCount = mustIndexOf(layout, 'fd_count');
    this.#files = [
      { name: 'limits', parser: procPidLimitsParser(layout) },
      { name: 'oom_score', parser: singleValueParser(layout, 'oom_score') },
      { name: 'oom_score_adj', parser: signedValueParser(layout, 'oom_score_adj') },
    ];
  }

  /**
   * Reads all of it into the process's row, but for what was refused before: that is asked, and counted as an error, once.
   * @param refused what this gave last time for this process, at first 0
   */
  read(context: ShardContext, pid: number, columns: Columns, row: number, refused: number): number {
    let result = refused | (this.#countDescriptors(context, pid, columns, row, refused) ? 0 : FD_REFUSED);
    let bit = FD_REFUSED;
    for (const { name, parser } of this.#files) {
      bit <<= 1;
      if ((refused & bit) !== 0) continue;
      const length = readStart(`${this.#root}/${pid}/${name}`, context.buffer);
      context.reads++;
      parser(context.buffer, Math.max(0, length), columns, row);
      if (length >= 0 || isGone(length)) continue;
      context.errors.count(name, length);
      result |= bit;
    }
    return result;
  }

  /** False when we may not. */
  #countDescriptors(context: ShardContext, pid: number, columns: Columns, row: number, refused: number): boolean {
    if ((refused & FD_REFUSED) !== 0) return true;
    const count = this.#descriptors.count(pid);
    context.reads++;
    if (count >= 0) columns.setInt(this.#fdCount, row, count);
    else columns.setNull(this.#fdCount, row);
    if (count >= 0 || isGone(count)) return true;
    context.errors.count('fd', count);
    return false;
  }
}
