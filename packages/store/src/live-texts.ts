import type { ProcessIdentity } from '@fgm/catalog';
import { type KnownEntity, type TextLine, Texts } from './texts.ts';

/** What the rows to come may refer to: grows with every message, and forgets what no row will name again. */
export class LiveTexts extends Texts {
  /** Number of the segment in which a process identity was announced, or an entity went. */
  readonly #announced = new Map<number, number>();
  readonly #gone = new Map<number, number>();
  /** Per process identity, the entity whose rows used it last. */
  readonly #owners = new Map<number, number>();

  addProcess(process: ProcessIdentity, segment: number): TextLine {
    const line = { process };
    this.add(line);
    this.#announced.set(process.process, segment);
    return line;
  }

  /** The entity's line with its end; null when it is not known or was gone already. */
  endEntity(entity: number, time: number, segment: number): KnownEntity | null {
    const known = this.entities.get(entity);
    if (known === undefined || known.lastSeen !== null) return null;
    const ended = { ...known, lastSeen: time };
    this.add({ entity: ended });
    this.#gone.set(entity, segment);
    return ended;
  }

  /**
   * Called when a segment has become Parquet. Drops entities that went before it, and process identities that it did not
   * use although their entity has process rows in it. Where an entity has none at all, it is the sampler that was silent.
   * @param segment its number
   * @param used per entity, the process identities that its rows use
   */
  forget(segment: number, used: ReadonlyMap<number, ReadonlySet<number>>): void {
    for (const [entity, gone] of this.#gone) {
      if (gone >= segment) continue;
      this.entities.delete(entity);
      this.#gone.delete(entity);
    }
    for (const [entity, processes] of used) for (const process of processes) this.#owners.set(process, entity);
    for (const process of this.processes.keys()) {
      // Announced during the segment: its first row may be on its way.
      if (this.#announced.get(process)! >= segment || this.#isUsed(process, used)) continue;
      this.processes.delete(process);
      this.#announced.delete(process);
      this.#owners.delete(process);
    }
  }

  #isUsed(process: number, used: ReadonlyMap<number, ReadonlySet<number>>): boolean {
    const owner = this.#owners.get(process);
    if (owner === undefined) return used.size === 0;
    const processes = used.get(owner);
    return processes === undefined ? this.entities.has(owner) : processes.has(process);
  }
}
