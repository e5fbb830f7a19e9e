import { Columns, ENTITY_COLUMN, makeLayout, type RecordedEvent } from '@fgm/catalog';
import { TickColumns, TriggerColumns } from './burst-columns.ts';
import { BurstPool } from './burst-pool.ts';
import { BurstPublisher } from './burst-publisher.ts';
import { BurstSchedule } from './burst-schedule.ts';
import type { BurstEvent, BurstSettings } from './burst-settings.ts';
import { BurstTarget, type BurstKit } from './burst-target.ts';
import type { EntityTarget } from '../entity/entity-target.ts';
import type { SamplerLayouts } from '../messages.ts';
import type { Publisher } from '../rows/publisher.ts';
import type { ShardContext } from '../shard-context.ts';

/** A sub-tick may take this share of its interval: beyond it entities are passed by, and come first next time. */
const BUDGET_SHARE = 0.05;
/** Entities between two looks at the clock. */
const STRIDE = 8;
/** What has not run for so long rests: it is looked at in one of so many sub-ticks. */
const REST_USEC = 2_000_000;
const REST_STRIDE = 5;
/** So many that rest are looked at in the same one: to wake up for a few of them costs more than to read them. */
const REST_TOGETHER = 128;
/** Rows of a burst wait no longer than this for a slot, where ticks are further apart, milliseconds. */
const PUBLISH_MS = 1_000;
/** At the end there is no later round for what did not fit into one. */
const LAST_ROUNDS = 16;

/**
 * Keeps the last seconds of a shard's entities at a higher rate than its ticks, and publishes them when a trigger fires: the time
 * before it, and a while after it. What is kept is bounded by memory; where it is scarce, whoever has been still for longest
 * makes room for who moves.
 */
export class BurstCapture {
  subTicks = 0;
  /** Rows that were kept, most of them overwritten since. */
  rowsKept = 0;
  /** Bursts that have ended and left rows. */
  bursts = 0;
  /** Ticks of entities that moved and had no room. */
  refused = 0;
  /** Rows that were left out because a sub-tick took too long. */
  passedBy = 0;
  readonly schedule: BurstSchedule;
  readonly published: BurstPublisher;
  readonly #context: ShardContext;
  readonly #publisher: Publisher;
  readonly #settings: BurstSettings;
  readonly #pool: BurstPool;
  readonly #kit: BurstKit;
  /** Entities that are watched, by number, and those that have gone and whose rows are still kept. */
  readonly #byEntity = new Map<number, BurstTarget>();
  readonly #list: BurstTarget[] = [];
  readonly #gone: BurstTarget[] = [];
  #full = false;
  /** Places in the list at which a sub-tick begins. */
  #first = 0;
  #firstUrgent = 0;
  #neededMs = 0;
  /** When the present sub-tick began, microseconds since the epoch. */
  #startUsec = 0;
  #publishedAt = 0;
  #bursting = 0;
  /** Whether somebody is looked at in every sub-tick. While nobody is, the thread sleeps through those that nobody is looked at in. */
  #awake = true;

