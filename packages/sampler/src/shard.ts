import { ReadErrors } from '@fgm/kernfs';
import { Counters, Doorbell, Ring } from '@fgm/ring';
import { receiveMessageOnPort } from 'node:worker_threads';
import { BurstCapture } from './burst/burst-capture.ts';
import { Control } from './control.ts';
import { SAMPLER_COUNTERS } from './counters.ts';
import { entityKit } from './entity/entity-kit.ts';
import { EntityTarget, type EntityKit } from './entity/entity-target.ts';
import { FinalRows } from './rows/final-rows.ts';
import { GroupUsage } from './group/group-usage.ts';
import { HeldLives } from './entity/held-lives.ts';
import { exists, isNews, notBelow, type Leaving } from './process/leaving.ts';
import type { FromShardToMain, PlacedEntity, SamplerSettings, ShardResult, ShardTask, ToShard } from './messages.ts';
import { NamespaceClaims } from './network/namespace-claims.ts';
import { NetKit } from './network/net-kit.ts';
import { NetNamespaces } from './network/net-namespaces.ts';
import { NodeTarget } from './node-target.ts';
import { processKit } from './process/process-kit.ts';
import { ProcessGroup, type ProcessKit } from './process/process-group.ts';
import { Publisher } from './rows/publisher.ts';
import { Redaction } from './process/redaction.ts';
import { ShardContext } from './shard-context.ts';
import { ShardCounters } from './shard-counters.ts';
import { TickClock } from './tick-clock.ts';
import { WakeLead } from './wake-lead.ts';
import type { WalkScheduler } from './walk/walk-scheduler.ts';
import { MeasuredWalkTime, type WalkTime } from './walk/walk-time.ts';

/** When the recorder stops, a tick that is due within this time is still taken. */
const LAST_TICK_MS = 1_000;
/** Walks that wait for their budget wait at least so long, milliseconds. */
const LEAST_REST_MS = 1;
/** Shorter sleeps tell nothing of how late a thread wakes. */
const TELLING_SLEEP_MS = 1;

/** Milliseconds after which a victim of the OOM killer that was not gone is looked for again. */
const SEARCH_MS = 5;
/** How long a group's figures may wait for the other shards: a share of the interval, and at most so many milliseconds. */
const PATIENCE_SHARE = 0.25;
const PATIENCE_MS = 50;

/** One sampler thread's work: its entities, its clock, its loop. */
export class Shard {
  readonly context: ShardContext;
  readonly #task: ShardTask;
  readonly #clock: TickClock;
  readonly #control: Control;
  readonly #lead: WakeLead;
  readonly #publisher: Publisher;
  readonly #counters: ShardCounters;
  /** What watches the entities between ticks; null when nothing does. */
  readonly bursts: BurstCapture | null;
  readonly #entityKit: EntityKit;
  readonly #processKit: ProcessKit;
  readonly #networks: NetNamespaces;
  /** The machine, which the first shard records. */
  readonly #node: NodeTarget | null;
  readonly #targets = new Map<number, EntityTarget>();
  readonly #leaving = new Map<number, Leaving>();
  /** Entities in which the OOM killer was and whose victim is looked for. */
  readonly #searching = new Set<EntityTarget>();
  readonly #finals: FinalRows;
  readonly #lives = new HeldLives();
  readonly #usage: GroupUsage;
  #ticks = 0;
  #overrun = false;

  constructor(
    task: ShardTask,
    clock: TickClock = new TickClock(task.intervalMs),
    walkTime: WalkTime = new MeasuredWalkTime(),
  ) {
    this.#task = task;
    this.#clock = clock;
    this.#control = new Control(task.control);
    this.#lead = new WakeLead(task.intervalMs);
    this.context = new ShardContext(task, clock, new ReadErrors(task.readErrors), walkTime);
    this.#counters = new ShardCounters(new Counters(SAMPLER_COUNTERS, task.counters));
    const ring = new Ring(task.ring.buffer, task.ring.slots, task.ring.slotBytes);
    this.#publisher = new Publisher(ring, new Doorbell(task.doorbell));
    const { containers, processes, interfaces } = task.layouts;
    const claims = new NamespaceClaims(task.shard, task.namespaceClaims);
    if (task.generation > 0) claims.releaseAll();
    this.#networks = new NetNamespaces(new NetKit(containers, interfaces, claims, task.intervalMs));
    this.#node = task.shard === 0 ? new NodeTarget(task) : null;
    this.#usage = new GroupUsage(task.shards, task.shard, task.groupUsage);
    if (task.generation > 0) this.#usage.spoil();
    this.#finals = new FinalRows(containers, processes);
    this.bursts = this.#makeBursts(task);
    this.#entityKit = entityKit(this.context, this.#networks, this.#usage, this.bursts !== null);
    this.#processKit = processKit(task, this.#publisher, this.#finals);
  }

