import {
  Columns,
  ENTITY_COLUMN,
  MALFORMED,
  MAPPING_COLUMN,
  mustIndexOf,
  PROCESS_COLUMN,
  TICK_COLUMN,
  TIME_COLUMN,
  type Layout,
} from '@fgm/catalog';
import { KernelFile, SmapsGroups } from '@fgm/kernfs';
import { tableNumber } from '../rows/block-set.ts';
import type { ShardTask } from '../messages.ts';
import type { ProcessTarget } from '../process/process-target.ts';
import type { Publisher } from '../rows/publisher.ts';
import { RowNumbers } from '../rows/row-numbers.ts';
import type { ShardContext } from '../shard-context.ts';

/** What a walk over smaps came to. */
export type MappingOutcome = typeof WALKED | typeof FAILED | typeof OVER;
const WALKED = 0;
/** It cannot be read, or is empty. */
const FAILED = 1;
/** It took longer than it may. */
export const OVER = 2;

/** Column of the process table that gets a field's sum over all regions. */
interface RollupColumn {
  readonly field: number;
  readonly column: number;
}

/**
 * Full page walks (`--memory full`): reads smaps, publishes one row per mapping name, and fills the smaps_rollup columns of
 * the process with the sums, so that no process is walked twice. Rows exist only for ticks at which a process was walked.
 */
export class MappingWalk {
  /** Microseconds that the reads of the last walk took; parsing is nobody's burden but ours. */
  usec = 0;
  readonly #publisher: Publisher;
  readonly #layout: Layout;
  readonly #groups: SmapsGroups;
  readonly #rollup: readonly RollupColumn[];
  readonly #absent: readonly number[];
  readonly #block: Columns;
  readonly #table: number;
  readonly #pid: number;
  readonly #startTime: number;
  readonly #rss: number;
  readonly #total = new Float64Array(1);
  #rows = 0;
  #tick = 0;
  readonly #numbers: RowNumbers;
  #generation = 0;

  constructor(task: ShardTask, publisher: Publisher) {
    const { mappings, processes } = task.layouts;
    this.#publisher = publisher;
    this.#numbers = new RowNumbers(task.intervalMs);
    this.#layout = mappings;
    this.#table = tableNumber(mappings);
    this.#groups = new SmapsGroups(mappings);
    this.#block = new Columns(mappings);
    this.#pid = mustIndexOf(mappings, 'pid');
    this.#startTime = mustIndexOf(mappings, 'start_time');
    this.#rss = mustIndexOf(processes, 'stat_rss_bytes');
    const rollup = processes.columns.flatMap((column, index) =>
      column.source === '/proc/PID/smaps_rollup' && column.key !== undefined
        ? [{ key: column.key, column: index }]
        : [],
    );
    this.#rollup = rollup.flatMap(({ key, column }) => {
      const field = this.#groups.keys.indexOf(key);
      return field < 0 ? [] : [{ field, column }];
    });
    this.#absent = rollup.map(({ column }) => column);
  }

  /**
   * Walks one process. Unless it is WALKED, its smaps_rollup columns are absent, or as they were when it took too long.
   * @param longest microseconds of reading after which it is given up
   */
  walk(context: ShardContext, process: ProcessTarget, tick: number, longest: number): MappingOutcome {
    const { columns, row } = process;
    const outcome = this.#read(context, process, longest);
    if (outcome === OVER) return OVER;
    for (const column of this.#absent) columns.setNull(column, row);
    if (outcome !== WALKED) return outcome;
    for (const { field, column } of this.#rollup) {
      if (this.#groups.total(field, this.#total, 0)) columns.setInt(column, row, this.#total[0]! * 1024);
    }
    for (let group = 0; group < this.#groups.count; group++) this.#write(context, process, group, tick);
    return WALKED;
  }

  /** Publishes the rows that do not fill a block. */
  finish(context: ShardContext): void {
    if (this.#rows === 0) return;
    context.flush();
    this.#publisher.publishBlock(this.#block, this.#table, this.#rows, this.#tick);
    this.#rows = 0;
    this.#block.clear();
  }

  #read(context: ShardContext, { pid, columns, row }: ProcessTarget, longest: number): MappingOutcome {
    const { task, walkTime } = context;
    const pages = columns.getInt(this.#rss, row) / task.pageSize;
    const file = new KernelFile(`${task.procRoot}/${pid}/smaps`, { whole: false });
    const groups = this.#groups;
    groups.reset();
    if (groups.generation !== this.#generation) {
      this.#generation = groups.generation;
      this.#numbers.clear();
    }
    this.usec = 0;
    let length = file.open();
    let status = 0;
    for (let at = 0; length >= 0 && status < MALFORMED; at += length) {
      // Between two reads the process is free: what ends here has stalled it no longer than its largest region takes.
      if (this.usec > longest) return this.#giveUp(file);
      const start = walkTime.now();
      length = file.readAt(context.buffer, at);
      this.usec += at === 0 ? walkTime.ofAll(start, pages) : walkTime.ofPart(start);
      context.reads++;
      if (length <= 0) break;
      status = groups.push(context.buffer, length);
    }
    file.close();
    if (length < 0) context.errors.count('smaps', length);
    if (length >= 0 && status < MALFORMED) status = groups.finish();
    if (status >= MALFORMED) context.malformed++;
    return length >= 0 && status < MALFORMED && groups.count > 0 ? WALKED : FAILED;
  }

  #giveUp(file: KernelFile): MappingOutcome {
    file.close();
    this.#groups.reset();
    return OVER;
  }

  #write(context: ShardContext, process: ProcessTarget, group: number, tick: number): void {
    if (this.#rows > 0 && tick !== this.#tick) this.finish(context);
    this.#tick = tick;
    const block = this.#block;
    const row = this.#rows++;
    block.setInt(TIME_COLUMN, row, context.clock.nowUsec());
    block.setInt(TICK_COLUMN, row, tick);
    block.setInt(ENTITY_COLUMN, row, process.columns.getInt(ENTITY_COLUMN, process.row));
    block.setInt(PROCESS_COLUMN, row, process.columns.getInt(PROCESS_COLUMN, process.row));
    block.setInt(MAPPING_COLUMN, row, this.#number(context, this.#groups.name(group)));
    block.setInt(this.#pid, row, process.pid);
    block.setInt(this.#startTime, row, process.startTime);
    this.#groups.write(group, block, row);
    if (this.#rows === this.#layout.rows) this.finish(context);
  }

  #number(context: ShardContext, name: number): number {
    const known = this.#numbers.use(name, this.#tick);
    if (known >= 0) return known;
    const mapping = context.nextNumber();
    this.#numbers.set(name, mapping, this.#tick);
    context.name({ number: mapping, name: this.#groups.names.text(name) });
    return mapping;
  }
}
