export const SEVERITIES = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

export const EVENT_TYPES = [
  'recorder_start',
  'recorder_stop',
  'recovered_spool',
  'container_start',
  'container_stop',
  'ticks_missed',
  'ring_overrun',
  'clock_step',
  'disk_full',
  'disk_ok',
  'thread_restart',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

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
