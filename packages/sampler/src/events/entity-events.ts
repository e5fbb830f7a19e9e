import { EVENT_SEVERITIES, type Columns, type EventType, type RecordedEvent } from '@fgm/catalog';
import { BEGUN, Episode, OVER } from './episode.ts';
import type { EventColumns } from './event-columns.ts';
import { suspectsOf, type Suspect } from './oom-suspects.ts';
import type { ProcessColumns } from '../process/process-columns.ts';
import type { ProcessTarget } from '../process/process-target.ts';
import { SettingChanges, type SettingChange } from './setting-changes.ts';
import { VictimSearch } from './victim-search.ts';
import type { ShardContext } from '../shard-context.ts';

/** Where what happens to an entity is told. */
export interface EventSink {
  readonly procRoot: string;
  /** It was made while it was watched. */
  readonly fresh: boolean;
  tell(type: EventType, pid: number | null, detail: Record<string, unknown>): void;
}

/** An entity as it was last read. */
interface LastRead {
  readonly columns: Columns;
  readonly row: number;
  readonly processes: { readonly list: readonly ProcessTarget[]; readonly columns: ProcessColumns };
}

/** A kill whose victim is looked for: what was killed is not gone at once. */
interface Kill {
  readonly time: number;
  count: number;
  readonly search: VictimSearch;
  readonly detail: Record<string, unknown>;
}

/** After this time a kill is told without its victim, in microseconds. */
const VICTIM_PATIENCE_USEC = 500_000;

/** What happens to one entity, as its counters and settings tell: each row is compared with the one before. */
export class EntityEvents implements EventSink {
  readonly procRoot: string;
  readonly fresh: boolean;
  readonly #context: ShardContext;
  readonly #entity: number;
  readonly #at: EventColumns;
  readonly #settings: SettingChanges;
  readonly #throttling: Episode;
  readonly #high: Episode;
  readonly #max: Episode;
  #kills: number;
  #kill: Kill | null = null;
  #throttledUsec = 0;
  #periods = 0;
  #lastThrottledUsec = 0;
  #lastPeriods = 0;

  constructor(context: ShardContext, entity: number, fresh: boolean, at: EventColumns) {
    this.procRoot = context.task.procRoot;
    this.fresh = fresh;
    this.#context = context;
    this.#entity = entity;
    this.#at = at;
    this.#settings = new SettingChanges(at);
    const start = fresh ? 0 : -1;
    this.#throttling = new Episode(start);
    this.#high = new Episode(start);
    this.#max = new Episode(start);
    this.#kills = start;
  }

  /** Something has begun that is not over: the row must be looked at though nothing in it has moved. */
  get restless(): boolean {
    return this.#throttling.active || this.#high.active || this.#max.active;
  }

  /** A kill waits for its victim to be found. */
  get searching(): boolean {
    return this.#kill !== null;
  }

  /** The next reading is of other directories of the same entity. */
  moved(): void {
    this.#settings.forget();
  }

  /** Compares a row that was just read with the one before. The processes' rows may be of the tick before. */
  observe(columns: Columns, row: number, time: number, processes: readonly ProcessTarget[], at: ProcessColumns): void {
    this.#observeKills(valueOf(columns, row, this.#at.oomKill), columns, row, time, processes, at);
    this.#observeThrottling(columns, row, time);
    this.#observeMemory('memory_high', this.#high, valueOf(columns, row, this.#at.high), columns, row, time);
    this.#observeMemory('memory_max', this.#max, valueOf(columns, row, this.#at.max), columns, row, time);
  }

  /** To be called when the settings in the row were read. */
  observeSettings(columns: Columns, row: number, time: number): void {
    const changes = this.#settings.observe(columns, row, time, this.fresh);
    if (changes !== null) this.#tellChange(changes, time);
  }

