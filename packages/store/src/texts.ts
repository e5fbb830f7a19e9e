import type { Entity, Identity, ProcessIdentity, RecordedEvent, RowName } from '@fgm/catalog';
import { isTextLine } from './text-line.ts';

/** An entity as the store keeps it: who it is and when it was there, in milliseconds since the Unix epoch. */
export interface KnownEntity {
  readonly entity: number;
  readonly identity: Identity;
  readonly firstSeen: number;
  /** When it went; null while it is there. */
  readonly lastSeen: number | null;
}

/** One line of texts.jsonl. */
export type TextLine =
  | { readonly entity: KnownEntity }
  | { readonly process: ProcessIdentity }
  | { readonly name: RowName }
  | { readonly event: RecordedEvent };

/** Keeps of an entity what is stored: not its directories. */
export function knownEntity(entity: Entity): KnownEntity {
  return { entity: entity.entity, identity: entity.identity, firstSeen: entity.firstSeen, lastSeen: null };
}

export function encodeLine(line: TextLine): string {
  return `${JSON.stringify(line)}\n`;
}

/** What the refs of rows stand for. */
export class Texts {
  readonly entities = new Map<number, KnownEntity>();
  readonly processes = new Map<number, ProcessIdentity>();
  /** Of mappings, devices and interfaces. */
  readonly names = new Map<number, RowName>();
  /** What is known of any life, by container; null until somebody asks. */
  #named: Map<string, Identity> | null = null;

  add(line: TextLine): void {
    this.#named = null;
    if ('entity' in line) this.entities.set(line.entity.entity, line.entity);
    else if ('process' in line) this.processes.set(line.process.process, line.process);
    else if ('name' in line) this.names.set(line.name.number, line.name);
  }

  /**
   * Who an entity is. A container that was restarted is called in one life as in another: a life may be too short to be asked.
   */
  identityOf(entity: number): Identity | undefined {
    const identity = this.entities.get(entity)?.identity;
    return identity === undefined ? undefined : withNamesOf(identity, this.#lives().get(identity.containerId));
  }

  #lives(): ReadonlyMap<string, Identity> {
    if (this.#named !== null) return this.#named;
    this.#named = new Map();
    for (const { identity } of this.entities.values()) {
      const { containerId } = identity;
      this.#named.set(containerId, withNamesOf(identity, this.#named.get(containerId)));
    }
    return this.#named;
  }

  /** Everything that is known, as the start of a new segment's texts.jsonl. */
  encode(): string {
    const lines: string[] = [];
    for (const entity of this.entities.values()) lines.push(encodeLine({ entity }));
    for (const process of this.processes.values()) lines.push(encodeLine({ process }));
    for (const name of this.names.values()) lines.push(encodeLine({ name }));
    return lines.join('');
  }
}

function withNamesOf(identity: Identity, other: Identity = identity): Identity {
  if (other === identity) return identity;
  const { namespace, pod, podUid, container, image } = identity;
  return {
    ...identity,
    namespace: namespace ?? other.namespace,
    pod: pod ?? other.pod,
    podUid: podUid ?? other.podUid,
    container: container ?? other.container,
    image: image ?? other.image,
  };
}

/** The lines of a texts.jsonl, null for one that is damaged. The last one does not count when it was cut short. */
export function* decodeLines(jsonl: string): Generator<TextLine | null> {
  let start = 0;
  for (let end = jsonl.indexOf('\n'); end >= 0; end = jsonl.indexOf('\n', start)) {
    yield decodeLine(jsonl.slice(start, end));
    start = end + 1;
  }
}

function decodeLine(text: string): TextLine | null {
  try {
    const line: unknown = JSON.parse(text);
    return isTextLine(line) ? line : null;
  } catch (cause) {
    if (cause instanceof SyntaxError) return null;
    throw cause;
  }
}
