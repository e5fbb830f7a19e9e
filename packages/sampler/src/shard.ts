import type { Entity } from '@fgm/catalog';
import { PidList, ReadErrors, smapsRollupParser } from '@fgm/kernfs';
import { Counters, Doorbell, Ring } from '@fgm/ring';
import { receiveMessageOnPort } from 'node:worker_threads';
import { BlockSet } from './block-set.ts';
import { Control } from './control.ts';
import { SAMPLER_COUNTERS } from './counters.ts';
import { EntityColumns } from './entity-columns.ts';
import { EntityTarget, type EntityKit } from './entity-target.ts';
import { makeFilePlan } from './file-plan.ts';
import { Limits } from './limits.ts';
import { MappingWalk } from './mapping-walk.ts';
import type { SamplerSettings, ShardResult, ShardTask, ToShard } from './messages.ts';
import { ProcessFiles } from './process-files.ts';
import { ProcessGroup, type ProcessKit } from './process-group.ts';
import { Publisher } from './publisher.ts';
import { Redaction } from './redaction.ts';
import { ShardContext } from './shard-context.ts';
import { ShardCounters } from './shard-counters.ts';
import { TickClock } from './tick-clock.ts';

/** When the recorder stops, a tick that is due within this time is still taken. */
const LAST_TICK_MS = 1_000;

/** One sampler thread's work: its entities, its clock, its loop. */
export class Shard {
  readonly context: ShardContext;
  readonly #task: ShardTask;
  readonly #clock: TickClock;
  readonly #control: Control;
  readonly #publisher: Publisher;
  readonly #counters: ShardCounters;
  readonly #entityKit: EntityKit;
  readonly #processKit: ProcessKit;
  readonly #targets = new Map<number, EntityTarget>();
  #ticks = 0;
  #overrun = false;

