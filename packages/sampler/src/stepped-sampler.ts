import type { Entity, RecordedEvent, Removal } from '@fgm/catalog';
import { ReadErrors } from '@fgm/kernfs';
import { Counters, Ring } from '@fgm/ring';
import { MessageChannel, receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import { Control } from './control.ts';
import { SAMPLER_COUNTERS, type SamplerCounter } from './counters.ts';
import { GroupPlaces } from './group/group-places.ts';
import { GroupUsage } from './group/group-usage.ts';
import type { FromShardToMain, ShardTask, ToShard } from './messages.ts';
import { NamespaceClaims } from './network/namespace-claims.ts';
import type { CommonTask } from './pool.ts';
import { Shard } from './shard.ts';
import { TickClock, type Clock } from './tick-clock.ts';
import { ModelledWalkTime } from './walk/walk-time.ts';

export interface SteppedSamplerOptions {
  readonly task: CommonTask;
  readonly slots: number;
  readonly slotBytes: number;
  /** Stands still during a step. At first it shows an instant of the tick before the first one. */
  readonly clock: Clock;
  /** Something that threads tell the main thread, such as missed ticks. */
  readonly onEvent: (event: RecordedEvent) => void;
}

/** One shard on the thread of the caller, who says when a tick is due. */
export class SteppedSampler {
  readonly ring: Ring;
  /** The writer's end of the channel by which the shard tells what its rows refer to. */
  readonly writerPort: MessagePort;
  readonly counters = Counters.create<SamplerCounter>(SAMPLER_COUNTERS);
  readonly readErrors = new ReadErrors();
  readonly #main = new MessageChannel();
  readonly #writer = new MessageChannel();
  readonly #places: GroupPlaces;
  readonly #entities = new Map<number, Entity>();
  readonly #onEvent: (event: RecordedEvent) => void;
  readonly #shard: Shard;

  constructor({ task, slots, slotBytes, clock, onEvent }: SteppedSamplerOptions) {
    this.ring = Ring.create(slots, slotBytes);
    this.writerPort = this.#writer.port1;
    this.#onEvent = onEvent;
    const usage = new GroupUsage(1);
    this.#places = new GroupPlaces(usage);
    const all: ShardTask = {
      ...task,
      // What lies between two ticks was not recorded.
      burst: null,
      shard: 0,
      shards: 1,
      generation: 0,
      ring: { buffer: this.ring.buffer, slots: this.ring.slots, slotBytes: this.ring.slotBytes },
      counters: this.counters.buffer,
      readErrors: this.readErrors.buffer,
      control: Control.create(1).buffer,
      groupUsage: usage.buffer,
      namespaceClaims: new SharedArrayBuffer(NamespaceClaims.byteLength),
      port: this.#main.port1,
      writerPort: this.#writer.port2,
    };
    this.#shard = new Shard(all, new TickClock(task.intervalMs, clock), new ModelledWalkTime(clock));
  }

  /** @param fresh they came to be just now, and did not exist when they were first looked for */
  add(entities: readonly Entity[], fresh: boolean): void {
    for (const entity of entities) this.#entities.set(entity.entity, entity);
    this.#send({ type: 'add', entities: this.#places.place(entities, fresh) });
  }

  change(entities: readonly Entity[]): void {
    for (const entity of entities) this.#entities.set(entity.entity, entity);
    this.#send({
      type: 'change',
      entities: entities.map((entity) => ({ ...entity, slot: this.#places.change(entity) })),
    });
  }

  remove(removals: readonly Removal[]): void {
    for (const { entity } of removals) {
      const known = this.#entities.get(entity);
      if (known !== undefined) this.#places.remove(known);
      this.#entities.delete(entity);
    }
    const figures = removals.flatMap(({ entity, figures: read }) => (read === null ? [] : [{ entity, ...read }]));
    this.#send({ type: 'remove', entities: removals.map(({ entity }) => entity), figures });
  }

  /** Takes the tick that is due now, and does what is done between the ticks. */
  tick(): void {
    this.#shard.takeMessages();
    this.#shard.tick();
    this.#shard.workBetween();
    this.#tellEvents();
  }

  /** Publishes what is left, and takes nothing more. */
  finish(): void {
    this.#shard.takeMessages();
    this.#shard.finish();
    this.#tellEvents();
    this.#main.port1.close();
    this.#writer.port2.close();
  }

  #send(message: ToShard): void {
    this.#main.port2.postMessage(message);
  }

  #tellEvents(): void {
    const port = this.#main.port2;
    for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port))
      this.#onEvent((next.message as FromShardToMain).event);
  }
}
