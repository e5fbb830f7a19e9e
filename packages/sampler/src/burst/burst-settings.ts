/** Counters of `containers` whose growth is trouble, by the name of the event that tells of it. */
export const BURST_EVENTS = ['oom_kill', 'memory_high', 'memory_max'] as const;
export type BurstEvent = (typeof BURST_EVENTS)[number];

/** What makes the recorder keep the time around it. Percentages; null: this does not. */
export interface BurstTriggers {
  readonly events: readonly BurstEvent[];
  /** memory_percent at which memory counts as tight. */
  readonly memory: number | null;
  /** Share of the CPU bandwidth periods in which it was throttled. */
  readonly throttled: number | null;
  /** Ten-second average of the time in which some task waited for a CPU, memory or I/O. */
  readonly pressure: number | null;
}

/** How containers are watched between ticks. */
export interface BurstSettings {
  /** Time between two sub-ticks, at most half of the interval. */
  readonly intervalMs: number;
  /** How long before a trigger is kept. */
  readonly windowMs: number;
  /** How long after the last trigger rows go on. */
  readonly afterMs: number;
  /** What all shards together may use for what they keep. */
  readonly memoryBytes: number;
  readonly triggers: BurstTriggers;
}
