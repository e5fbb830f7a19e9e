import type { Columns } from '@fgm/catalog';
import { isGone, KernelFile, TOO_LARGE, type PidList } from '@fgm/kernfs';
import type { BlockSet } from './block-set.ts';
import type { EntityColumns } from './entity-columns.ts';
import { PageWalk, type WalkKit } from './page-walk.ts';
import type { ProcessFiles } from './process-files.ts';
import { ALIVE, ProcessTarget, REFRESH, type Reading } from './process-target.ts';
import type { ShardContext } from './shard-context.ts';

/** What the process groups of a shard have in common. */
export interface ProcessKit {
  readonly files: ProcessFiles;
  readonly walk: WalkKit;
  readonly rows: BlockSet;
  /** Scratch for the list being read. */
  readonly pids: PidList;
}

/** The processes of one entity, found in its cgroup.procs files. */
export class ProcessGroup {
  readonly #kit: ProcessKit;
  readonly #byPid = new Map<number, ProcessTarget>();
  /** Kernel threads among them, by pid: the tick of the list that named them last. */
  readonly #kernelThreads = new Map<number, number>();
  #list: ProcessTarget[] = [];
  #sources: KernelFile[];
  /** True while something in the group can change without running: a process that waits to be reaped. */
  restless = false;

  constructor(kit: ProcessKit, directories: readonly string[]) {
    this.#kit = kit;
    this.#sources = directories.map(source);
  }

  get count(): number {
    return this.#list.length;
  }

  get list(): readonly ProcessTarget[] {
    return this.#list;
  }

  change(directories: readonly string[]): void {
    this.#sources = directories.map(source);
  }

