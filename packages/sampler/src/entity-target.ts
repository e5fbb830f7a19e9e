import { ENTITY_COLUMN, TIME_COLUMN, type Columns, type Entity } from '@fgm/catalog';
import type { BlockSet, RowOwner } from './block-set.ts';
import type { EntityColumns } from './entity-columns.ts';
import { CpuRates } from './cpu-rates.ts';
import { filesOf, type EntityFiles, type FilePlan } from './file-plan.ts';
import { quotaMillicores, type Ancestry, type Limits } from './limits.ts';
import type { ProcessGroup } from './process-group.ts';
import { REFRESH, THOROUGH, USUAL } from './process-target.ts';
import { Pressure } from './pressure.ts';
import { Quiet, refreshTicks } from './quiet.ts';
import { GONE } from './sampled-file.ts';
import type { ShardContext } from './shard-context.ts';

/** Limits and other settings change only when somebody writes them: they are read this often, and at the first tick. */
const SETTINGS_MS = 10_000;
/**
 * An entity is found when its directory is made, and only then its runtime writes its limits: so long its settings are read
 * at every tick.
 */
const SETTLING_USEC = 5_000_000;

/** What the entities of a shard have in common. */
export interface EntityKit {
  readonly plan: FilePlan;
  readonly columns: EntityColumns;
  readonly limits: Limits;
  readonly rows: BlockSet;
}

/** One entity with its cgroup files, its row, and its processes. */
export class EntityTarget implements RowOwner {
  declare columns: Columns;
  row = 0;
  position = 0;
  readonly processes: ProcessGroup;
  #entity: Entity;
  readonly #kit: EntityKit;
  #files: EntityFiles;
  #ancestry: Ancestry;
  readonly #quiet = new Quiet();
  readonly #pressure: Pressure;
  readonly #rates: CpuRates;
  #ticks = 0;
  #memory = -1;
  /** Microseconds since the epoch until which it counts as new. */
  #settledAt = 0;
  /** Spreads the refreshes of many entities over the ticks. */
  readonly #phase: number;
  gone = false;

  constructor(entity: Entity, kit: EntityKit, processes: ProcessGroup) {
    this.#entity = entity;
    this.#kit = kit;
    this.processes = processes;
    this.#files = filesOf(kit.plan, entity);
    this.#ancestry = kit.limits.of(entity);
    this.#pressure = new Pressure(kit.columns);
    this.#rates = new CpuRates(kit.columns);
    this.#phase = entity.entity;
    kit.rows.add(this);
  }

  get entity(): Entity {
    return this.#entity;
  }

  /** Takes over new directories of the same entity. */
  change(context: ShardContext, entity: Entity): void {
    this.#closeFiles(context);
    this.#kit.limits.release(context, this.#ancestry);
    this.#entity = entity;
    this.#files = filesOf(this.#kit.plan, entity);
    this.#ancestry = this.#kit.limits.of(entity);
    this.processes.change(entity.processDirectories);
    this.#quiet.disturb();
    this.#ticks = 0;
  }

  /** Reads what may have changed, of the cgroup and of its processes. */
  sample(context: ShardContext, tick: number): void {
    const at = this.#kit.columns;
    const { columns, row } = this;
    const first = this.#ticks++ === 0;
    const interval = context.task.intervalMs;
    const refresh = first || (this.#ticks + this.#phase) % refreshTicks(interval) === 0;
    if (!this.#readWitnesses(context, refresh)) return;
    const time = context.clock.nowUsec();
    columns.setInt(TIME_COLUMN, row, time);
    columns.setInt(ENTITY_COLUMN, row, this.#entity.entity);
    const memory = this.#valueOf(at.memory);
    const tasks = this.#valueOf(at.tasks);
    const moved = this.#quiet.observe(this.#valueOf(at.usage), memory, tasks);
    const reading = refresh ? REFRESH : memory < this.#memory ? THOROUGH : USUAL;
    this.#memory = memory;
    const everything = moved || refresh || this.processes.restless;
    if (first) this.#settledAt = time + SETTLING_USEC;
    if (time < this.#settledAt || (this.#ticks + this.#phase) % refreshTicks(interval, SETTINGS_MS) === 0)
      this.#readSettings(context, tick);
    if (moved || refresh) this.#readAll(context, this.#files.activity, refresh);
    else context.readsSkipped += this.#files.activity.length;
    if (this.#pressure.due(moved, refresh, time)) {
      this.#readAll(context, this.#files.pressure, refresh);
      this.#pressure.taken(columns, row, time);
    }
    this.#rates.derive(columns, row, time);
    this.#deriveMemory();
    if (everything) this.processes.sample(context, this.#entity.entity, tick, reading, tasks);
    else this.processes.repeat(context, time, tick);
    this.processes.sum(columns, row, at);
  }

  close(context: ShardContext): void {
    this.#closeFiles(context);
    this.#kit.limits.release(context, this.#ancestry);
    this.processes.close(context);
    this.#kit.rows.remove(this);
  }

  #readWitnesses(context: ShardContext, refresh: boolean): boolean {
    let read = this.#files.witnesses.length === 0;
    for (const file of this.#files.witnesses) {
      if (refresh) file.retry();
      const result = file.read(context, this.columns, this.row);
      if (result === GONE) this.gone = true;
      else read = true;
    }
    return read && !this.gone;
  }

  #readAll(context: ShardContext, files: EntityFiles['activity'], retry: boolean): void {
    for (const file of files) {
      if (retry) file.retry();
      file.read(context, this.columns, this.row);
    }
  }

  #readSettings(context: ShardContext, tick: number): void {
    this.#readAll(context, this.#files.settings, true);
    this.#kit.limits.refresh(context, this.#ancestry, tick);
    this.#rates.limit(this.#cpuLimit(context));
  }

  /** The tightest of its own quota, its ancestors' quotas, its cpuset and the machine's CPUs, in millicores. */
  #cpuLimit(context: ShardContext): number {
    const at = this.#kit.columns;
    const own = quotaMillicores(this.columns, this.row, at.quota, at.period);
    const cpus = this.columns.isValid(at.cpus, this.row) ? this.columns.getInt(at.cpus, this.row) : Infinity;
    return Math.min(own, this.#kit.limits.millicores(this.#ancestry), cpus * 1000, context.task.onlineCpus * 1000);
  }

  /** Working set, and the share of the tightest limit; without a limit there is no share. */
  #deriveMemory(): void {
    const at = this.#kit.columns;
    const { columns, row } = this;
    if (!columns.isValid(at.memory, row)) {
      columns.setNull(at.workingSet, row);
      columns.setNull(at.memoryPercent, row);
      return;
    }
    const current = columns.getInt(at.memory, row);
    if (columns.isValid(at.inactiveFile, row)) {
      columns.setInt(at.workingSet, row, Math.max(0, current - columns.getInt(at.inactiveFile, row)));
    } else columns.setNull(at.workingSet, row);
    const own = columns.isValid(at.memoryMax, row) ? columns.getInt(at.memoryMax, row) : Infinity;
    const limit = Math.min(own, this.#kit.limits.bytes(this.#ancestry));
    if (limit > 0 && limit < Infinity) columns.setDouble(at.memoryPercent, row, (current / limit) * 100);
    else columns.setNull(at.memoryPercent, row);
  }

  #valueOf(column: number): number {
    return this.columns.isValid(column, this.row) ? this.columns.getInt(column, this.row) : -1;
  }

  #closeFiles(context: ShardContext): void {
    const { witnesses, activity, pressure, settings } = this.#files;
    for (const files of [witnesses, activity, pressure, settings]) for (const file of files) file.close(context);
  }
}
