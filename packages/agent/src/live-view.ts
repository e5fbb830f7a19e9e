import type { Entity } from '@fgm/catalog';
import type { LiveProcess, LiveRow, LiveSnapshot, SelfCost } from './live.ts';

/** Columns of `containers` that the live view asks the writer for, in this order. */
export const LIVE_COLUMNS = [
  'time',
  'cpu_usage_millicores',
  'cpu_usage_percent',
  'memory_current_bytes',
  'memory_percent',
  'pss_bytes',
  'cpu_stat_throttled_usec',
  'process_count',
  'rss_bytes',
  'pss_coverage',
  'pss_lower_bytes',
] as const;

const TIME = 0;
const MILLICORES = 1;
const PERCENT = 2;
const MEMORY = 3;
const MEMORY_PERCENT = 4;
const PSS = 5;
const THROTTLED = 6;
const PROCESSES = 7;
const RSS = 8;
const PSS_COVERAGE = 9;
const PSS_LOWER = 10;

interface Throttling {
  readonly time: number;
  readonly usec: number;
}

/** Turns what the writer saw of a tick into rows with names. */
export class LiveView {
  readonly #entities: ReadonlyMap<number, Entity>;
  readonly #throttling = new Map<number, Throttling>();

  /** @param entities the entities of this run, by number; kept up to date by the caller */
  constructor(entities: ReadonlyMap<number, Entity>) {
    this.#entities = entities;
  }

  /** @param values per column of LIVE_COLUMNS one value per entity, null where absent */
  snapshot(
    tick: number,
    intervalMs: number,
    entities: readonly number[],
    values: readonly (readonly (number | null)[])[],
    processes: readonly LiveProcess[],
    self: SelfCost,
  ): LiveSnapshot {
    const rows = entities.flatMap((number, index) => {
      const entity = this.#entities.get(number);
      return entity && entity.identity.scope !== 'group'
        ? [
            this.#row(
              entity,
              values.map((column) => column[index] ?? null),
            ),
          ]
        : [];
    });
    for (const number of this.#throttling.keys()) if (!this.#entities.has(number)) this.#throttling.delete(number);
    return { time: Date.now(), tick, intervalMs, rows, processes, self };
  }

  #row(entity: Entity, values: readonly (number | null)[]): LiveRow {
    const { identity } = entity;
    return {
      entity: entity.entity,
      name:
        identity.container ?? (identity.scope === 'container' ? identity.containerId.slice(0, 12) : identity.cgroup),
      scope: identity.scope,
      namespace: identity.namespace,
      pod: identity.pod,
      cpuMillicores: values[MILLICORES] ?? null,
      cpuPercent: values[PERCENT] ?? null,
      // Where no memory controller is, the processes' resident memory says most.
      memoryBytes: values[MEMORY] ?? values[RSS] ?? null,
      memoryPercent: values[MEMORY_PERCENT] ?? null,
      pssBytes: values[PSS_COVERAGE] === 1 ? (values[PSS] ?? null) : null,
      pssLowerBytes: values[PSS_LOWER] ?? null,
      throttledPercent: this.#throttled(entity.entity, values[TIME] ?? null, values[THROTTLED] ?? null),
      processes: values[PROCESSES] ?? null,
    };
  }

  #throttled(entity: number, time: number | null, usec: number | null): number | null {
    if (time === null || usec === null) return null;
    const before = this.#throttling.get(entity);
    this.#throttling.set(entity, { time, usec });
    if (before === undefined || time <= before.time || usec < before.usec) return null;
    return ((usec - before.usec) / (time - before.time)) * 100;
  }
}