  /**
   * What another thread has read at the entity's end.
   * @param target its row and processes as they were last read; null when they are gone from here
   */
  observeEnd(values: Readonly<Record<string, number>>, time: number, target: LastRead | null): void {
    const kills = values['memory_events_oom_kill'] ?? -1;
    if (kills > Math.max(0, this.#kills) && (this.fresh || this.#kills >= 0)) {
      const suspects = target === null ? [] : suspectsOf(target.processes.list, target.processes.columns);
      const memory = target === null ? {} : this.#memoryOf(target.columns, target.row);
      this.#beginKill(kills - Math.max(0, this.#kills), time, suspects, memory);
    }
    this.#kills = Math.max(this.#kills, kills);
  }

  /** Looks for the victim of a kill once more. @param final nobody will look again */
  search(now: number, final = false): void {
    const kill = this.#kill;
    if (kill === null) return;
    const { victims, certain, open } = kill.search.look(kill.count);
    if (open && !final && now - kill.time < VICTIM_PATIENCE_USEC) return;
    this.#kill = null;
    const [first] = victims;
    const { vanished } = kill.search;
    this.#tellAt('oom_kill', kill.time, first?.pid ?? null, {
      count: kill.count,
      ...kill.detail,
      ...(first === undefined
        ? {}
        : { victims: victims.map((suspect) => describe(suspect, kill.time)), victims_certain: certain }),
      ...(vanished === 0 ? {} : { vanished }),
    });
  }

  /** Ends what is going on: the entity is gone. */
  close(time: number): void {
    this.search(time, true);
    if (this.#throttling.end()) this.#tellThrottlingEnd();
    if (this.#high.end()) this.#tellMemory('memory_high', this.#high, {});
    if (this.#max.end()) this.#tellMemory('memory_max', this.#max, {});
  }

  tell(type: EventType, pid: number | null, detail: Record<string, unknown>): void {
    this.#tellAt(type, this.#context.clock.nowUsec(), pid, detail);
  }

  #observeKills(
    kills: number,
    columns: Columns,
    row: number,
    time: number,
    processes: readonly ProcessTarget[],
    at: ProcessColumns,
  ): void {
    if (kills < 0) return;
    const before = this.#kills;
    this.#kills = kills;
    if (before < 0 || kills <= before) return;
    this.#beginKill(kills - before, time, suspectsOf(processes, at), this.#memoryOf(columns, row));
  }

  #beginKill(count: number, time: number, suspects: readonly Suspect[], detail: Record<string, number>): void {
    if (this.#kill !== null) this.#kill.count += count;
    else {
      const most = detail['memory_max_bytes'] ?? detail['memory_peak_bytes'] ?? detail['memory_current_bytes'];
      this.#kill = { time, count, search: new VictimSearch(this.procRoot, suspects, most ?? Infinity), detail };
    }
    this.search(time);
  }

  #observeThrottling(columns: Columns, row: number, time: number): void {
    const at = this.#at;
    const usec = Math.max(0, valueOf(columns, row, at.throttledUsec));
    const periods = Math.max(0, valueOf(columns, row, at.periods));
    const outcome = this.#throttling.observe(valueOf(columns, row, at.throttled), time);
    if (outcome === BEGUN) {
      this.#throttledUsec = this.#lastThrottledUsec;
      this.#periods = this.#lastPeriods;
    }
    this.#lastThrottledUsec = usec;
    this.#lastPeriods = periods;
    if (outcome === BEGUN) this.#tellAt('cpu_throttled_start', time, null, this.#throttled());
    else if (outcome === OVER) this.#tellThrottlingEnd();
  }

  #tellThrottlingEnd(): void {
    const { from, to } = this.#throttling;
    this.#tellAt('cpu_throttled_stop', to, null, { from, duration_usec: to - from, ...this.#throttled() });
  }

  #throttled(): Record<string, number> {
    return {
      nr_throttled: this.#throttling.growth,
      throttled_usec: this.#lastThrottledUsec - this.#throttledUsec,
      nr_periods: this.#lastPeriods - this.#periods,
    };
  }

  #observeMemory(
    type: 'memory_high' | 'memory_max',
    episode: Episode,
    value: number,
    columns: Columns,
    row: number,
    time: number,
  ): void {
    if (episode.observe(value, time) === OVER) this.#tellMemory(type, episode, this.#memoryOf(columns, row));
  }

  #tellMemory(
    type: 'memory_high' | 'memory_max',
    { from, to, growth }: Episode,
    memory: Record<string, unknown>,
  ): void {
    this.#tellAt(type, from, null, { count: growth, to, duration_usec: to - from, ...memory });
  }

  #memoryOf(columns: Columns, row: number): Record<string, number> {
    const { memory, memoryMax, memoryHigh, memoryPeak, swap } = this.#at;
    const figures: Record<string, number> = {};
    for (const column of [memory, memoryMax, memoryHigh, memoryPeak, swap])
      if (columns.isValid(column, row)) figures[columns.layout.columns[column]!.name] = columns.getInt(column, row);
    return figures;
  }

  #tellChange(changes: SettingChange, time: number): void {
    this.#tellAt('limit_change', time, null, { changes });
  }

  #tellAt(type: EventType, time: number, pid: number | null, detail: Record<string, unknown>): void {
    const event: RecordedEvent = {
      type,
      severity: EVENT_SEVERITIES[type],
      time,
      entity: this.#entity,
      pid,
      detail,
    };
    this.#context.event(event);
  }
}

function describe({ pid, comm, startTime, time, figures }: Suspect, killedAt: number): Record<string, unknown> {
  return { pid, comm, start_time: startTime, age_usec: Math.max(0, killedAt - time), ...figures };
}

function valueOf(columns: Columns, row: number, column: number): number {
  return columns.isValid(column, row) ? columns.getInt(column, row) : -1;
}
