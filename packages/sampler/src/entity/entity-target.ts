import { ENTITY_COLUMN, TIME_COLUMN, type Columns, type Entity } from '@fgm/catalog';
import type { BlockSet, RowOwner } from '../rows/block-set.ts';
import type { EntityColumns } from './entity-columns.ts';
import { EntityEvents } from '../events/entity-events.ts';
import type { EventColumns } from '../events/event-columns.ts';
import { GroupShare } from '../group/group-share.ts';
import type { GroupUsage } from '../group/group-usage.ts';
import type { PlacedEntity } from '../messages.ts';
import { CpuRates } from './cpu-rates.ts';
import { DeviceGroup, type DeviceKit } from './device-group.ts';
import { filesOf, type EntityFiles, type FilePlan } from '../files/file-plan.ts';
import type { IntervalPeak, IntervalPeaks } from './interval-peak.ts';
import { quotaMillicores, type Ancestry, type Limits } from './limits.ts';
import { NetMember } from '../network/net-member.ts';
import type { NetNamespaces } from '../network/net-namespaces.ts';
import type { ProcessGroup } from '../process/process-group.ts';
import { countersOf } from '../process/leaving.ts';
import { REFRESH, THOROUGH, USUAL } from '../process/process-target.ts';
import { Pressure } from './pressure.ts';
import { Quiet, refreshTicks } from './quiet.ts';
import { GONE } from '../files/sampled-file.ts';
import type { ShardContext } from '../shard-context.ts';

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
  readonly peaks: IntervalPeaks;
  readonly rows: BlockSet;
  readonly devices: DeviceKit;
  readonly networks: NetNamespaces;
  readonly context: ShardContext;
  readonly eventColumns: EventColumns;
  readonly usage: GroupUsage;
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
  #peaks: readonly IntervalPeak[];
  #ancestry: Ancestry;
  readonly devices: DeviceGroup;
  readonly network: NetMember;
  readonly #quiet = new Quiet();
  readonly #pressure: Pressure;
  readonly #rates: CpuRates;
  #ticks = 0;
  /** Its row was read from other directories. */
  #stale = false;
  #memory = -1;
  /** Microseconds since the epoch until which it counts as new. */
  #settledAt = 0;
  /** Spreads the refreshes of many entities over the ticks. */
  readonly #phase: number;
  gone = false;
  /** The last tick that it has a row of; -1 before. */
  lastTick = -1;
  /** Whether something of it had run or changed at the last tick. */
  moved = true;
  /** The tightest memory limit of it and its ancestors, bytes; 0 before the first tick, Infinity when there is none. */
  memoryLimit = 0;

  readonly events: EntityEvents;
  /** What it has added to the CPU time of its group. */
  share: GroupShare;
  /** Not a thing that runs, but the directory above such things. */
  readonly isGroup: boolean;

  constructor(entity: PlacedEntity, kit: EntityKit, processes: ProcessGroup) {
    this.#entity = entity;
    this.isGroup = entity.identity.scope === 'group';
    this.events = new EntityEvents(kit.context, entity.entity, entity.fresh ?? false, kit.eventColumns);
    this.share = new GroupShare(entity, entity.slot);
    if (!this.isGroup && entity.identity.scope !== 'host') processes.follow(this.events);
    this.#kit = kit;
    this.processes = processes;
    this.#files = filesOf(kit.plan, entity);
    this.#peaks = kit.peaks(entity);
    this.#ancestry = kit.limits.of(entity);
    this.devices = new DeviceGroup(kit.devices);
    this.network = new NetMember(entity, kit.networks);
    this.#pressure = new Pressure(kit.columns);
    this.#rates = new CpuRates(kit.columns);
    this.#phase = entity.entity;
    kit.rows.add(this);
  }

  get entity(): Entity {
    return this.#entity;
  }

  get containerId(): string {
    return this.#entity.identity.containerId;
  }

  /** Microseconds since the epoch at which its row was read; -1 before it was. */
  get lastTime(): number {
    return this.#valueOf(TIME_COLUMN);
  }

  /** The CPU usage that its row tells, in microseconds; -1 when it tells none. */
  get lastUsage(): number {
    return this.#valueOf(this.#kit.columns.usage);
  }

  /** The counters of its row, by column. */
  get counters(): Record<string, number> {
    return countersOf(this);
  }

  /** Its files that are read between ticks as well. */
  get burstFiles(): EntityFiles['burst'] {
    return this.#files.burst;
  }

  /** Takes over new directories of the same entity. When only its restart count has become known, its files stay open. */
  change(context: ShardContext, entity: PlacedEntity): void {
    const stays = placeOf(entity) === placeOf(this.#entity);
    this.#entity = entity;
    this.share = new GroupShare(entity, entity.slot, this.share);
    if (stays) return;
    this.#closeFiles(context);
    this.#kit.limits.release(context, this.#ancestry);
    this.events.moved();
    this.#files = filesOf(this.#kit.plan, entity);
    this.#peaks = this.#kit.peaks(entity);
    this.#ancestry = this.#kit.limits.of(entity);
    this.processes.change(entity.processDirectories);
    this.#quiet.disturb();
    this.#ticks = 0;
    this.#stale = true;
  }

  /** Reads what may have changed, of the cgroup and of its processes. */
  sample(context: ShardContext, tick: number): void {
    const at = this.#kit.columns;
    const { columns, row } = this;
    const first = this.#ticks++ === 0;
    const interval = context.task.intervalMs;
    const refresh = first || (this.#ticks + this.#phase) % refreshTicks(interval) === 0;
    if (this.#stale) this.#forget();
    if (!this.#readWitnesses(context, refresh)) return;
    this.#takePeaks(context, refresh);
    const time = context.clock.nowUsec();
    columns.setInt(TIME_COLUMN, row, time);
    columns.setInt(ENTITY_COLUMN, row, this.#entity.entity);
    const { restartCount } = this.#entity.identity;
    if (restartCount !== null) columns.setInt(at.restartCount, row, restartCount);
    const memory = this.#valueOf(at.memory);
    const tasks = this.#valueOf(at.tasks);
    const usage = this.#valueOf(at.usage);
    if (!this.isGroup) this.share.take(this.#kit.usage, usage);
    const moved = this.#quiet.observe(usage, memory, tasks);
    this.moved = moved;
    const reading = refresh ? REFRESH : memory < this.#memory ? THOROUGH : USUAL;
    this.#memory = memory;
    const everything = moved || refresh || this.processes.restless;
    if (first) this.#settledAt = time + SETTLING_USEC;
    if (time < this.#settledAt || (this.#ticks + this.#phase) % refreshTicks(interval, SETTINGS_MS) === 0)
      this.#readSettings(context, tick);
    if (moved || refresh) this.#readAll(context, this.#files.activity, refresh);
    else context.readsSkipped += this.#files.activity.length;
    this.#sampleDevices(context, moved || refresh, refresh, time, tick);
    // Before the processes: what their last rows tell of who is gone is lost with the next reading.
    if (moved || refresh || this.events.restless) this.#observe(time);
    if (this.#pressure.due(moved, refresh, time)) {
      this.#readAll(context, this.#files.pressure, refresh);
      this.#pressure.taken(columns, row, time);
    }
    this.#rates.derive(columns, row, time);
    this.#deriveMemory();
    if (everything) this.processes.sample(context, this.#entity.entity, tick, reading, tasks);
    else this.processes.repeat(context, time, tick);
    if (!this.isGroup) this.processes.sum(columns, row, at);
    const { list, changes } = this.processes;
    this.network.sample(context, list, changes, refresh || time < this.#settledAt, columns, row);
  }

  /** Reads these of its files again, which have changed since the last tick, and looks what that means. */
  written(context: ShardContext, files: readonly string[], tick: number): void {
    if (this.isGroup) return;
    const time = context.clock.nowUsec();
    // When the last process has gone there will be no other reading that still knows who was there.
    const ended = files.includes('cgroup.events');
    for (const file of this.#files.activity)
      if (ended || files.includes(file.name)) file.read(context, this.columns, this.row);
    if (this.#files.settings.some((file) => files.includes(file.name))) this.#readSettings(context, tick);
    this.#observe(time);
    // Whoever is not reaped yet can be read a last time.
    if (ended) this.processes.sample(context, this.#entity.entity, tick, THOROUGH, -1);
  }

  /**
   * For a group, after everything in it was read: what it has used that no row tells.
   * @param sum what the rows tell, NaN when that is not known
   */
  takeResidual(sum: number): void {
    const { residual } = this.#kit.eventColumns;
    const usage = this.#valueOf(this.#kit.columns.usage);
    if (usage >= 0 && !Number.isNaN(sum)) this.columns.setInt(residual, this.row, usage - sum);
    else this.columns.setNull(residual, this.row);
  }

  close(context: ShardContext): void {
    this.#closeFiles(context);
    this.#kit.limits.release(context, this.#ancestry);
    this.processes.close(context);
    this.devices.close();
    this.network.close(context);
    this.#kit.rows.remove(this);
  }

  /** What is not read any more tells nothing: all that there is is read anew at the first tick. */
  #forget(): void {
    this.#stale = false;
    const { columns, row } = this;
    for (let column = ENTITY_COLUMN + 1; column < columns.layout.columns.length; column++) columns.setNull(column, row);
  }

  #observe(time: number): void {
    const { list, columns } = this.processes;
    if (!this.isGroup) this.events.observe(this.columns, this.row, time, list, columns);
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

  /** At every tick, whether the cgroup has moved or not: what another tick saw is no maximum of this one. */
  #takePeaks(context: ShardContext, retry: boolean): void {
    for (const peak of this.#peaks) {
      if (retry) peak.retry();
      peak.sample(context, this.columns, this.row);
    }
  }

  #readAll(context: ShardContext, files: EntityFiles['activity'], retry: boolean): void {
    for (const file of files) {
      if (retry) file.retry();
      file.read(context, this.columns, this.row);
    }
  }

  #sampleDevices(context: ShardContext, due: boolean, retry: boolean, time: number, tick: number): void {
    const { devices } = this.#files;
    if (due || this.devices.mayMove(devices, this.columns, this.row))
      this.devices.sample(context, devices, this.columns, this.row, retry);
    else context.readsSkipped += devices.length;
    this.devices.stamp(context, this.#entity.entity, time, tick);
  }

  #readSettings(context: ShardContext, tick: number): void {
    this.#readAll(context, this.#files.settings, true);
    this.#kit.limits.refresh(context, this.#ancestry, tick);
    this.#rates.limit(this.#cpuLimit(context));
    if (!this.isGroup) this.events.observeSettings(this.columns, this.row, context.clock.nowUsec());
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
    this.memoryLimit = limit;
    if (limit > 0 && limit < Infinity) columns.setDouble(at.memoryPercent, row, (current / limit) * 100);
    else columns.setNull(at.memoryPercent, row);
  }

  #valueOf(column: number): number {
    return this.columns.isValid(column, this.row) ? this.columns.getInt(column, this.row) : -1;
  }

  #closeFiles(context: ShardContext): void {
    const { witnesses, activity, pressure, settings } = this.#files;
    for (const files of [witnesses, activity, pressure, settings]) for (const file of files) file.close(context);
    for (const peak of this.#peaks) peak.close(context);
    for (const { file } of this.#files.devices) file.close(context);
  }
}

function placeOf({ directories, processDirectories }: Entity): string {
  return [...Object.entries(directories).flat(), ...processDirectories].join('\n');
}
