import type { Entity, Identity, LateNames } from '@fgm/catalog';
import type { EntityBatch } from '../entity-set.ts';
import { SYSTEM_TIME, type DiscoveryTime, type Timer } from '../time.ts';
import { isComplete, isNamed } from './facts.ts';
import type { NameFacts, NameSource } from './facts.ts';
import { keepKnown, withFacts } from './precedence.ts';
import { Resolver } from './resolve.ts';
import type { Resolution, ResolverOptions } from './resolve.ts';

/** When a new container that is not named wholly is asked about again, in milliseconds: its files may come after its cgroup. */
const AGAIN_MS = [50, 500];
/** Then, and when one was there before, after so many milliseconds, and each time after twice as many, up to the most. */
const PATIENCE_MS = 1_000;
const MOST_PATIENCE_MS = 300_000;

/** So many that have gone without names wait for theirs; of more, the oldest stay unnamed. */
const MOST_LATE = 256;
/** When one that has gone is asked about, in milliseconds since the look before: its runtime's place may be found out meanwhile. */
const LATE_MS = [0, 1_000, 5_000];
/** Where Docker keeps what it knows of a container, its end as well. */
const DOCKER_RECORD = '/config.v2.json';

/** What has been found out about one container. */
interface Named {
  readonly entity: number;
  /** From the cgroup's path alone, as last seen. */
  identity: Identity;
  directory: string | null;
  facts: NameFacts | null;
  source: NameSource | null;
  files: Resolution['files'];
  /** How many times it was asked about. */
  asked: number;
  /** Whether it came while we watched, so that its files may come after it. */
  readonly fresh: boolean;
  /** Milliseconds until it is asked about again when this time brings too little. */
  patience: number;
  waiting: boolean;
  /** Whether it has what it is called by. */
  named: boolean;
  timer: Timer | null;
  /** How often it was asked about after its end. */
  lateLooks: number;
}

export interface NamesListener {
  /** An entity has got other names than before. */
  changed(entity: number): void;
  /** One that is gone has got names. */
  late(late: LateNames): void;
}

type Followed = Pick<EntityBatch, 'added' | 'changed' | 'initial'> & {
  readonly removed: readonly { readonly entity: number }[];
};

/** Sums for the metrics of discovery. */
export interface NameCounts {
  /** Containers that have got a name, by the most trusted source that had it. */
  readonly resolved: Readonly<Record<NameSource, number>>;
  readonly contradictions: number;
  readonly readErrors: number;
  /** Containers and sandboxes that have none now. */
  readonly unnamed: number;
}

/**
 * Gives containers their names. Each new one is asked about at once, and again at ever longer intervals until all is known;
 * at rescans those that are named wholly when their files have changed, the others when some directory of names has. One container is asked about at a time, and nothing
 * of it waits on this thread, so that it never holds up the news of another container. What is known is known by the number of
 * the entity, and goes with it: a container that comes back is a new one. One that goes before its names were found is asked
 * about by its id a few times more.
 */
export class Names {
  readonly #resolver: Resolver;
  readonly #listener: NamesListener;
  readonly #time: DiscoveryTime;
  readonly #known = new Map<number, Named>();
  readonly #fresh: Named[] = [];
  readonly #again: Named[] = [];
  /** Gone, and to be asked about. */
  readonly #late: Named[] = [];
  /** Gone, and waiting for their next look, the oldest first. */
  readonly #lateAgain = new Set<Named>();
  readonly #resolved: Record<NameSource, number> = { runtime: 0, log_link: 0, mounts: 0, pod_logs: 0, environ: 0 };
  #contradictions = 0;
  #unnamed = 0;
  #busy = false;
  #stopped = false;

  constructor(options: ResolverOptions, listener: NamesListener) {
    this.#resolver = new Resolver(options);
    this.#listener = listener;
    this.#time = options.time ?? SYSTEM_TIME;
  }

