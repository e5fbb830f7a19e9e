import type { LateNames, RecordedEvent } from '@fgm/catalog';
import { SYSTEM_TIME, type DiscoveryTime, type Timer } from '@fgm/discovery';
import { keepsExitRecords, readExitRecord } from './exit-records.ts';

/** A runtime writes down how a container ended after it has ended: milliseconds between looks. */
const LOOK_AFTER_MS = [20, 80, 300, 1_000, 2_000] as const;

interface Held {
  event: RecordedEvent;
  entity: LateNames;
  timer: Timer | null;
}

/**
 * Holds the stop events of containers whose runtime leaves an exit code on disk, until it is there, for three seconds or so. The
 * event keeps its time.
 */
export class StopEvents {
  readonly #hostRoot: string;
  readonly #record: (event: RecordedEvent) => void;
  readonly #time: DiscoveryTime;
  readonly #held = new Set<Held>();

  constructor(hostRoot: string, record: (event: RecordedEvent) => void, time: DiscoveryTime = SYSTEM_TIME) {
    this.#time = time;
    this.#hostRoot = hostRoot;
    this.#record = record;
  }

  /** Takes any event; passes on what is no stop, or of no such container. @param entity of whom the event is */
  take(event: RecordedEvent, entity: LateNames | undefined): void {
    const asked = event.type === 'container_stop' && entity?.identity.scope === 'container';
    if (!asked || !keepsExitRecords(entity.identity.runtime)) return this.#record(event);
    const held: Held = { event, entity, timer: null };
    this.#held.add(held);
    this.#wait(held, 0);
  }

  /** More is known of an entity, which may have stopped: its runtime, or where that writes. */
  learn(entity: LateNames): void {
    for (const held of this.#held)
      if (held.entity.entity === entity.entity) held.entity = { ...held.entity, ...entity };
  }

  /** Tells all that is held, as it is: nobody waits any longer. */
  flush(): void {
    for (const held of this.#held) this.#tell(held);
  }

  #wait(held: Held, look: number): void {
    const after = LOOK_AFTER_MS[look];
    if (after === undefined) return this.#tell(held);
    held.timer = this.#time.after(after, () => void this.#look(held, look));
  }

  async #look(held: Held, look: number): Promise<void> {
    const { identity, recordFile } = held.entity;
    const { runtime, containerId } = identity;
    const record = await readExitRecord(this.#hostRoot, runtime, containerId, held.event.time / 1000, recordFile);
    if (!this.#held.has(held)) return;
    if (record === null) return this.#wait(held, look + 1);
    held.event = { ...held.event, detail: { ...held.event.detail, ...record } };
    this.#tell(held);
  }

  #tell(held: Held): void {
    if (held.timer !== null) this.#time.cancel(held.timer);
    this.#held.delete(held);
    this.#record(held.event);
  }
}
