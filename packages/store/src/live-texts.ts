import { type Identity, ROW_NAME_IDLE_MS, type ProcessIdentity } from '@fgm/catalog';
import { type KnownEntity, type TextLine, Texts } from './texts.ts';

/** Rows of a name may be this much late, and their sampler's clock this much off. */
const GRACE_MS = ROW_NAME_IDLE_MS;

/** What the rows to come may refer to: grows with every message, and forgets what no row will name again. */
export class LiveTexts extends Texts {
  /** Number of the segment in which a process identity was announced, or an entity went. */
  readonly #announced = new Map<number, number>();
  readonly #gone = new Map<number, number>();
  /** Per process identity, the entity whose rows used it last. */
  readonly #owners = new Map<number, number>();
  /** Per name, the end of the last window with a row of it, in milliseconds; of the first one since it was told. */
  readonly #namedUntil = new Map<number, number>();

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

  /** The entity's line with what was not known of it; null when nobody will name it any more. Its end stays. */
  nameEntity(entity: number, identity: Identity): KnownEntity | null {
    const known = this.entities.get(entity);
    if (known === undefined) return null;
    const named = { ...known, identity: filledIn(known.identity, identity) };
    this.add({ entity: named });
    return named;
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

  /**
   * Called when a segment has become Parquet. Drops names that have had no row for so long that their sampler gives them a new
   * number when it meets them again.
   * @param end of the segment's window, in milliseconds
   */
  forgetNames(used: ReadonlySet<number>, end: number): void {
    for (const name of this.names.keys()) {
      const until = this.#namedUntil.get(name);
      if (until === undefined || used.has(name)) this.#namedUntil.set(name, Math.max(until ?? -Infinity, end));
      else if (end - until > ROW_NAME_IDLE_MS + GRACE_MS) {
        this.names.delete(name);
        this.#namedUntil.delete(name);
      }
    }
  }

  #isUsed(process: number, used: ReadonlyMap<number, ReadonlySet<number>>): boolean {
    const owner = this.#owners.get(process);
    if (owner === undefined) return used.size === 0;
    const processes = used.get(owner);
    return processes === undefined ? this.entities.has(owner) : processes.has(process);
  }
}

function filledIn(known: Identity, found: Identity): Identity {
  const fields = Object.entries(known).map(([field, value]) => [field, value ?? found[field as keyof Identity]]);
  const scope = known.scope === 'container' ? found.scope : known.scope;
  return { ...(Object.fromEntries(fields) as unknown as Identity), scope };
}