  get counts(): NameCounts {
    return {
      resolved: this.#resolved,
      contradictions: this.#contradictions,
      readErrors: this.#resolver.errors,
      unnamed: this.#unnamed,
    };
  }

  /** The identity from an entity's cgroup path, with what is known beyond it. */
  identify(entity: number, path: Identity): Identity {
    const known = this.#known.get(entity);
    if (known === undefined) return path;
    known.identity = path;
    return named(path, known.facts);
  }

  /** The file in which its runtime writes how this entity ended. */
  recordFile(entity: number): string | undefined {
    return recordOf(this.#known.get(entity)?.files ?? []);
  }

  /** Takes what was just reported: new containers are asked about, gone ones forgotten as soon as all is known of them. */
  follow({ added, changed, removed, initial }: Followed): void {
    // What has just come may be gone soon; what was there before can wait.
    for (const entity of added) if (isContainer(entity)) this.#begin(entity, initial ? this.#again : this.#fresh);
    for (const { entity, processDirectories } of changed) {
      const known = this.#known.get(entity);
      if (known !== undefined) this.#moved(known, processDirectories[0] ?? null);
    }
    // After the others: what came and went since the last message is in both.
    for (const { entity } of removed) this.#forget(entity);
    this.#work();
  }

  /** Asks about all again: wholly named ones only when their files have changed, the others when there may be news. */
  rescan(): void {
    this.#resolver.refresh();
    for (const known of this.#known.values()) if (known.timer === null) this.#enqueue(known, this.#again);
    this.#work();
    void this.#resolver.hasNews().then((news) => {
      if (news) this.#askAllWaiting();
    });
  }

