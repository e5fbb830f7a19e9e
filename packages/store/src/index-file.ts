import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Identity } from '@fgm/catalog';
import { replaceFile } from './directory.ts';
import type { KnownEntity } from './texts.ts';
import { READ_FLAGS } from './read-flags.ts';

/** One container, service or host in index.json. Times are ISO 8601, UTC. */
export interface IndexEntry {
  readonly full_id: string;
  readonly pod_name: string | null;
  readonly namespace: string | null;
  readonly qos_class: string | null;
  readonly first_seen: string;
  readonly last_seen: string;
  readonly container_name: string | null;
  readonly pod_uid: string | null;
  readonly runtime: string | null;
  readonly labels: Readonly<Record<string, string>>;
}

/** Labels of an entry, and the columns of rows that say the same. */
export const ENTRY_COLUMNS = {
  pod_name: 'pod',
  namespace: 'namespace',
  qos_class: 'qos',
  container_name: 'container',
  pod_uid: 'pod_uid',
  runtime: 'runtime',
} as const satisfies Partial<Record<keyof IndexEntry, string>>;

/** index.json: which containers there is data of, and from when to when. */
export interface IndexDocument {
  readonly schema_version: 1;
  readonly updated_at: string;
  readonly containers: Readonly<Record<string, IndexEntry>>;
  readonly data_range: {
    readonly earliest: string | null;
    readonly latest: string | null;
    readonly rotation_interval_sec: number;
  };
}

export const INDEX_FILE = 'index.json';

/** First 12 characters of a container's id; the whole id of services and the host, whose beginnings are all alike. */
export function indexKey(containerId: string): string {
  return /^[0-9a-f]{64}$/.test(containerId) ? containerId.slice(0, 12) : containerId;
}

/** Null when it is missing, broken, or of a version that is not ours: it can be made anew from the files. */
export function readIndex(directory: string): IndexDocument | null {
  let document: Partial<IndexDocument>;
  try {
    document = JSON.parse(
      fs.readFileSync(path.join(directory, INDEX_FILE), { encoding: 'utf8', flag: READ_FLAGS }),
    ) as Partial<IndexDocument>;
  } catch {
    return null;
  }
  const sound =
    typeof document === 'object' &&
    document !== null &&
    document.schema_version === 1 &&
    typeof document.containers === 'object' &&
    document.containers !== null &&
    Object.values(document.containers).every(isEntry) &&
    isRange(document.data_range);
  return sound ? (document as IndexDocument) : null;
}

function isRange(range: unknown): boolean {
  if (typeof range !== 'object' || range === null) return false;
  const { latest = null } = range as Partial<IndexDocument['data_range']>;
  return latest === null || isTime(latest);
}

function isEntry(entry: unknown): boolean {
  const { full_id, first_seen, last_seen } = (entry ?? {}) as Partial<IndexEntry>;
  return typeof full_id === 'string' && isTime(first_seen) && isTime(last_seen);
}

function isTime(text: unknown): boolean {
  return typeof text === 'string' && !Number.isNaN(Date.parse(text));
}

function laterOf(a: string, b: string): string {
  return Date.parse(a) >= Date.parse(b) ? a : b;
}

function earlierOf(a: string, b: string): string {
  return Date.parse(a) <= Date.parse(b) ? a : b;
}

/** Keeps index.json up to date. It is written rarely: when the set of entities or of files has changed. */
export class IndexFile {
  readonly #directory: string;
  readonly #entries = new Map<string, IndexEntry>();
  /** Keys of entities that are there now, so that their last_seen is now. */
  readonly #live = new Map<string, number>();
  #changed = true;
  #latest: string | null = null;

  constructor(directory: string, document: IndexDocument | null) {
    this.#directory = directory;
    for (const [key, entry] of Object.entries(document?.containers ?? {})) this.#entries.set(key, entry);
    this.#latest = document?.data_range.latest ?? null;
  }

  /** End of the newest window, in milliseconds since the Unix epoch; null when there is none. */
  get latest(): number | null {
    return this.#latest === null ? null : Date.parse(this.#latest);
  }

