import { EVENT_SEVERITIES, type Entity, type FinalFigures, type RecordedEvent } from '@fgm/catalog';

/** @param existedBefore it was already there when the recorder started, so the time is not that of its start */
export function containerStart(entity: Entity, existedBefore: boolean): RecordedEvent {
  return event('container_start', entity, entity.firstSeen, { existed_before: existedBefore });
}

export interface Stop {
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
  /** Its last process has gone, or its directory has, which may be all that was seen. */
  readonly reason: 'emptied' | 'removed';
  readonly figures: FinalFigures | null;
  readonly existedBefore: boolean;
}

export function containerStop(entity: Entity, { time, reason, figures, existedBefore }: Stop): RecordedEvent {
  return event('container_stop', entity, time, {
    reason,
    first_seen: entity.firstSeen,
    ...(existedBefore ? {} : { duration_ms: Math.max(0, time - entity.firstSeen) }),
    ...(figures === null ? {} : { final_time: figures.time, final: figures.values }),
  });
}

/** @param detail how it is known, and what goes with that */
export function containerRestart(entity: Entity, time: number, detail: Record<string, unknown>): RecordedEvent {
  return event('container_restart', entity, time, detail);
}

function event(
  type: 'container_start' | 'container_stop' | 'container_restart',
  { entity, identity: { cgroup, scope } }: Entity,
  time: number,
  detail: Record<string, unknown>,
): RecordedEvent {
  return {
    type,
    severity: EVENT_SEVERITIES[type],
    time: time * 1000,
    entity,
    pid: null,
    detail: { cgroup, scope, ...detail },
  };
}