  #askAllWaiting(): void {
    for (const known of this.#known.values()) {
      if (known.timer === null) continue;
      this.#cancelTimer(known);
      this.#enqueue(known, this.#again);
    }
    this.#work();
  }

  stop(): void {
    this.#stopped = true;
    for (const known of [...this.#known.values(), ...this.#lateAgain]) this.#cancelTimer(known);
    this.#known.clear();
    this.#lateAgain.clear();
    this.#fresh.length = this.#again.length = this.#late.length = 0;
  }

  #begin({ entity, identity, processDirectories }: Entity, queue: Named[]): void {
    const known: Named = {
      entity,
      identity,
      directory: processDirectories[0] ?? null,
      facts: null,
      source: null,
      files: [],
      asked: 0,
      fresh: queue === this.#fresh,
      patience: PATIENCE_MS,
      waiting: false,
      named: false,
      timer: null,
      lateLooks: 0,
    };
    this.#unnamed++;
    this.#known.set(entity, known);
    this.#enqueue(known, queue);
  }

  #moved(known: Named, directory: string | null): void {
    if (known.directory === directory) return;
    if (known.directory !== null) this.#resolver.forget(known.directory);
    known.directory = directory;
  }

  #forget(entity: number): void {
    const known = this.#known.get(entity);
    if (known === undefined) return;
    this.#cancelTimer(known);
    if (!known.named) this.#unnamed--;
    this.#known.delete(entity);
    if (known.directory !== null) this.#resolver.forget(known.directory);
    if (isComplete(named(known.identity, known.facts))) return;
    // Its processes are gone, and their numbers may be others' by now.
    known.directory = null;
    if (this.#late.push(known) > MOST_LATE) this.#late.shift();
  }

  #enqueue(known: Named, queue: Named[]): void {
    if (known.waiting) return;
    known.waiting = true;
    queue.push(known);
  }

  /** One at a time; those that are new go first. */
  #work(): void {
    if (this.#busy || this.#stopped) return;
    const fresh = this.#fresh.shift();
    const late = fresh === undefined ? this.#late.shift() : undefined;
    const next = fresh ?? late ?? this.#again.shift();
    // Those who are asked about again are many at a time, and share what was seen of the directories.
    if (fresh !== undefined || late !== undefined || next === undefined) this.#resolver.lookAnew();
    if (next === undefined) return;
    next.waiting = false;
    this.#busy = true;
    const asked = late === undefined ? this.#ask(next) : this.#askLate(next);
    void asked.finally(() => {
      this.#busy = false;
      this.#work();
    });
  }

  async #ask(known: Named): Promise<void> {
    if (!this.#isCurrent(known)) return;
    const complete = isComplete(named(known.identity, known.facts));
    if (complete && (await this.#resolver.unchanged(known.files))) return;
    const resolution = await this.#resolver.resolve(known);
    if (this.#isCurrent(known)) this.#learn(known, resolution);
  }

  #learn(known: Named, { facts, files, source, contradicted }: Resolution): void {
    const before = JSON.stringify([named(known.identity, known.facts), recordOf(known.files)]);
    if (contradicted && known.asked === 0) this.#contradictions++;
    known.facts = keepKnown(known.facts, facts);
    known.files = files;
    if (known.source === null && source !== null) {
      known.source = source;
      this.#resolved[source]++;
    }
    const after = named(known.identity, known.facts);
    if (!known.named && isNamed(after)) {
      known.named = true;
      this.#unnamed--;
    }
    const news = JSON.stringify([after, recordOf(files)]) !== before;
    if (news) known.patience = PATIENCE_MS;
    if (!isComplete(after)) this.#askLater(known);
    known.asked++;
    if (news) this.#listener.changed(known.entity);
  }

  async #askLate(known: Named): Promise<void> {
    const again = LATE_MS[++known.lateLooks];
    const { facts, files, source } = await this.#resolver.resolve(known);
    if (this.#stopped) return;
    if (known.source === null && source !== null) this.#resolved[source]++;
    known.source ??= source;
    known.facts = keepKnown(known.facts, facts);
    const identity = named(known.identity, known.facts);
    const recordFile = recordOf(files);
    if (files.length > 0 || source !== null) {
      this.#listener.late({ entity: known.entity, identity, ...(recordFile === undefined ? {} : { recordFile }) });
    }
    if (again !== undefined && !isComplete(identity)) this.#askLateAgain(known, again);
  }

  #askLateAgain(known: Named, delay: number): void {
    for (const oldest of this.#lateAgain) {
      if (this.#lateAgain.size < MOST_LATE) break;
      this.#cancelTimer(oldest);
      this.#lateAgain.delete(oldest);
    }
    this.#lateAgain.add(known);
    known.timer = this.#time.after(delay, () => {
      this.#lateAgain.delete(known);
      if (this.#late.push(known) > MOST_LATE) this.#late.shift();
      this.#work();
    });
  }

  #askLater(known: Named): void {
    const soon = known.fresh ? AGAIN_MS[known.asked] : undefined;
    const queue = soon === undefined ? this.#again : this.#fresh;
    this.#cancelTimer(known);
    known.timer = this.#time.after(soon ?? known.patience, () => {
      known.timer = null;
      this.#enqueue(known, queue);
      this.#work();
    });
    if (soon === undefined) known.patience = Math.min(known.patience * 2, MOST_PATIENCE_MS);
  }

  #cancelTimer(known: Named): void {
    if (known.timer !== null) this.#time.cancel(known.timer);
    known.timer = null;
  }

  /** Whether it has neither gone nor been replaced while it waited. */
  #isCurrent(known: Named): boolean {
    return this.#known.get(known.entity) === known;
  }
}

function recordOf(files: Resolution['files']): string | undefined {
  return files.find(({ path }) => path.endsWith(DOCKER_RECORD))?.path;
}

function named(path: Identity, facts: NameFacts | null): Identity {
  return facts === null ? path : withFacts(path, facts);
}

function isContainer({ identity }: Entity): boolean {
  return identity.scope === 'container' || identity.scope === 'sandbox';
}
