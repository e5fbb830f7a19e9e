import { ENTITY_COLUMN, TICK_COLUMN, TIME_COLUMN, type Columns, type Entity } from '@fgm/catalog';
import { BurstAlarm, type Alarm } from './burst-alarm.ts';
import type { TickColumns, TriggerColumns } from './burst-columns.ts';
import type { BurstGroup } from './burst-files.ts';
import type { BurstHistory } from './burst-history.ts';
import type { BurstTriggers } from './burst-settings.ts';
import type { EntityTarget } from '../entity/entity-target.ts';
import { GONE, READ } from '../files/sampled-file.ts';
import { usageSource } from '../group/usage-source.ts';
import type { ShardContext } from '../shard-context.ts';

/** A burst that goes on: what its event will say. Times are microseconds since the epoch. */
export interface Burst {
  /** What began it. */
  readonly trigger: string;
  /** When that was. */
  readonly at: number;
  /** Rows later than this are not part of it. */
  until: number;
  /** Triggers, the first included. */
  triggers: number;
  /** Of the rows published; -1 before the first. */
  from: number;
  to: number;
  rows: number;
  /** Rows that were overwritten before there was room for them in the ring. */
  lost: number;
}

/** What the watched entities of a shard have in common. */
export interface BurstKit {
  /** One row of `bursts`, for what is read of one entity after the other. */
  readonly scratch: Columns;
  readonly at: TriggerColumns;
  readonly atTick: TickColumns;
  readonly triggers: BurstTriggers;
}

/** One entity as it is watched between ticks. */
export class BurstTarget {
  readonly entity: number;
  readonly history: BurstHistory;
  readonly #kit: BurstKit;
  /** What was read last of each column, in whichever row; NaN when nothing was. */
  readonly #latest: Float64Array;
  readonly #alarm: BurstAlarm;
  /** Null when it has gone. What was kept of it stays for a while. */
  target: EntityTarget | null;
  burst: Burst | null = null;
  /** Number of the first row that is not published. */
  published = 0;
  /** Microseconds since the epoch at which it moved or went last. */
  movedAt = 0;
  /** Number of the sub-tick that sampled it last. */
  sampled = -1;
  #usage = -1;
  /** Files that could be read in this sub-tick: none where the ticks have no descriptor to spare. */
  #found = 0;
  /** Of the row of the last tick. */
  #tickTime = -1;
  /** As it was known when it was read last, and where its CPU time came from. */
  #place: Entity;
  #source: number;

  constructor(target: EntityTarget, history: BurstHistory, kit: BurstKit) {
    this.entity = target.entity.entity;
    this.#place = target.entity;
    this.#source = usageSource(target.entity);
    this.target = target;
    this.history = history;
    this.#latest = new Float64Array(history.width).fill(Number.NaN);
    this.#kit = kit;
    this.#alarm = new BurstAlarm(kit.triggers);
  }

  /** Whether everything that `bursts` has is to be read of it. */
  get urgent(): boolean {
    return this.burst !== null || this.#alarm.near;
  }

