import type { LiveProcess } from '@fgm/store';

export type { LiveProcess };

/** One entity in the live view, at one tick. Null is unknown, not zero. */
export interface LiveRow {
  readonly entity: number;
  readonly name: string;
  readonly scope: string;
  readonly namespace: string | null;
  readonly pod: string | null;
  readonly cpuMillicores: number | null;
  /** Share of the CPU limit, 0 to 100. */
  readonly cpuPercent: number | null;
  readonly memoryBytes: number | null;
  /** Share of the tightest memory limit, 0 to 100. */
  readonly memoryPercent: number | null;
  /** Null also when it is not known of every process. */
  readonly pssBytes: number | null;
  /** PSS is at least this: exact figures of some processes, lower bounds of others. */
  readonly pssLowerBytes: number | null;
  /** Share of the last interval in which the entity was throttled, 0 to 100. */
  readonly throttledPercent: number | null;
  readonly processes: number | null;
}

/** What the recorder itself costs and has done, measured over the last interval. */
export interface SelfCost {
  readonly cpuMillicores: number;
  readonly rssBytes: number;
  readonly ticks: number;
  readonly ticksMissed: number;
  readonly rowsWritten: number;
  readonly storeBytes: number;
  readonly storeLimitBytes: number;
  readonly latenessUsec: number;
}

export interface LiveSnapshot {
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
  readonly tick: number;
  readonly intervalMs: number;
  readonly rows: readonly LiveRow[];
  /** The busiest processes, by CPU. */
  readonly processes: readonly LiveProcess[];
  readonly self: SelfCost;
}