  constructor(context: ShardContext, publisher: Publisher, layouts: SamplerLayouts, settings: BurstSettings) {
    this.#context = context;
    this.#publisher = publisher;
    this.#settings = settings;
    const { columns } = layouts.bursts;
    this.#pool = new BurstPool(settings, context.task.shards, columns.length);
    this.#kit = {
      scratch: new Columns(makeLayout('bursts', columns, 64)),
      at: new TriggerColumns(layouts.bursts),
      atTick: new TickColumns(layouts.containers, layouts.bursts, ENTITY_COLUMN + 1),
      triggers: settings.triggers,
    };
    this.schedule = new BurstSchedule(settings.intervalMs);
    this.published = new BurstPublisher(publisher, layouts.bursts);
    this.schedule.restart(context.clock.now());
  }

  /** Entities that are watched now. */
  get watched(): number {
    return this.#list.length;
  }

  /** Memory that is in use for what is kept. */
  get bytes(): number {
    return this.#byEntity.size * this.#pool.historyBytes;
  }

  /** Takes over what a tick has read of an entity. An entity that has not moved is watched only while there is room. */
  takeTick(target: EntityTarget, tick: number): void {
    const { scope } = target.entity.identity;
    if (scope !== 'container' && scope !== 'service' && scope !== 'sandbox') return;
    const one = this.#byEntity.get(target.entity.entity) ?? this.#admit(target);
    if (one === null) return;
    const kept = one.history.end;
    const alarm = one.takeTick(target, tick);
    this.rowsKept += one.history.end - kept;
    if (target.moved || one.urgent) this.#awake = true;
    if (alarm !== null) this.#trigger(one, alarm, one.timeOf(one.history.end - 1));
  }

  /** Ends a tick: rows of bursts follow those of the tick. */
  endTick(tick: number): void {
    this.#full = false;
    this.schedule.restart(this.#context.clock.now());
    this.#forgetGone();
    this.#publish(tick);
  }

  /** Takes a sub-tick when one is due. @returns milliseconds to sleep, at most `left`; 0 when something was done */
  step(left: number): number {
    if (this.#list.length === 0) return left;
    const { clock } = this.#context;
    const now = clock.now();
    const wait = this.schedule.until(now, left, this.#neededMs, this.#stride());
    if (wait > 0) return wait;
    this.#subTick();
    if (this.#bursting > 0 && now - this.#publishedAt >= PUBLISH_MS) {
      this.#publish(clock.last());
      this.#publisher.wake();
    }
    return 0;
  }

  /** An entity has gone. Its burst ends; what is kept of it stays a while for a trigger that is told late. */
  leave(entity: number): void {
    const one = this.#byEntity.get(entity);
    if (one === undefined || one.target === null) return;
    one.target = null;
    one.movedAt = this.#context.clock.nowUsec();
    this.#list.splice(this.#list.indexOf(one), 1);
    this.#gone.push(one);
    if (one.burst !== null) one.burst.until = Math.min(one.burst.until, one.movedAt);
  }

  /** Looks whether an event of an entity is a trigger. */
  event(event: RecordedEvent): void {
    if (event.entity === null || !this.#settings.triggers.events.includes(event.type as BurstEvent)) return;
    const one = this.#byEntity.get(event.entity);
    if (one !== undefined) this.#trigger(one, event.type, event.time);
  }

  /** Publishes what is left and ends all bursts. */
  close(): void {
    const now = this.#context.clock.nowUsec();
    for (const one of this.#byEntity.values()) if (one.burst !== null) one.burst.until = Math.min(one.burst.until, now);
    for (let round = 0; this.#bursting > 0 && round < LAST_ROUNDS; round++) this.#publish(this.#context.clock.last());
    this.#publisher.wake();
  }

  #subTick(): void {
    const start = this.#context.clock.now();
    const deadline = start + this.#settings.intervalMs * BUDGET_SHARE;
    this.subTicks++;
    this.#startUsec = start * 1000;
    // Whoever was passed by comes first next time.
    this.#firstUrgent = this.#sampleAll(true, deadline, this.#firstUrgent);
    this.#first = this.#sampleAll(false, deadline, this.#first);
    this.#awake = this.#isAnyAwake();
    const end = this.#context.clock.now();
    if (end > deadline) this.#countPassedBy();
    const took = end - start;
    this.#neededMs = Math.max(took, this.#neededMs * 0.9);
  }

  /** Samples those in trouble, or all others, from place `first` on. @returns the place of the first one there was no time for */
  #sampleAll(urgent: boolean, deadline: number, first: number): number {
    const list = this.#list;
    let done = 0;
    for (let index = 0; index < list.length; index++) {
      const place = (first + index) % list.length;
      const one = list[place]!;
      if (one.sampled === this.subTicks || one.urgent !== urgent) continue;
      if (!urgent && this.#isPassedBy(one, place)) continue;
      if (++done % STRIDE === 0 && this.#context.clock.now() > deadline) return place;
      this.#sample(one);
    }
    return first;
  }

  /** Sub-ticks from one that somebody is looked at in to the next. */
  #stride(): number {
    return this.#awake || this.#list.length > REST_TOGETHER ? 1 : REST_STRIDE;
  }

  #isAnyAwake(): boolean {
    for (let place = 0; place < this.#list.length; place++) {
      const one = this.#list[place]!;
      if (one.urgent || !this.#rests(one)) return true;
    }
    return false;
  }

  /** What rests is looked at only now and then: as soon as it is seen to run, at every sub-tick again. */
  #isPassedBy(one: BurstTarget, place: number): boolean {
    const turn = Math.floor(place / REST_TOGETHER) % REST_STRIDE;
    return this.schedule.number % REST_STRIDE !== turn && this.#rests(one);
  }

  #rests(one: BurstTarget): boolean {
    return this.#startUsec - one.movedAt > REST_USEC;
  }

  #sample(one: BurstTarget): void {
    one.sampled = this.subTicks;
    const kept = one.history.end;
    const alarm = one.sample(this.#context, this.#context.task.intervalMs);
    this.rowsKept += one.history.end - kept;
    if (alarm !== null) this.#trigger(one, alarm, one.timeOf(one.history.end - 1));
  }

  #countPassedBy(): void {
    for (const [place, one] of this.#list.entries())
      if (one.sampled !== this.subTicks && (one.urgent || !this.#isPassedBy(one, place))) this.passedBy++;
  }

  /** Begins a burst, or lets the one that goes on last longer. Of an entity that has gone there is nothing to wait for. */
  #trigger(one: BurstTarget, trigger: string, time: number): void {
    const until = one.target === null ? one.movedAt : time + this.#settings.afterMs * 1000;
    if (one.burst !== null) {
      one.burst.until = Math.max(one.burst.until, until);
      one.burst.triggers++;
      return;
    }
    one.skipUntil(time - this.#settings.windowMs * 1000);
    one.burst = { trigger, at: time, until, triggers: 1, from: -1, to: -1, rows: 0, lost: 0 };
    this.#bursting++;
    this.#wake();
  }

  /** From the next sub-tick on somebody is looked at in each; those that were slept through are not made up for. */
  #wake(): void {
    if (!this.#awake) this.schedule.restart(this.#context.clock.now());
    this.#awake = true;
  }

  #publish(tick: number): void {
    if (this.#bursting === 0) return;
    const { clock } = this.#context;
    this.#publishedAt = clock.now();
    const now = clock.nowUsec();
    this.published.begin();
    for (const one of this.#byEntity.values()) {
      if (one.burst === null) continue;
      // A clock that was set back must not make it go on for as long.
      one.burst.until = Math.min(one.burst.until, now + this.#settings.afterMs * 1000);
      if (this.published.add(one, tick) && now >= one.burst.until) this.#end(one, now);
    }
    this.published.end(tick);
    this.#context.flush();
  }

  /** What happened stands in one event, once all rows are published. A gone entity has nothing more to tell. */
  #end(one: BurstTarget, now: number): void {
    const { trigger, at, triggers, from, to, rows, lost } = one.burst!;
    one.burst = null;
    this.#bursting--;
    if (rows === 0) return;
    this.bursts++;
    const detail = { trigger, at, triggers, from, to, rows, ...(lost > 0 ? { lost } : {}) };
    this.#context.event({ type: 'burst', severity: 'info', time: now, entity: one.entity, pid: null, detail });
  }

  #admit(target: EntityTarget): BurstTarget | null {
    if (this.#full) return this.#refuse(target);
    const history = this.#pool.take() ?? (target.moved ? this.#makeRoom() : null);
    if (history === null) return this.#refuse(target);
    const one = new BurstTarget(target, history, this.#kit);
    this.#byEntity.set(one.entity, one);
    this.#list.push(one);
    return one;
  }

  #refuse(target: EntityTarget): null {
    if (target.moved) this.refused++;
    return null;
  }

  /** The history of somebody who has gone, or has not moved for a whole window. */
  #makeRoom(): ReturnType<BurstPool['take']> {
    const idle = this.#gone.find(({ burst }) => burst === null) ?? this.#stillest();
    if (idle === null) this.#full = true;
    else this.#forget(idle);
    return idle === null ? null : this.#pool.take();
  }

  #stillest(): BurstTarget | null {
    const before = this.#context.clock.nowUsec() - this.#settings.windowMs * 1000;
    let stillest: BurstTarget | null = null;
    for (const one of this.#list) {
      if (one.burst === null && one.movedAt < (stillest?.movedAt ?? before)) stillest = one;
    }
    return stillest;
  }

  #forgetGone(): void {
    const before = this.#context.clock.nowUsec() - this.#settings.afterMs * 1000;
    for (let index = this.#gone.length - 1; index >= 0; index--) {
      const one = this.#gone[index]!;
      if (one.burst === null && one.movedAt < before) this.#forget(one);
    }
  }

  #forget(one: BurstTarget): void {
    const list = one.target === null ? this.#gone : this.#list;
    list.splice(list.indexOf(one), 1);
    this.#byEntity.delete(one.entity);
    this.#pool.give(one.history);
  }
}