  /** Keeps the row that a tick has just read, so that no file is read twice. */
  takeTick(target: EntityTarget, tick: number): Alarm {
    const { columns, row } = target;
    const { atTick } = this.#kit;
    const time = columns.getInt(TIME_COLUMN, row);
    // A tick whose files could not be read has left the row of the one before.
    if (time === this.#tickTime) return null;
    this.#tickTime = time;
    this.target = target;
    this.#followPlace(target.entity);
    this.#copyTick(columns, row);
    if (target.moved) this.movedAt = time;
    this.#usage = columns.isValid(atTick.usage, row) ? columns.getInt(atTick.usage, row) : -1;
    this.#commit(time, tick);
    return this.#alarm.checkTick(columns, row, atTick, time);
  }

  /**
   * Reads what may have changed since the last row. While its CPU time stands still nothing in it has run, and the last row is
   * still true. Of an entity that is well only CPU time, memory and kills are read: the rest of its row is absent.
   */
  sample(context: ShardContext, intervalMs: number): Alarm {
    const { target, history } = this;
    if (target === null) return null;
    this.#followPlace(target.entity);
    const { at, scratch } = this.#kit;
    // Here, not after its use: what was read of an entity at rest, or of one that has gone, is never taken out of it.
    scratch.clear();
    this.#found = 0;
    if (!this.#read(context, target, 'usage')) return null;
    const time = context.clock.nowUsec();
    const tick = Math.floor(time / 1000 / intervalMs);
    const usage = scratch.isValid(at.usage, 0) ? scratch.getInt(at.usage, 0) : -1;
    if (usage >= 0 && usage === this.#usage && history.end > 0 && !this.urgent) {
      history.repeat();
      this.#commit(time, tick);
      return null;
    }
    if (usage < 0 || usage !== this.#usage) this.movedAt = time;
    this.#usage = usage;
    this.#read(context, target, 'moved');
    if (this.urgent) this.#read(context, target, 'trouble');
    if (this.#found === 0) return null;
    this.#derivePercent(scratch, target.memoryLimit);
    this.#copyScratch();
    this.#commit(time, tick);
    return this.#alarm.check(scratch, 0, at, time);
  }

  timeOf(number: number): number {
    return this.history.get(number, TIME_COLUMN);
  }

  /** Leaves aside the kept rows from before a time, unless they are published already. @param from microseconds since the epoch */
  skipUntil(from: number): void {
    const { history } = this;
    this.published = Math.max(this.published, history.start);
    while (this.published < history.end && this.timeOf(this.published) < from) this.published++;
  }

  /**
   * A container may be found before it has a directory of every controller. Its CPU time is then told by the unified tree at first,
   * which shares it out among user and system in another way than the controller does: what was read of one does not go with
   * what is read of the other.
   */
  #followPlace(place: Entity): void {
    if (place === this.#place) return;
    const source = usageSource(place);
    this.#place = place;
    if (source === this.#source) return;
    this.#source = source;
    this.#usage = -1;
    this.#latest.fill(Number.NaN);
    this.published = this.history.end;
  }

  /**
   * Of an entity that has not moved a tick repeats what an earlier one read, and of one that has ended it tells what was read of its
   * end: both may be older than what was read between ticks. Counters do not fall: where an earlier row has the larger number,
   * that is the later reading.
   */
  #copyTick(columns: Columns, row: number): void {
    const { source, counters } = this.#kit.atTick;
    for (let column = 0; column < source.length; column++) {
      const from = source[column]!;
      if (from < 0) continue;
      const value = valueOf(columns, from, row);
      const before = counters[column] === 0 ? Number.NaN : this.#latest[column]!;
      this.#set(column, before > value ? before : value);
    }
  }

  #copyScratch(): void {
    const { scratch } = this.#kit;
    for (let column = 0; column < this.history.width; column++) this.#set(column, valueOf(scratch, column, 0));
  }

  #set(column: number, value: number): void {
    this.history.set(column, value);
    if (!Number.isNaN(value)) this.#latest[column] = value;
  }

  /** False when the entity is found to be gone: the next tick deals with that. */
  #read(context: ShardContext, target: EntityTarget, group: BurstGroup): boolean {
    const { scratch } = this.#kit;
    const files = target.burstFiles;
    for (let index = 0; index < files.length; index++) {
      const { file, parser, group: of } = files[index]!;
      if (of !== group) continue;
      const result = file.readBetween(context, parser, scratch, 0);
      if (result === GONE) return false;
      if (result === READ) this.#found++;
    }
    return true;
  }

  #derivePercent(columns: Columns, limit: number): void {
    const { memory, memoryPercent } = this.#kit.at;
    if (limit > 0 && limit < Infinity && columns.isValid(memory, 0))
      columns.setDouble(memoryPercent, 0, (columns.getInt(memory, 0) / limit) * 100);
  }

  #commit(time: number, tick: number): void {
    this.history.set(TIME_COLUMN, time);
    this.history.set(TICK_COLUMN, tick);
    this.history.set(ENTITY_COLUMN, this.entity);
    this.history.commit();
  }
}

/** The value at this place, NaN when it is absent. */
function valueOf(columns: Columns, column: number, row: number): number {
  if (!columns.isValid(column, row)) return Number.NaN;
  const { type } = columns.layout.columns[column]!;
  return type === 'double' ? columns.getDouble(column, row) : columns.getInt(column, row);
}