  constructor(task: ShardTask, clock: TickClock = new TickClock(task.intervalMs)) {
    this.#task = task;
    this.#clock = clock;
    this.#control = new Control(task.control);
    this.context = new ShardContext(task, clock, new ReadErrors(task.readErrors));
    this.#counters = new ShardCounters(new Counters(SAMPLER_COUNTERS, task.counters));
    const ring = new Ring(task.ring.buffer, task.ring.slots, task.ring.slotBytes);
    this.#publisher = new Publisher(ring, new Doorbell(task.doorbell));
    const { containers, processes } = task.layouts;
    this.#entityKit = {
      plan: makeFilePlan(containers),
      columns: new EntityColumns(containers),
      limits: new Limits(containers),
      rows: new BlockSet(containers),
    };
    const files = new ProcessFiles(processes, task.procRoot, task.userHz, task.pageSize);
    const full = task.memory === 'full' ? new MappingWalk(task, this.#publisher) : null;
    this.#processKit = {
      files,
      walk: { columns: files.columns, rollup: smapsRollupParser(processes), mappings: full },
      rows: new BlockSet(processes),
      pids: new PidList(),
    };
  }

  /** Ticks until the recorder stops. */
  run(): ShardResult {
    while (this.#sleepUntilNext()) {
      this.tick();
      if (this.#control.stopping()) break;
    }
    for (const target of this.#targets.values()) target.close(this.context);
    this.context.flush();
    return { shard: this.#task.shard, ticks: this.#ticks };
  }

  /** Takes the tick that is due: reads every target and publishes its rows. */
  tick(): void {
    const clock = this.#clock;
    this.#followClock();
    const before = clock.last();
    const missed = clock.take();
    if (missed > 0) this.#reportMissed(before + 1, clock.last() - 1, missed);
    const tick = clock.last();
    const lateness = clock.lateness();
    const start = performance.now();
    for (const target of this.#targets.values()) {
      target.sample(this.context, tick);
      if (target.gone) this.#remove(target);
    }
    this.context.flush();
    this.#publish(tick);
    this.#ticks++;
    this.#counters.tick(lateness, performance.now() - start, missed, this.#task.intervalMs, clock.now());
    this.#counters.show(this.context, this.#publisher, this.#targets, this.#processKit.rows.count);
  }

  /** Handles all messages that have arrived. New entities get their first rows at once, not at the next tick. */
  takeMessages(): void {
    for (;;) {
      const received = receiveMessageOnPort(this.#task.port);
      if (received === undefined) return;
      const message = received.message as ToShard;
      if (message.type === 'add') this.#join(message.entities);
      else if (message.type === 'change') this.#change(message.entities);
      else if (message.type === 'remove') this.#removeAll(message.entities);
      else this.#settings(message.settings);
    }
  }

  #sleepUntilNext(): boolean {
    for (;;) {
      const seen = this.#control.calls(this.#task.shard);
      this.takeMessages();
      const left = this.#clock.untilNext();
      if (left <= 0) return true;
      if (this.#control.stopping() && left > LAST_TICK_MS) return false;
      this.#control.sleep(this.#task.shard, seen, left);
    }
  }

  #publish(tick: number): void {
    const dropped = this.#publisher.droppedRows;
    this.#publisher.publishAll(this.#entityKit.rows, tick);
    this.#publisher.publishAll(this.#processKit.rows, tick);
    this.#processKit.walk.mappings?.finish(this.context);
    this.#publisher.endTick(tick);
    const lost = this.#publisher.droppedRows - dropped;
    if (lost > 0 && !this.#overrun) this.#reportOverrun(tick, lost);
    this.#overrun = lost > 0;
  }

  /** Reads new entities now, so that what lives shorter than an interval has rows too. The tick that is due reads them itself. */
  #join(entities: readonly Entity[]): void {
    const joined = entities.map((entity) => this.#add(entity));
    const tick = this.#clock.current();
    if (this.#clock.untilNext() <= 0 || this.#mayBeRecorded(tick)) return;
    const rows = joined.filter((target) => {
      target.sample(this.context, tick);
      if (target.gone) this.#remove(target);
      return !target.gone;
    });
    if (rows.length === 0) return;
    this.context.flush();
    this.#publisher.publishSome(this.#entityKit.rows, rows, tick);
    const processes = rows.flatMap((target) => target.processes.list);
    this.#publisher.publishSome(this.#processKit.rows, processes, tick);
    this.#processKit.walk.mappings?.finish(this.context);
    this.#publisher.wake();
  }

  /** A thread or recorder that takes over from a dead one does not know which rows of the current tick that one has left. */
  #mayBeRecorded(tick: number): boolean {
    const { generation, intervalMs, recordedUntilMs = 0 } = this.#task;
    return (generation > 0 && this.#ticks === 0) || tick * intervalMs < recordedUntilMs;
  }

  #add(entity: Entity): EntityTarget {
    this.#targets.get(entity.entity)?.close(this.context);
    const processes = new ProcessGroup(this.#processKit, entity.processDirectories);
    const target = new EntityTarget(entity, this.#entityKit, processes);
    this.#targets.set(entity.entity, target);
    return target;
  }

  #change(entities: readonly Entity[]): void {
    for (const entity of entities) this.#targets.get(entity.entity)?.change(this.context, entity);
  }

  #removeAll(entities: readonly number[]): void {
    for (const entity of entities) {
      const target = this.#targets.get(entity);
      if (target) this.#remove(target);
    }
  }

  #remove(target: EntityTarget): void {
    if (!this.#targets.delete(target.entity.entity)) return;
    target.close(this.context);
  }

  #settings(settings: SamplerSettings): void {
    this.context.walkBudgetUsec = settings.walkBudgetUsec;
    this.context.redaction = new Redaction(settings.redact);
  }

  #followClock(): void {
    const step = this.#clock.followWall();
    if (step === 0) return;
    this.#counters.clockStep();
    if (this.#task.shard > 0) return; // every shard follows, one says so
    this.#event('clock_step', { step_ms: Math.round(step) });
  }

  #reportMissed(from: number, to: number, count: number): void {
    this.#event('ticks_missed', { from, to, count, shard: this.#task.shard });
  }

  #reportOverrun(tick: number, rows: number): void {
    this.#event('ring_overrun', { tick, rows, shard: this.#task.shard });
  }

  #event(type: 'clock_step' | 'ticks_missed' | 'ring_overrun', detail: Record<string, unknown>): void {
    this.context.event({ type, severity: 'warning', time: this.#clock.nowUsec(), entity: null, pid: null, detail });
  }
}
