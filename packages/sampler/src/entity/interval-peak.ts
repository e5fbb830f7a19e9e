import type { Columns, Entity, Layout } from '@fgm/catalog';
import { ENODEV, ENOENT, ESRCH, ResettablePeak, singleValueParser, type Parser } from '@fgm/kernfs';
import type { ShardContext } from '../shard-context.ts';

/** What of ResettablePeak is used. */
export type PeakFile = Pick<ResettablePeak, 'open' | 'read' | 'reset' | 'close'>;

/** Not open yet, or closed for want of descriptors: the next row has no row before it that began a maximum. */
const CLOSED = 0;
/** Reset at the last row. */
const ARMED = 1;
/** The cgroup has no such file: it is looked for again with the settings. */
const MISSING = 2;
/** The kernel or the mount does not allow it: not tried again. */
const REFUSED = 3;

/**
 * The most that was in use between two rows of one entity, from a descriptor of memory.peak or memory.swap.peak that is read
 * and at once reset at each row (kernel 6.12). What was used in the microsecond between the two is in neither row. A
 * descriptor of our own: it changes nothing of what the file shows to others, or to the one that reads memory_peak_bytes.
 */
export class IntervalPeak {
  readonly #name: string;
  readonly #file: PeakFile;
  readonly #parser: Parser;
  #state = CLOSED;

  /** @param name what the file is called in error counts */
  constructor(name: string, file: PeakFile, parser: Parser) {
    this.#name = name;
    this.#file = file;
    this.#parser = parser;
  }

  /** Takes the maximum since the last call into the row, and begins a new one. */
  sample(context: ShardContext, columns: Columns, row: number): void {
    if (this.#state === MISSING || this.#state === REFUSED) return;
    const length = this.#state === ARMED ? this.#file.read(context.buffer) : this.#open(context);
    const failed = length < 0 ? length : this.#file.reset();
    context.reads++;
    this.#parser(context.buffer, failed < 0 ? 0 : length, columns, row);
    if (failed < 0) this.#fail(context, failed);
    else if (context.openFiles > context.task.openFilesLimit) this.close(context);
    else this.#state = ARMED;
  }

  /** Lets a file that was missing be looked for again. */
  retry(): void {
    if (this.#state === MISSING) this.#state = CLOSED;
  }

  close(context: ShardContext): void {
    if (this.#state === ARMED) this.#release(context);
    this.#state = this.#state === REFUSED ? REFUSED : CLOSED;
  }

  /** 0, the length of no text, or a negative errno. */
  #open(context: ShardContext): number {
    const result = this.#file.open();
    if (result < 0) return result;
    context.openFiles++;
    this.#state = ARMED;
    return 0;
  }

  #fail(context: ShardContext, errno: number): void {
    if (this.#state === ARMED) this.#release(context);
    const gone = errno === ENODEV || errno === ESRCH;
    this.#state = errno === ENOENT || gone ? MISSING : REFUSED;
    if (this.#state === REFUSED) context.errors.count(this.#name, errno);
  }

  #release(context: ShardContext): void {
    this.#file.close();
    context.openFiles--;
  }
}

const FILES = [
  ['memory.peak', 'memory_interval_peak_bytes'],
  ['memory.swap.peak', 'memory_swap_interval_peak_bytes'],
] as const;

/** The interval peaks of an entity: none where cgroup v1 has its memory. The parsers are shared by a shard. */
export type IntervalPeaks = (entity: Entity) => readonly IntervalPeak[];

export function intervalPeaks(layout: Layout, wanted: boolean): IntervalPeaks {
  if (!wanted) return () => [];
  const parsers = FILES.map(([name, column]) => ({ name, parser: singleValueParser(layout, column) }));
  return ({ directories: { v2, memory } }) => {
    if (v2 === undefined || memory !== undefined) return [];
    return parsers.map(({ name, parser }) => new IntervalPeak(name, new ResettablePeak(`${v2}/${name}`), parser));
  };
}
