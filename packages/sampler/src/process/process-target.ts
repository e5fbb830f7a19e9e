import { ENTITY_COLUMN, PROCESS_COLUMN, TIME_COLUMN, type Columns } from '@fgm/catalog';
import { readCmdline, readExe } from '@fgm/kernfs';
import type { RowOwner } from '../rows/block-set.ts';
import type { PageWalk } from '../walk/page-walk.ts';
import type { ProcessFiles } from './process-files.ts';
import { refreshTicks } from '../entity/quiet.ts';
import { GONE, READ, type SampledFile } from '../files/sampled-file.ts';
import type { ShardContext } from '../shard-context.ts';

/** What sample() found: a process to record, or not (any more). */
export const ALIVE = 0;
export const LEFT = 1;

/** How thoroughly a process is read. */
export type Reading = typeof USUAL | typeof THOROUGH | typeof REFRESH;
/** By its own witnesses: a process that has not run keeps its values. */
export const USUAL = 0;
/** `stat` is read all the same, because memory may have been taken from a process that sleeps. */
export const THOROUGH = 1;
/** Everything is read, and what could not be read before is tried again. */
export const REFRESH = 2;

/**
 * One process: pid and start time. For one thread `schedstat` says exactly whether it has run (nanoseconds of the leader): if
 * not, nothing else is read. For several threads nothing says it, so `stat`, `statm`, `status` and `io` are always read while
 * their cgroup is not quiet. A kept-open `schedstat` cannot be that of another process with the same pid: it would say ESRCH.
 */
export class ProcessTarget implements RowOwner {
  declare columns: Columns;
  row = 0;
  position = 0;
  readonly pid: number;
  /** The tick of the process list that named it last. */
  seen = 0;
  startTime = -1;
  /** Set when the process exited without being reaped: it can vanish without running. */
  zombie = false;
  /** Kernel threads have no memory of their own and are not recorded. */
  kernelThread = false;
  /** Resident memory when it was last read alive, in bytes; -1 before. */
  lastRss = -1;
  /** CPU time in user mode and in the kernel as they were read last, microseconds; -1 before. */
  lastUser = -1;
  lastSystem = -1;
  readonly walk: PageWalk;
  readonly #files: ProcessFiles;
  readonly #stat: SampledFile;
  readonly #schedstat: SampledFile;
  readonly #others: readonly SampledFile[];
  readonly #comm = new Uint8Array(16);
  #commLength = -1;
  #startStack = 0;
  #cpuUsec = -1;
  #cpuTime = 0;
  #cpuPrecise = false;
  #run = -1;
  #timeslices = -1;
  #faults = -1;
  #rss = -1;
  /** The tick from which on what is seldom read is read again. */
  #seldomAt = 0;
  #refused = 0;
  /** It had one thread when it was read last; another could only come if that one ran. */
  #single = false;

  constructor(pid: number, files: ProcessFiles, walk: PageWalk) {
    this.pid = pid;
    this.#files = files;
    this.#stat = files.stat(pid);
    this.#schedstat = files.schedstat(pid);
    this.#others = files.others(pid);
    this.walk = walk;
  }

  /** Its name as last read. */
  get comm(): string {
    return Buffer.from(this.#comm.buffer, 0, Math.max(0, this.#commLength)).toString('utf8');
  }

  /**
   * Reads what may have changed into the process's row.
   * @param reading how much of that must be read though the process has not run
   */
  sample(context: ShardContext, entity: number, tick: number, reading: Reading): number {
    const { columns, row } = this;
    const refresh = reading === REFRESH;
    if (refresh) this.#schedstat.retry();
    let asked = false;
    if (reading === USUAL && this.#single && this.#schedstat.isOpen) {
      asked = true;
      const result = this.#schedstat.read(context, columns, row);
      if (result === GONE) return LEFT;
      if (result === READ && this.#slept()) {
        this.repeat(context, context.clock.nowUsec(), tick);
        return ALIVE;
      }
    }
    if (this.#stat.read(context, columns, row) !== READ) return LEFT;
    const stat = this.#files.lastStat;
    this.kernelThread = stat.kernelThread();
    if (this.kernelThread) return LEFT;
    if (stat.startTime() !== this.startTime) {
      if (this.startTime >= 0) return LEFT; // the pid now names another process, which the next tick adds
      this.startTime = stat.startTime();
    }
    const time = context.clock.nowUsec();
    columns.setInt(TIME_COLUMN, row, time);
    columns.setInt(ENTITY_COLUMN, row, entity);
    this.zombie = stat.zombie();
    this.#rememberLast(columns, row);
    const renamed = this.#identify(context);
    if (renamed) this.walk.restart(context);
    if (!asked) this.#schedstat.read(context, columns, row);
    const moved = this.#moved();
    this.#derive(time);
    if (moved || renamed || refresh) this.#readOthers(context, refresh);
    else context.readsSkipped += this.#others.length;
    if (renamed || tick >= this.#seldomAt) this.#readSeldom(context, tick);
    this.walk.sample(context, this, tick, moved);
    return ALIVE;
  }

  /** Keeps the values of the last reading: nothing in this process's cgroup has run since. */
  repeat(context: ShardContext, time: number, tick: number): void {
    this.columns.setInt(TIME_COLUMN, this.row, time);
    const columns = this.#files.columns;
    if (this.#cpuUsec >= 0 && time > this.#cpuTime) {
      this.columns.setDouble(columns.millicores, this.row, 0);
      this.columns.setDouble(columns.percent, this.row, 0);
      this.#cpuTime = time;
    }
    this.walk.repeat(context, this, tick);
    context.readsSkipped += 2 + this.#others.length;
  }

  close(context: ShardContext): void {
    this.#stat.close(context);
    this.#schedstat.close(context);
    for (const file of this.#others) file.close(context);
    this.walk.close(context);
  }

  /** What is told of its end when its row has been emptied by a reading in vain. One that exits has no memory any more. */
  #rememberLast(columns: Columns, row: number): void {
    const at = this.#files.columns;
    const rss = columns.getInt(at.rss, row);
    if (rss > 0) this.lastRss = rss;
    this.lastUser = columns.getInt(at.utime, row);
    this.lastSystem = columns.getInt(at.stime, row);
  }

  /** The processes of a shard are spread over the time until the next one, so that no tick has them all. */
  #readSeldom(context: ShardContext, tick: number): void {
    const period = refreshTicks(context.task.intervalMs);
    this.#seldomAt = tick + (this.#seldomAt === 0 ? 1 + (this.pid % period) : period);
    this.#refused = this.#files.seldom.read(context, this.pid, this.columns, this.row, this.#refused);
  }

  #readOthers(context: ShardContext, refresh: boolean): void {
    for (const file of this.#others) {
      if (refresh) file.retry();
      file.read(context, this.columns, this.row);
    }
  }

  /** Whether schedstat, just read, says that its one thread has not run since the last full reading. */
  #slept(): boolean {
    const at = this.#files.columns;
    return (
      this.columns.getInt(at.run, this.row) === this.#run &&
      this.columns.getInt(at.timeslices, this.row) === this.#timeslices
    );
  }

