import type { Entity, Identity, MappingName, ProcessIdentity, RecordedEvent } from '@fgm/catalog';

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
  | { readonly mapping: MappingName }
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
  readonly mappings = new Map<number, string>();

  add(line: TextLine): void {
    if ('entity' in line) this.entities.set(line.entity.entity, line.entity);
    else if ('process' in line) this.processes.set(line.process.process, line.process);
    else if ('mapping' in line) this.mappings.set(line.mapping.mapping, line.mapping.name);
  }

  /** Everything that is known, as the start of a new segment's texts.jsonl. */
  encode(): string {
    const lines: string[] = [];
    for (const entity of this.entities.values()) lines.push(encodeLine({ entity }));
    for (const process of this.processes.values()) lines.push(encodeLine({ process }));
    for (const [mapping, name] of this.mappings) lines.push(encodeLine({ mapping: { mapping, name } }));
    return lines.join('');
  }
}

/** The lines of a texts.jsonl; the last one is dropped when it was cut short, and so is anything that is not JSON. */
export function* decodeLines(jsonl: string): Generator<TextLine> {
  let start = 0;
  for (;;) {
    const end = jsonl.indexOf('\n', start);
    if (end < 0) return;
    try {
      yield JSON.parse(jsonl.slice(start, end)) as TextLine;
    } catch (cause) {
      if (!(cause instanceof SyntaxError)) throw cause;
    }
    start = end + 1;
  }
}