  /**
   * Reads every process, and the lists of them when they may have changed. They cannot have when nobody left and the threads
   * of those we know are as many as the cgroup has tasks.
   * @param tasks the cgroup's number of tasks, -1 when it is not known
   */
  sample(context: ShardContext, entity: number, tick: number, reading: Reading, tasks: number): void {
    const stayed = this.#sampleKnown(context, entity, tick, reading);
    if (stayed && reading !== REFRESH && this.#threads() === tasks) context.readsSkipped += this.#sources.length;
    else this.#followLists(context, entity, tick, reading);
    this.restless = false;
    for (const process of this.#list) this.restless ||= process.zombie;
  }

  /** False when one of them left. */
  #sampleKnown(context: ShardContext, entity: number, tick: number, reading: Reading): boolean {
    let kept = 0;
    for (const process of this.#list) {
      if (process.sample(context, entity, tick, reading) === ALIVE) this.#list[kept++] = process;
      else this.#drop(context, process, tick);
    }
    const stayed = kept === this.#list.length;
    this.#list.length = kept;
    return stayed;
  }

  /** Who is on no list leaves; who is new is read. */
  #followLists(context: ShardContext, entity: number, tick: number, reading: Reading): void {
    for (const file of this.#sources) this.#readList(context, file, tick);
    let kept = 0;
    for (const process of this.#list) {
      const known = process.startTime >= 0;
      const stays = process.seen === tick && (known || process.sample(context, entity, tick, reading) === ALIVE);
      if (stays) this.#list[kept++] = process;
      else this.#drop(context, process, tick);
    }
    this.#list.length = kept;
    if (this.#kernelThreads.size > 0 && reading === REFRESH) this.#forgetKernelThreads(tick);
  }

  #threads(): number {
    const { threads } = this.#kit.files.columns;
    let sum = 0;
    for (const { columns, row } of this.#list) sum += columns.getInt(threads, row);
    return sum;
  }

  /** Keeps all rows as they are: nothing in the group has run. */
  repeat(context: ShardContext, time: number, tick: number): void {
    context.readsSkipped += this.#sources.length;
    for (const process of this.#list) process.repeat(context, time, tick);
  }

  /** Writes the sums over the processes into the entity's row. */
  sum(columns: Columns, row: number, at: EntityColumns): void {
    const process = this.#kit.files.columns;
    let threads = 0;
    let rss = 0;
    let pss = 0;
    let uss = 0;
    let swapPss = 0;
    let walked = 0;
    for (const { columns: from, row: fromRow } of this.#list) {
      threads += from.getInt(process.threads, fromRow);
      rss += from.getInt(process.rss, fromRow);
      if (!from.isValid(process.uss, fromRow)) continue;
      walked++;
      pss += from.getInt(process.pss, fromRow);
      uss += from.getInt(process.uss, fromRow);
      if (from.isValid(process.swapPss, fromRow)) swapPss += from.getInt(process.swapPss, fromRow);
    }
    columns.setInt(at.processCount, row, this.#list.length);
    columns.setInt(at.threadCount, row, threads);
    columns.setInt(at.rss, row, rss);
    setSums(columns, row, at, walked > 0, pss, uss, swapPss);
    if (this.#list.length > 0) columns.setDouble(at.coverage, row, walked / this.#list.length);
    else columns.setNull(at.coverage, row);
  }

  close(context: ShardContext): void {
    for (const process of this.#list) this.#release(context, process);
    this.#list = [];
    this.#byPid.clear();
  }

  /**
   * The list is opened anew each time: cgroup v1 makes it when the file is opened and keeps it as long as it is read within
   * a second (cgroup_pidlist_start in kernel/cgroup/cgroup-v1.c), so a kept-open descriptor would never see a change.
   */
  #readList(context: ShardContext, file: KernelFile, tick: number): void {
    const opened = file.open();
    let length = opened < 0 ? opened : file.read(context.buffer);
    while (length === TOO_LARGE && context.growBuffer()) length = file.read(context.buffer);
    file.close();
    context.reads++;
    if (length < 0) {
      if (!isGone(length)) context.errors.count('cgroup.procs', length);
      return;
    }
    const { pids } = this.#kit;
    pids.parse(context.buffer, length);
    for (let index = 0; index < pids.length; index++) this.#saw(pids.values[index]!, tick);
  }

  #saw(pid: number, tick: number): void {
    if (pid === 0) return; // a process outside our pid namespace
    const known = this.#byPid.get(pid);
    if (known) known.seen = tick;
    else if (this.#kernelThreads.has(pid)) this.#kernelThreads.set(pid, tick);
    else this.#add(pid, tick);
  }

  #add(pid: number, tick: number): void {
    const { files, walk, rows } = this.#kit;
    const process = new ProcessTarget(pid, files, new PageWalk(walk, files.root, pid));
    rows.add(process);
    process.seen = tick;
    this.#byPid.set(pid, process);
    this.#list.push(process);
  }

  #drop(context: ShardContext, process: ProcessTarget, tick: number): void {
    this.#byPid.delete(process.pid);
    if (process.kernelThread) this.#kernelThreads.set(process.pid, tick);
    this.#release(context, process);
  }

  #release(context: ShardContext, process: ProcessTarget): void {
    process.close(context);
    this.#kit.rows.remove(process);
  }

  #forgetKernelThreads(tick: number): void {
    for (const [pid, seen] of this.#kernelThreads) if (seen !== tick) this.#kernelThreads.delete(pid);
  }
}

function source(directory: string): KernelFile {
  return new KernelFile(`${directory}/cgroup.procs`, { whole: false });
}

function setSums(
  columns: Columns,
  row: number,
  at: EntityColumns,
  known: boolean,
  pss: number,
  uss: number,
  swapPss: number,
): void {
  if (known) {
    columns.setInt(at.pss, row, pss);
    columns.setInt(at.uss, row, uss);
    columns.setInt(at.swapPss, row, swapPss);
    return;
  }
  columns.setNull(at.pss, row);
  columns.setNull(at.uss, row);
  columns.setNull(at.swapPss, row);
}
