export const SEVERITIES = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

export const EVENT_TYPES = [
  'recorder_start',
  'recorder_stop',
  'recovered_spool',
  'damaged_spool',
  'container_start',
  'container_stop',
  'container_restart',
  'process_start',
  'process_exit',
  'oom_kill',
  'memory_high',
  'memory_max',
  'cpu_throttled_start',
  'cpu_throttled_stop',
  'limit_change',
  'burst',
  'ticks_missed',
  'ring_overrun',
  'clock_step',
  'disk_full',
  'disk_ok',
  'thread_restart',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/**
 * How grave each type is: `critical` is a loss (of a process, of data), `warning` a sign of one, `info` the course of things.
 * docs/events.md says what each means and what its detail holds.
 */
export const EVENT_SEVERITIES: Readonly<Record<EventType, Severity>> = {
  recorder_start: 'info',
  recorder_stop: 'info',
  recovered_spool: 'warning',
  damaged_spool: 'critical',
  container_start: 'info',
  container_stop: 'info',
  container_restart: 'warning',
  process_start: 'info',
  process_exit: 'info',
  oom_kill: 'critical',
  memory_high: 'info',
  memory_max: 'warning',
  cpu_throttled_start: 'info',
  cpu_throttled_stop: 'info',
  limit_change: 'info',
  burst: 'info',
  ticks_missed: 'warning',
  ring_overrun: 'warning',
  clock_step: 'warning',
  disk_full: 'critical',
  disk_ok: 'info',
  thread_restart: 'critical',
};

/** Something that happened, one row of the `events` table. */
export interface RecordedEvent {
  readonly type: EventType;
  readonly severity: Severity;
  /** Microseconds since the Unix epoch. */
  readonly time: number;
  /** The entity it happened to; null for the recorder itself. */
  readonly entity: number | null;
  readonly pid: number | null;
  /** Facts of this event, stored as JSON. */
  readonly detail: Readonly<Record<string, unknown>>;
}