  /** The page walks that are done between the ticks. */
  get walks(): WalkScheduler {
    return this.#processKit.walk.scheduler;
  }

  /** Ticks until the recorder stops. */
  run(): ShardResult {
    while (this.#sleepUntilNext()) {
      this.tick();
      if (this.#control.stopping()) break;
    }
    return this.finish();
  }

  /** Ends everything and publishes the rows that are left: there is no further tick. */
  finish(): ShardResult {
    this.bursts?.close();
    for (const target of this.#targets.values()) {
      target.events.close(this.#clock.nowUsec());
      target.close(this.context);
    }
    this.#node?.close(this.context);
    this.context.flush();
    this.#publishLeft();
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
    this.#finals.tick = tick;
    for (const entity of this.#lives.admit(tick)) this.#add(entity);
    const lateness = clock.lateness();
    const start = performance.now();
    this.#networks.begin(tick);
    this.#node?.sample(this.context);
    for (const target of this.#targets.values()) {
      if (target.isGroup) continue;
      target.sample(this.context, tick);
      if (target.gone) this.#remove(target);
      else this.#took(target, tick);
    }
    this.#usage.finish(tick);
    this.#sampleGroups(tick);
    this.context.flush();
    this.#publish(tick);
    this.#ticks++;
    this.#counters.tick(lateness, performance.now() - start, missed, this.#task.intervalMs, clock.now());
    this.#counters.show(this.context, this.#publisher, this.#targets, this.#processKit.rows.count);
    if (this.bursts !== null) this.#counters.showBursts(this.context, this.bursts);
  }

  /** Does what there is to be done between the ticks, as far as it can be done without time that passes. */
  workBetween(): void {
    this.#search();
    const { walks, context } = this;
    while (walks.count > 0 && walks.work(context, this.#task.intervalMs) < LEAST_REST_MS);
  }

  #makeBursts(task: ShardTask): BurstCapture | null {
    if (!task.burst) return null;
    const bursts = new BurstCapture(this.context, this.#publisher, task.layouts, task.burst);
    this.context.onEvent = (event) => bursts.event(event);
    return bursts;
  }

  /** Handles all messages that have arrived. New entities get their first rows at once, not at the next tick. */
  takeMessages(): void {
    for (;;) {
      const received = receiveMessageOnPort(this.#task.port);
      if (received === undefined) return;
      this.#take(received.message as ToShard);
    }
  }

  #take(message: ToShard): void {
    if (message.type === 'add') this.#join(message.entities);
    else if (message.type === 'change') this.#change(message.entities);
    else if (message.type === 'remove') this.#removeAll(message);
    else if (message.type === 'written') this.#written(message);
    else this.#settings(message.settings);
  }

  /** Groups last: what they have used is compared with what the rows of all in them tell. */
  #sampleGroups(tick: number): void {
    const patience = Math.min(PATIENCE_MS, this.#task.intervalMs * PATIENCE_SHARE);
    for (const target of this.#targets.values()) {
      if (!target.isGroup) continue;
      const sum = this.#usage.sum(target.share.slot, tick, patience);
      target.sample(this.context, tick);
      if (target.gone) this.#remove(target);
      else target.takeResidual(sum);
    }
  }

  #written({ written }: ToShard & { type: 'written' }): void {
    this.#finals.tick = this.#clock.last() + 1;
    const tick = this.#clock.current();
    for (const { entity, files } of written) {
      const target = this.#targets.get(entity);
      if (target === undefined) continue;
      target.written(this.context, files, tick);
      if (target.events.searching) this.#searching.add(target);
    }
    this.context.flush();
  }

  /** Looks for victims of the OOM killer that were not gone at once. @returns milliseconds until it is to be called again */
  #search(): number {
    if (this.#searching.size === 0) return Infinity;
    const now = this.#clock.nowUsec();
    for (const target of this.#searching) {
      target.events.search(now);
      if (!target.events.searching) this.#searching.delete(target);
    }
    this.context.flush();
    return this.#searching.size === 0 ? Infinity : SEARCH_MS;
  }

  /** The last rows of what has gone since the last tick, when there is no next one. */
  #publishLeft(): void {
    for (let tick = this.#clock.last() + 1; this.#finals.count > 0; tick++) {
      this.#finals.publish(this.#publisher, tick);
      this.#publisher.endTick(tick);
    }
  }

  #sleepUntilNext(): boolean {
    for (;;) {
      const seen = this.#control.calls(this.#task.shard);
      this.takeMessages();
      const left = this.#clock.untilNext();
      if (left <= 0) return true;
      if (this.#control.stopping() && left > LAST_TICK_MS) return false;
      if (left <= this.#lead.ms) return this.#clock.waitAwake();
      // Long page walks are done in the time between the ticks, with a look at the messages after each moment.
      const rest = Math.min(this.#search(), this.bursts?.step(left) ?? left);
      if (rest > 0) this.#sleep(seen, Math.min(rest, this.walks.work(this.context, rest)), left);
    }
  }

  /** Sleeps until there is a message, at most so long, and no longer than until a little before the tick. */
  #sleep(seen: number, milliseconds: number, left: number): void {
    const time = Math.min(milliseconds, left - this.#lead.ms);
    const end = this.#clock.now() + time;
    const called = this.#control.sleep(this.#task.shard, seen, time);
    // The pauses of page walks are many and hardly sleep: they would teach the lead that nobody ever wakes late.
    if (!called && time >= TELLING_SLEEP_MS) this.#lead.observe(this.#clock.now() - end);
  }

  #publish(tick: number): void {
    const dropped = this.#publisher.droppedRows;
    this.#finals.publish(this.#publisher, tick);
    this.#publisher.publishAll(this.#entityKit.rows, tick);
    this.#publisher.publishAll(this.#processKit.rows, tick);
    this.#publisher.publishAll(this.#entityKit.devices.rows, tick);
    this.#publisher.publishAll(this.#networks.kit.interfaces, tick);
    if (this.#node !== null) this.#publisher.publishAll(this.#node.rows, tick);
    this.#processKit.walk.mappings?.finish(this.context);
    this.bursts?.endTick(tick);
    this.#publisher.endTick(tick);
    const lost = this.#publisher.droppedRows - dropped;
    if (lost > 0 && !this.#overrun) this.#event('ring_overrun', { tick, rows: lost, shard: this.#task.shard });
    this.#overrun = lost > 0;
  }

  /** Reads new entities now, so that what lives shorter than an interval has rows too. The tick that is due reads them itself. */
  #join(entities: readonly PlacedEntity[]): void {
    const tick = this.#clock.current();
    const joined = entities.filter((entity) => !this.#hold(entity, tick)).map((entity) => this.#add(entity));
    if (this.#clock.untilNext() <= 0 || this.#mayBeRecorded(tick)) return;
    this.#networks.begin(tick);
    const rows = joined.filter((target) => {
      target.sample(this.context, tick);
      const gone = target.gone || !exists(target.entity);
      if (gone) this.#remove(target);
      else this.#took(target, tick);
      return !gone;
    });
    if (rows.length === 0) return;
    this.context.flush();
    this.#publisher.publishSome(this.#entityKit.rows, rows, tick);
    const processes = rows.flatMap((target) => target.processes.list);
    this.#publisher.publishSome(this.#processKit.rows, processes, tick);
    const devices = rows.flatMap((target) => target.devices.list);
    this.#publisher.publishSome(this.#entityKit.devices.rows, devices, tick);
    const interfaces = this.#networks.born().flatMap((namespace) => namespace.rows.list);
    this.#publisher.publishSome(this.#networks.kit.interfaces, interfaces, tick);
    this.#processKit.walk.mappings?.finish(this.context);
    this.#publisher.wake();
  }

  #took(target: EntityTarget, tick: number): void {
    target.lastTick = tick;
    this.bursts?.takeTick(target, tick);
  }

  /** Whether it waits because an earlier life of it has a row of this tick, or may get one by a message that follows. */
  #hold(entity: PlacedEntity, tick: number): boolean {
    const { containerId, cgroup } = entity.identity;
    const before = [...this.#targets.values()].find((target) => target.containerId === containerId);
    // There are no two directories of one path: that of before is gone.
    if (before !== undefined && before.entity.entity !== entity.entity && before.entity.identity.cgroup === cgroup)
      this.#remove(before);
    const follows = [...this.#leaving.values()].some((one) => one.containerId === containerId);
    return this.#lives.hold(entity, tick, follows);
  }

  /** A thread or recorder that takes over from a dead one does not know which rows of the current tick that one has left. */
  #mayBeRecorded(tick: number): boolean {
    const { generation, intervalMs, recordedUntilMs = 0 } = this.#task;
    return (generation > 0 && this.#ticks === 0) || tick * intervalMs < recordedUntilMs;
  }

  #add(entity: PlacedEntity): EntityTarget {
    this.#targets.get(entity.entity)?.close(this.context);
    const processes = new ProcessGroup(this.#processKit, entity.processDirectories, entity.identity.scope);
    const target = new EntityTarget(entity, this.#entityKit, processes);
    this.#targets.set(entity.entity, target);
    return target;
  }

  #change(entities: readonly PlacedEntity[]): void {
    for (const entity of entities) {
      this.#targets.get(entity.entity)?.change(this.context, entity);
      this.#lives.change(entity);
    }
  }

  #removeAll({ entities, figures = [] }: ToShard & { type: 'remove' }): void {
    this.#finals.tick = this.#clock.last() + 1;
    for (const entity of entities) {
      // One that is gone before its first tick has no rows, but events and last figures.
      const held = this.#lives.take(entity);
      if (held !== undefined) this.#remove(this.#add(held));
    }
    for (const last of figures) {
      const known = this.#targets.get(last.entity) ?? this.#leaving.get(last.entity);
      // An empty cgroup may have had rows for long after its end: they tell the same.
      if (isNews(last, known)) {
        const next = this.#finals.tick;
        const tick = known === undefined ? next : this.#lives.claim(known.containerId, next);
        this.#finals.addEntity(notBelow(last, known?.counters ?? {}), (known?.lastTime ?? -1) + 1, tick);
      }
      known?.share.take(this.#usage, last.values['cpu_stat_usage_usec'] ?? -1);
      known?.events.observeEnd(last.values, last.time, this.#targets.get(last.entity) ?? null);
    }
    for (const entity of entities) {
      const target = this.#targets.get(entity);
      if (target) this.#remove(target);
      this.#leaving.get(entity)?.events.close(this.#clock.nowUsec());
      this.#leaving.delete(entity);
    }
    this.context.flush();
  }

  #remove(target: EntityTarget): void {
    if (!this.#targets.delete(target.entity.entity)) return;
    this.bursts?.leave(target.entity.entity);
    this.#searching.delete(target);
    const { containerId, share, events, lastTime, lastUsage, counters } = target;
    this.#lives.end(containerId, target.lastTick);
    this.#leaving.set(target.entity.entity, { containerId, share, events, lastTime, lastUsage, counters });
    target.processes.end();
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
    const detail = { from, to, count, shard: this.#task.shard };
    const time = this.#clock.nowUsec();
    const event = { type: 'ticks_missed', severity: 'warning', time, entity: null, pid: null, detail } as const;
    // To main, which makes one event of what all shards tell of one stall.
    this.#task.port.postMessage({ type: 'event', event } satisfies FromShardToMain);
  }

  #event(type: 'clock_step' | 'ring_overrun', detail: Record<string, unknown>): void {
    this.context.event({ type, severity: 'warning', time: this.#clock.nowUsec(), entity: null, pid: null, detail });
  }
}
