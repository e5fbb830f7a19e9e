import { setTimeout as pause } from 'node:timers/promises';
import { type ClosedFile, ENTRY_COLUMNS, type IndexDocument, type IndexEntry, indexKey } from '@fgm/store';
import type { FilePart } from '@fgm/store/read';

/** A small recording is read whole before it is first told of, in milliseconds. */
const AT_ONCE_MS = 100;
/** So long it works, and so long it leaves the thread to those who ask, in milliseconds. */
const SLICE_MS = 10;

/** How far it is. */
export interface IndexProgress {
  /** Files that have been read. */
  readonly read: number;
  readonly files: number;
}

/** Calls `use` with an open file and closes it; does nothing where it cannot be read. @throws the error of open(2) when it is gone */
export type ReadOnce = (file: ClosedFile, use: (part: FilePart) => void) => void;

/**
 * What index.json would say, out of the closed files: for a directory in which it is missing or broken. Ten thousand files take
 * many seconds, so the newest are read first, a few at a time, and what is known so far is there at once.
 */
export class GrowingIndex {
  readonly #readOnce: ReadOnce;
  readonly #containers = new Map<string, IndexEntry>();
  #earliest = Infinity;
  #latest = -Infinity;
  #files: readonly ClosedFile[] = [];
  /** Paths of files that were read. */
  readonly #taken = new Set<string>();
  /** The newest at the end. */
  #waiting: ClosedFile[] = [];
  #working: Promise<void> | null = null;
  #document: IndexDocument | null = null;
  #closed = false;
  /** What went wrong while nobody waited; null when nothing did. */
  #failure: Error | null = null;

  constructor(readOnce: ReadOnce) {
    this.#readOnce = readOnce;
  }

  /** Null once all is read. */
  get progress(): IndexProgress | null {
    return this.#waiting.length === 0
      ? null
      : { read: this.#taken.size, files: this.#taken.size + this.#waiting.length };
  }

  /** When all files are read. */
  async whole(): Promise<void> {
    await this.#working;
  }

  /** What is known so far of these files; null when nothing is. */
  of(files: readonly ClosedFile[]): IndexDocument | null {
    if (this.#failure !== null) throw this.#failure;
    if (this.#files !== files) this.#take(files);
    return (this.#document ??= this.#made());
  }

  close(): void {
    this.#closed = true;
    this.#waiting = [];
  }

  #take(files: readonly ClosedFile[]): void {
    this.#files = files;
    const listed = files.filter(({ table }) => table === 'containers');
    const paths = new Set(listed.map(({ path }) => path));
    for (const path of this.#taken) if (!paths.has(path)) this.#taken.delete(path);
    this.#forgetBefore(listed[0]?.start ?? Infinity);
    this.#waiting = listed.filter(({ path }) => !this.#taken.has(path));
    this.#read(AT_ONCE_MS);
    if (this.#waiting.length > 0) this.#working ??= this.#goOn().finally(() => (this.#working = null));
  }

  async #goOn(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        await pause(SLICE_MS);
        this.#read(SLICE_MS);
      }
    } catch (cause) {
      // The next question is answered with it.
      this.#failure = cause as Error;
      this.#waiting = [];
    }
  }

  #read(forMs: number): void {
    const until = performance.now() + forMs;
    while (this.#waiting.length > 0 && performance.now() < until && !this.#closed) {
      const file = this.#waiting.pop()!;
      this.#taken.add(file.path);
      try {
        this.#readOnce(file, (part) => this.#add(part));
      } catch (cause) {
        // Consolidated or deleted by now: the next listing has what is there instead.
        if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
      }
    }
    this.#document = null;
  }

  #add(part: FilePart): void {
    for (const entry of entriesOf(part)) {
      const key = indexKey(entry.full_id);
      const known = this.#containers.get(key);
      this.#containers.set(key, known === undefined ? entry : joined(known, entry));
      this.#earliest = Math.min(this.#earliest, Date.parse(entry.first_seen));
      this.#latest = Math.max(this.#latest, Date.parse(entry.last_seen));
    }
  }

  /** Of whom no file tells any more. */
  #forgetBefore(time: number): void {
    for (const [key, { last_seen: last }] of this.#containers)
      if (Date.parse(last) < time) this.#containers.delete(key);
    if (Number.isFinite(time)) this.#earliest = Math.max(this.#earliest, time);
  }

  #made(): IndexDocument | null {
    if (this.#containers.size === 0) return null;
    const latest = new Date(this.#latest).toISOString();
    return {
      schema_version: 1,
      updated_at: latest,
      containers: Object.fromEntries(this.#containers),
      data_range: { earliest: new Date(this.#earliest).toISOString(), latest, rotation_interval_sec: 0 },
    };
  }
}

type Key = keyof typeof ENTRY_COLUMNS;
const KEYS = Object.keys(ENTRY_COLUMNS) as Key[];

function namesBy(nameOf: (key: Key, at: number) => string | null): Record<Key, string | null> {
  return Object.fromEntries(KEYS.map((key, at) => [key, nameOf(key, at)])) as Record<Key, string | null>;
}

function* entriesOf(part: FilePart): Generator<IndexEntry> {
  for (const [group, { first, rows }] of part.groups.entries()) {
    const stretches = part.stretches(group, null);
    const times = part.numbers('time', first, first + rows);
    const textsOf = (column: string): ((row: number) => string | null) => {
      const { codes, dictionary } = part.texts(column, first, first + rows);
      return (row) => dictionary[codes[row - first]!] ?? null;
    };
    const texts = KEYS.map((key) => textsOf(ENTRY_COLUMNS[key]));
    const labels = textsOf('labels');
    for (const { container, from, to } of stretches) {
      if (container === '') continue;
      yield {
        ...namesBy((_key, at) => texts[at]!(to - 1)),
        full_id: container,
        first_seen: new Date(times[from - first]! / 1000).toISOString(),
        last_seen: new Date(times[to - 1 - first]! / 1000).toISOString(),
        labels: pairsOf(labels(to - 1)),
      };
    }
  }
}

/** None where what stands there is none: the rows of the file can be shown all the same. */
function pairsOf(json: string | null): IndexEntry['labels'] {
  try {
    return (JSON.parse(json ?? '{}') as IndexEntry['labels'] | null) ?? {};
  } catch {
    return {};
  }
}

/** Whoever was seen later knows better what it is called. */
function joined(one: IndexEntry, other: IndexEntry): IndexEntry {
  const [before, after] = one.last_seen <= other.last_seen ? [one, other] : [other, one];
  return {
    ...after,
    ...namesBy((key) => after[key] ?? before[key]),
    labels: Object.keys(after.labels).length > 0 ? after.labels : before.labels,
    first_seen: one.first_seen < other.first_seen ? one.first_seen : other.first_seen,
  };
}
