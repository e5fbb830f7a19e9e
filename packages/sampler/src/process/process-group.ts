import type { Columns, Scope } from '@fgm/catalog';
import { isGone, KernelFile, TOO_LARGE, type PidList } from '@fgm/kernfs';
import type { BlockSet } from '../rows/block-set.ts';
import type { EntityColumns } from '../entity/entity-columns.ts';
import type { EventSink } from '../events/entity-events.ts';
import type { FinalRows } from '../rows/final-rows.ts';
import { MainProcess } from './main-process.ts';
import type { MemorySums } from '../entity/memory-sums.ts';
import { PageWalk, type WalkKit } from '../walk/page-walk.ts';
import type { ProcessColumns } from './process-columns.ts';
import type { ProcessFiles } from './process-files.ts';
import { ALIVE, ProcessTarget, REFRESH, type Reading } from './process-target.ts';
import type { ShardContext } from '../shard-context.ts';
import { scopeNumber } from '../walk/walk-tally.ts';

/** What the process groups of a shard have in common. */
export interface ProcessKit {
  readonly files: ProcessFiles;
  readonly walk: WalkKit;
  readonly sums: MemorySums;
  readonly rows: BlockSet;
  readonly finals: FinalRows;
  /** Scratch for the list being read. */
  readonly pids: PidList;
}

/** The processes of one entity, found in its cgroup.procs files. */
export class ProcessGroup {
  readonly #kit: ProcessKit;
  readonly #scope: number;
  readonly #byPid = new Map<number, ProcessTarget>();
  /** Kernel threads among them, by pid: the tick of the list that named them last. */
  readonly #kernelThreads = new Map<number, number>();
  #list: ProcessTarget[] = [];
  #sources: KernelFile[];
  readonly #main = new MainProcess();
  #events: EventSink | null = null;
  /** True while something in the group can change without running: a process that waits to be reaped. */
  restless = false;
  /** Counts how often the list has changed. */
  changes = 0;

  constructor(kit: ProcessKit, directories: readonly string[], scope: Scope) {
    this.#kit = kit;
    this.#scope = scopeNumber(scope);
    this.#sources = directories.map(source);
  }

  get count(): number {
    return this.#list.length;
  }

  get list(): readonly ProcessTarget[] {
    return this.#list;
  }

  /** Where the columns of its processes are. */
  get columns(): ProcessColumns {
    return this.#kit.files.columns;
  }

  /** From now on the life of the main process is told. */
  follow(events: EventSink): void {
    this.#events = events;
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
    if (this.#events !== null) this.#main.follow(this.#list, this.columns, this.#events);
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
      else {
        // It was read just now, and that is the last time: who waits to be reaped is on no list of cgroup v2.
        if (known && !process.kernelThread) this.#kit.finals.addProcess(process);
        this.#drop(context, process, tick);
      }
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
    const { sums, files } = this.#kit;
    sums.reset();
    for (const process of this.#list) sums.add(process.columns, process.row, files.columns);
    sums.write(columns, row, at);
  }

  /** The entity is gone, and so is its main process if it really is. */
  end(): void {
    if (this.#events !== null) this.#main.end(this.columns, this.#events);
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
    const process = new ProcessTarget(pid, files, new PageWalk(walk, files.root, pid, this.#scope));
    rows.add(process);
    process.seen = tick;
    this.#byPid.set(pid, process);
    this.#list.push(process);
    this.changes++;
  }

  #drop(context: ShardContext, process: ProcessTarget, tick: number): void {
    this.#byPid.delete(process.pid);
    this.changes++;
    if (this.#events !== null) this.#main.left(process, this.columns, this.#events);
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
