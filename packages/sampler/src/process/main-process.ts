import { readFate, readNamespacePid } from '@fgm/kernfs';
import { readlinkSync } from '@fgm/kernfs/files';
import type { EventSink } from '../events/entity-events.ts';
import { exitStatus } from './exit-status.ts';
import { hasVanished } from '../events/oom-suspects.ts';
import type { ProcessColumns } from './process-columns.ts';
import type { ProcessTarget } from './process-target.ts';
import { isRuntimeStage } from './runtime-stage.ts';

/** The oldest processes that are asked for their number in their own pid namespace. */
const MOST_ASKED = 8;

/**
 * The process whose life is the container's: the first of its pid namespace, or where it has none of its own, the one that
 * started first. It stays that until it is gone, and another one becomes it only when the container was empty meanwhile.
 */
export class MainProcess {
  #process: ProcessTarget | null = null;
  #mayTrace = false;
  /** Its end has been told. */
  #ended = false;

  /** Looks for it among these, all of one entity, after each reading. */
  follow(processes: readonly ProcessTarget[], at: ProcessColumns, events: EventSink): void {
    if (this.#process !== null) {
      if (this.#process.zombie && !this.#ended) this.#tellExit(events, at);
      return;
    }
    if (this.#ended && processes.length > 0) return;
    this.#ended = false;
    if (processes.length > 0) this.#choose(processes, events);
  }

  /** This process is on no list any more. Its row still has its last values. */
  left(process: ProcessTarget, at: ProcessColumns, events: EventSink): void {
    if (process !== this.#process) return;
    if (!this.#ended) this.#tellExit(events, at);
    this.#process = null;
  }

  /** Its entity is gone. It lives on where only the recorder has lost sight of it. */
  end(at: ProcessColumns, events: EventSink): void {
    const process = this.#process;
    if (process === null || this.#ended || !hasVanished(events.procRoot, process)) return;
    this.#tellExit(events, at);
    this.#process = null;
  }

  #choose(processes: readonly ProcessTarget[], events: EventSink): void {
    const oldest = processes
      .toSorted((left, right) => left.startTime - right.startTime || left.pid - right.pid)
      .slice(0, MOST_ASKED);
    const first = oldest.find((process) => readNamespacePid(`${events.procRoot}/${process.pid}`) === 1);
    const main = first ?? oldest[0]!;
    // Its program comes after the runtime's own, and may be on its way.
    if (first === undefined && isRuntimeStage(main.comm)) return;
    this.#process = main;
    this.#mayTrace = mayTrace(`${events.procRoot}/${main.pid}`);
    events.tell('process_start', main.pid, {
      comm: main.comm,
      start_time: main.startTime,
      namespace_init: first !== undefined,
      existed_before: !events.fresh,
    });
  }

  #tellExit(events: EventSink, at: ProcessColumns): void {
    const process = this.#process!;
    this.#ended = true;
    const fate = process.zombie ? readFate(`${events.procRoot}/${process.pid}`) : null;
    // Another one may have its number by now.
    const ended = fate?.startTime === process.startTime ? exitStatus(fate, this.#mayTrace) : null;
    events.tell('process_exit', process.pid, {
      comm: process.comm,
      start_time: process.startTime,
      ...lastFigures(process, at),
      ...ended,
    });
  }
}

/** CPU is exact when it was caught as a zombie; else it is that of its last row. Memory is of the last row before its end. */
function lastFigures(process: ProcessTarget, at: ProcessColumns): Record<string, number | boolean> {
  const { columns, row } = process;
  const figures: Record<string, number | boolean> = { last_read: columns.getInt(0, row), caught: process.zombie };
  const put = (name: string, column: number): void => {
    if (columns.isValid(column, row)) figures[name] = columns.getInt(column, row);
  };
  if (process.lastUser >= 0) figures['utime_usec'] = process.lastUser;
  if (process.lastSystem >= 0) figures['stime_usec'] = process.lastSystem;
  put('run_usec', at.run);
  if (process.lastRss >= 0) figures['rss_bytes'] = process.lastRss;
  return figures;
}

/**
 * The rule by which the kernel shows how a process ended is that by which it shows a process's links. Asked while it lives.
 * @param directory `/proc/PID`
 */
function mayTrace(directory: string): boolean {
  try {
    readlinkSync(`${directory}/ns/pid`);
    return true;
  } catch {
    return false;
  }
}
