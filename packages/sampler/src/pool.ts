import type { Entity, RecordedEvent, Removal, Written } from '@fgm/catalog';
import { ReadErrors } from '@fgm/kernfs';
import { Counters, Ring } from '@fgm/ring';
import { Piscina } from 'piscina';
import { setTimeout as delay } from 'node:timers/promises';
import { MessageChannel, receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import { Control } from './control.ts';
import { SAMPLER_COUNTERS, type SamplerCounter } from './counters.ts';
import { GroupPlaces } from './group/group-places.ts';
import { GroupUsage } from './group/group-usage.ts';
import { NamespaceClaims } from './network/namespace-claims.ts';
import type { FromShardToMain, PlacedEntity, SamplerSettings, ShardResult, ShardTask, ToShard } from './messages.ts';

/** What all shards have in common; the rest of a ShardTask is made per shard. */
export type CommonTask = Omit<
  ShardTask,
  | 'shard'
  | 'shards'
  | 'generation'
  | 'recordedUntilMs'
  | 'ring'
  | 'counters'
  | 'readErrors'
  | 'control'
  | 'groupUsage'
  | 'namespaceClaims'
  | 'port'
  | 'writerPort'
>;

export interface PoolOptions {
  readonly task: CommonTask;
  readonly shards: number;
  /** Size of each shard's ring. */
  readonly slots: number;
  readonly slotBytes: number;
  /** Hands the writer its end of a new shard's channel. Called before the shard starts. */
  readonly connect: (port: MessagePort) => void;
  readonly onEvent: (event: RecordedEvent) => void;
  /** Something that several shards tell of at about the same time, such as missed ticks. */
  readonly onShardEvent: (event: RecordedEvent) => void;
  /** A shard that could not be started again: the recorder has lost part of its eyes. */
  readonly onFatal: (error: Error) => void;
}

/** piscina takes the type from an overload of postMessage that knows no list. */
type TransferList = NonNullable<NonNullable<Parameters<Piscina['run']>[1]>['transferList']>;

interface ShardHandle {
  readonly shard: number;
  readonly ring: Ring;
  readonly counters: Counters<SamplerCounter>;
  readonly readErrors: ReadErrors;
  readonly entities: Map<number, PlacedEntity>;
  generation: number;
  port: MessagePort | null;
}

/** A shard that has not ended this long after it was told to has missed its last tick, which takes a second at most to come. */
const STOP_PATIENCE_MS = 3_000;

/** Containers that have gone and are remembered with their shards, should they be started again. */
const MOST_FORMER = 4_096;

/** A shard that dies this often in a row without completing a tick is given up. */
const MAX_RESTARTS = 5;

/**
 * The sampler threads: one never-ending piscina task a shard. An entity goes to the shard with the fewest, and stays there
 * with its processes. A shard that dies is started again with its entities, and an event says so.
 */
export class SamplerPool {
  readonly #options: PoolOptions;
  readonly #control: Control;
  readonly #groupUsage: GroupUsage;
  readonly #namespaceClaims = new SharedArrayBuffer(NamespaceClaims.byteLength);
  readonly #places: GroupPlaces;
  readonly #shards: ShardHandle[];
  /** Container id → where it is. */
  readonly #homes = new Map<string, ShardHandle>();
  /** Container id → where it was, the one that left last at the end. */
  readonly #former = new Map<string, ShardHandle>();
  readonly #piscina: Piscina<ShardTask, ShardResult>;
  #settings: SamplerSettings;
  #recordedUntilMs = 0;
  #tasks: Promise<void>[] = [];

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#settings = { walkBudgetUsec: options.task.walkBudgetUsec, redact: options.task.redact };
    this.#control = Control.create(options.shards);
    this.#groupUsage = new GroupUsage(options.shards);
    this.#places = new GroupPlaces(this.#groupUsage);
    this.#shards = Array.from({ length: options.shards }, (_, shard) => ({
      shard,
      ring: Ring.create(options.slots, options.slotBytes),
      counters: Counters.create(SAMPLER_COUNTERS),
      readErrors: new ReadErrors(),
      entities: new Map<number, PlacedEntity>(),
      generation: 0,
      port: null,
    }));
    this.#piscina = new Piscina({
      filename: import.meta.resolve('@fgm/sampler/worker'),
      minThreads: options.shards,
      maxThreads: options.shards,
      concurrentTasksPerWorker: 1,
      idleTimeout: Infinity,
      atomics: 'disabled',
      // Young generation of 1 MB: a shard allocates next to nothing, and a larger one would only be resident memory.
      resourceLimits: { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 256 },
    });
  }

  /** By shard. The writer drains the rings; the agent shows the numbers. */
  get rings(): readonly Ring[] {
    return this.#shards.map((shard) => shard.ring);
  }

  get counters(): readonly Counters<SamplerCounter>[] {
    return this.#shards.map((shard) => shard.counters);
  }

  get readErrors(): readonly ReadErrors[] {
    return this.#shards.map((shard) => shard.readErrors);
  }

  /** @param recordedUntilMs end of what earlier runs have recorded, in milliseconds since the epoch */
  start(recordedUntilMs = 0): void {
    this.#recordedUntilMs = recordedUntilMs;
    this.#tasks = this.#shards.map((handle) => this.#supervise(handle));
  }

  /** @param fresh they came to be just now, and did not exist when they were first looked for */
  add(entities: readonly Entity[], fresh = false): void {
    const placed = this.#places.place(entities, fresh);
    for (const entity of placed) this.#shardFor(entity).entities.set(entity.entity, entity);
    this.#forward('add', placed);
    // Whoever starts anew with them has not seen them come.
    for (const entity of placed) this.#shardOf(entity.entity)?.entities.set(entity.entity, { ...entity, fresh: false });
  }

  change(entities: readonly Entity[]): void {
    const placed = entities.map((entity) => ({ ...entity, slot: this.#places.change(entity) }));
    for (const entity of placed) this.#shardOf(entity.entity)?.entities.set(entity.entity, entity);
    this.#forward('change', placed);
  }

  /** The last figures of those that are gone become their last rows. */
  remove(removals: readonly Removal[]): void {
    for (const handle of this.#shards) {
      const mine = removals.filter(({ entity }) => this.#forget(handle, entity));
      const figures = mine.flatMap(({ entity, figures: read }) => (read === null ? [] : [{ entity, ...read }]));
      const entities = mine.map(({ entity }) => entity);
      if (mine.length > 0) this.#send(handle, { type: 'remove', entities, figures });
    }
  }

  /** Has files looked at that have changed, now and not at the next tick. */
  written(written: readonly Written[]): void {
    for (const handle of this.#shards) {
      const mine = written.filter(({ entity }) => handle.entities.has(entity));
      if (mine.length > 0) this.#send(handle, { type: 'written', written: mine });
    }
  }

  settings(settings: SamplerSettings): void {
    this.#settings = settings;
    for (const handle of this.#shards) this.#send(handle, { type: 'settings', settings });
  }

  /**
   * Lets every shard take its last tick and ends the threads. False when one hangs in a read that the kernel does not
   * finish: such a thread cannot be ended, and the process cannot exit as long as it is there.
   */
  async stop(): Promise<boolean> {
    this.#control.stop();
    const ended = await Promise.race([Promise.all(this.#tasks), delay(STOP_PATIENCE_MS, null, { ref: false })]);
    if (ended === null) return false;
    await this.#piscina.destroy();
    return true;
  }

  #forget(handle: ShardHandle, number: number): boolean {
    const entity = handle.entities.get(number);
    if (entity === undefined) return false;
    this.#places.remove(entity);
    this.#leave(entity, handle);
    return handle.entities.delete(number);
  }

  /** That of its pod, so that the network of all its containers is read once; else the emptiest. */
  #shardFor(entity: Entity): ShardHandle {
    // One that is started again goes where it was, for only that shard knows which rows it has already.
    const { containerId } = entity.identity;
    const handle = this.#homes.get(containerId) ?? this.#former.get(containerId) ?? this.#newShardFor(entity);
    this.#homes.set(containerId, handle);
    return handle;
  }

  #leave({ identity: { containerId } }: Entity, handle: ShardHandle): void {
    this.#homes.delete(containerId);
    this.#former.delete(containerId);
    this.#former.set(containerId, handle);
    if (this.#former.size <= MOST_FORMER) return;
    for (const oldest of this.#former.keys()) return void this.#former.delete(oldest);
  }

  #newShardFor({ identity: { podUid } }: Entity): ShardHandle {
    const ofPod = (handle: ShardHandle): boolean =>
      [...handle.entities.values()].some(({ identity }) => identity.podUid === podUid);
    return (podUid === null || this.#shards.length === 1 ? undefined : this.#shards.find(ofPod)) ?? this.#emptiest();
  }

  #emptiest(): ShardHandle {
    return this.#shards.reduce((best, handle) => (handle.entities.size < best.entities.size ? handle : best));
  }

  #shardOf(entity: number): ShardHandle | undefined {
    return this.#shards.find((handle) => handle.entities.has(entity));
  }

  #forward(type: 'add' | 'change', entities: readonly PlacedEntity[]): void {
    for (const handle of this.#shards) {
      const mine = entities.filter((entity) => handle.entities.has(entity.entity));
      if (mine.length > 0) this.#send(handle, { type, entities: mine });
    }
  }

  #send(handle: ShardHandle, message: ToShard): void {
    handle.port?.postMessage(message);
    this.#control.call(handle.shard);
  }

  /** Runs a shard's task, and again when its thread died. */
  async #supervise(handle: ShardHandle): Promise<void> {
    for (let failures = 0; ; failures++) {
      const ticksBefore = ticksDone(handle);
      try {
        await this.#run(handle);
        return;
      } catch (cause) {
        if (this.#control.stopping()) return;
        if (ticksDone(handle) > ticksBefore) failures = 0;
        if (failures >= MAX_RESTARTS) {
          this.#options.onFatal(new Error(`sampler thread ${handle.shard} died ${failures} times in a row`, { cause }));
          return;
        }
        this.#reportRestart(handle, cause);
      }
    }
  }

  async #run(handle: ShardHandle): Promise<void> {
    const main = new MessageChannel();
    const writer = new MessageChannel();
    main.port2.on('message', (message: FromShardToMain) => this.#options.onShardEvent(message.event));
    main.port2.unref();
    this.#options.connect(writer.port1);
    handle.ring.reclaim();
    handle.port = main.port2;
    const task: ShardTask = {
      ...this.#options.task,
      ...this.#settings,
      recordedUntilMs: this.#recordedUntilMs,
      shard: handle.shard,
      shards: this.#options.shards,
      generation: handle.generation++,
      ring: { buffer: handle.ring.buffer, slots: handle.ring.slots, slotBytes: handle.ring.slotBytes },
      counters: handle.counters.buffer,
      readErrors: handle.readErrors.buffer,
      control: this.#control.buffer,
      groupUsage: this.#groupUsage.buffer,
      namespaceClaims: this.#namespaceClaims,
      port: main.port1,
      writerPort: writer.port2,
    };
    if (handle.entities.size > 0) main.port2.postMessage({ type: 'add', entities: [...handle.entities.values()] });
    try {
      const transferList = [main.port1, writer.port2] as unknown as TransferList;
      await this.#piscina.run(task, { transferList });
    } finally {
      handle.port = null;
      for (let last = receiveMessageOnPort(main.port2); last !== undefined; last = receiveMessageOnPort(main.port2))
        this.#options.onShardEvent((last.message as FromShardToMain).event);
      main.port2.close();
    }
  }

  #reportRestart(handle: ShardHandle, cause: unknown): void {
    this.#options.onEvent({
      type: 'thread_restart',
      severity: 'critical',
      time: Date.now() * 1000,
      entity: null,
      pid: null,
      detail: { thread: `sampler ${handle.shard}`, error: cause instanceof Error ? cause.message : String(cause) },
    });
  }
}

/** On a busy machine all ticks may be late. */
function ticksDone({ counters }: ShardHandle): number {
  return counters.get('ticks_ok') + counters.get('ticks_late');
}