  /** True when something other than times is different from the file. */
  get changed(): boolean {
    return this.#changed;
  }

  /** Something that is only told at write() has changed: which files there are, the length of a window. */
  touch(): void {
    this.#changed = true;
  }

  /** An entity is there. Milliseconds since the Unix epoch. */
  seen(identity: Identity, firstSeen: number, lastSeen: number = firstSeen): void {
    const key = indexKey(identity.containerId);
    const before = this.#entries.get(key);
    const first = new Date(firstSeen).toISOString();
    const last = new Date(lastSeen).toISOString();
    this.#changed = true;
    this.#entries.set(key, {
      full_id: identity.containerId,
      pod_name: identity.pod,
      namespace: identity.namespace,
      qos_class: identity.qos,
      first_seen: before === undefined ? first : earlierOf(before.first_seen, first),
      last_seen: before === undefined ? last : laterOf(before.last_seen, last),
      container_name: identity.container,
      pod_uid: identity.podUid,
      runtime: identity.runtime,
      labels: identity.labels ?? before?.labels ?? {},
    });
  }

  /** An entity is there from now on. The same container may be there twice for a moment, as two entities. */
  arrived(identity: Identity, firstSeen: number): void {
    const key = indexKey(identity.containerId);
    this.#live.set(key, (this.#live.get(key) ?? 0) + 1);
    this.seen(identity, firstSeen);
  }

  gone(identity: Identity, time: number): void {
    const key = indexKey(identity.containerId);
    const left = (this.#live.get(key) ?? 1) - 1;
    if (left > 0) this.#live.set(key, left);
    else this.#live.delete(key);
    this.seen(identity, time);
  }

  /**
   * Entities have rows in closed files. The last one of what has ended is of the tick after its end, which may be late.
   *
   * @param lastTimes by entity, in microseconds since the Unix epoch
   */
  sawRows(entities: Iterable<KnownEntity>, lastTimes: ReadonlyMap<number, number>): void {
    for (const { entity, identity, firstSeen, lastSeen } of entities) {
      const lastRow = Math.ceil((lastTimes.get(entity) ?? 0) / 1000);
      if (lastSeen !== null && lastRow > lastSeen) this.seen(identity, firstSeen, lastRow);
    }
  }

  /** Rows up to this time are in closed files. */
  closed(end: number): void {
    const text = new Date(end).toISOString();
    this.#latest = this.#latest === null ? text : laterOf(this.#latest, text);
    this.#changed = true;
  }

  /**
   * Writes the file. @throws the error that stopped it; it is then still `changed`
   * @param earliest start of the oldest data there is, null when there is none. Entities that were gone before are dropped
   * @param intervalMs the last row of an entity that ended between two ticks is one of the tick after its end
   */
  write(now: number, earliest: number | null, rotationMs: number, intervalMs = 0): void {
    this.#seeLive(now);
    if (earliest !== null) this.#prune(earliest - intervalMs);
    const document: IndexDocument = {
      schema_version: 1,
      updated_at: new Date(now).toISOString(),
      containers: Object.fromEntries([...this.#entries].sort(([a], [b]) => (a < b ? -1 : 1))),
      data_range: {
        earliest: earliest === null ? null : new Date(earliest).toISOString(),
        latest: this.#latest,
        rotation_interval_sec: rotationMs / 1000,
      },
    };
    replaceFile(path.join(this.#directory, INDEX_FILE), `${JSON.stringify(document, null, 1)}\n`);
    this.#changed = false;
  }

  #seeLive(now: number): void {
    const last = new Date(now).toISOString();
    for (const key of this.#live.keys()) {
      const entry = this.#entries.get(key);
      if (entry !== undefined) this.#entries.set(key, { ...entry, last_seen: laterOf(entry.last_seen, last) });
    }
  }

  #prune(earliest: number): void {
    for (const [key, entry] of this.#entries) {
      if (!this.#live.has(key) && Date.parse(entry.last_seen) < earliest) this.#entries.delete(key);
    }
  }
}