  /** Whether the process has run, faulted or changed its resident memory since the last call. */
  #moved(): boolean {
    const { columns, row } = this;
    const at = this.#files.columns;
    const run = columns.isValid(at.run, row) ? columns.getInt(at.run, row) : -1;
    const timeslices = columns.getInt(at.timeslices, row);
    const faults = columns.getInt(at.minflt, row) + columns.getInt(at.majflt, row);
    const rss = columns.getInt(at.rss, row);
    const single = columns.getInt(at.threads, row) === 1;
    const still =
      single &&
      run >= 0 &&
      run === this.#run &&
      timeslices === this.#timeslices &&
      faults === this.#faults &&
      rss === this.#rss;
    this.#run = run;
    this.#timeslices = timeslices;
    this.#faults = faults;
    this.#rss = rss;
    this.#single = single;
    return !still;
  }

  /**
   * CPU rate since the last reading. With one thread schedstat gives it to the nanosecond; with several only stat counts
   * them all, in clock ticks. The first reading, and one after the source changed, has no rate.
   */
  #derive(time: number): void {
    const { columns, row } = this;
    const at = this.#files.columns;
    const precise = columns.isValid(at.run, row) && columns.getInt(at.threads, row) === 1;
    const cpu = precise ? columns.getInt(at.run, row) : columns.getInt(at.utime, row) + columns.getInt(at.stime, row);
    const elapsed = time - this.#cpuTime;
    if (this.#cpuUsec >= 0 && precise === this.#cpuPrecise && elapsed > 0 && cpu >= this.#cpuUsec) {
      const share = (cpu - this.#cpuUsec) / elapsed;
      columns.setDouble(at.millicores, row, share * 1000);
      columns.setDouble(at.percent, row, share * 100);
    } else {
      columns.setNull(at.millicores, row);
      columns.setNull(at.percent, row);
    }
    this.#cpuUsec = cpu;
    this.#cpuTime = time;
    this.#cpuPrecise = precise;
  }

  /** Sends the process's texts when they are new. True when they were. */
  #identify(context: ShardContext): boolean {
    const stat = this.#files.lastStat;
    const bytes = context.buffer;
    const start = stat.commStart();
    const length = Math.min(stat.commEnd() - start, this.#comm.length);
    // An exec can keep the name, but not the place of the stack. One that exits has no stack any more, and is who it was.
    const stack = stat.startStack();
    let same = length === this.#commLength && (stack === this.#startStack || stack === 0);
    for (let index = 0; same && index < length; index++) same = bytes[start + index] === this.#comm[index];
    if (same) return false;
    for (let index = 0; index < length; index++) this.#comm[index] = bytes[start + index]!;
    this.#commLength = length;
    this.#startStack = stack;
    const process = context.nextNumber();
    const directory = `${context.task.procRoot}/${this.pid}`;
    context.process({
      process,
      comm: this.comm,
      cmdline: context.task.cmdline === 'on' ? context.redaction.apply(readCmdline(directory)) : null,
      exe: readExe(directory),
    });
    this.columns.setInt(PROCESS_COLUMN, this.row, process);
    return true;
  }
}
