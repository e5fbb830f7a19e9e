import type { Severity } from '@fgm/catalog';
import { type Recording, untilSteady } from '../recordings/recording.ts';

/** Something that happened. */
export interface ShownEvent {
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
  readonly type: string;
  readonly severity: Severity;
  /** Id of the container; null for what happened to the recorder. */
  readonly container: string | null;
  readonly pid: number | null;
  /** Facts, as JSON. */
  readonly detail: string;
}

/** Which events. */
export interface EventRequest {
  /** Milliseconds since the Unix epoch; `to` is not included. */
  readonly from: number;
  readonly to: number;
  /** Ids of containers; null for all, and for what happened to the recorder. */
  readonly containers: ReadonlySet<string> | null;
  /** Null for all. */
  readonly types: ReadonlySet<string> | null;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** Events of a recording, in no order. */
export function eventsOf(recording: Recording, request: EventRequest): Promise<ShownEvent[]> {
  return untilSteady(recording, () => collect(recording, request));
}

async function collect(recording: Recording, request: EventRequest): Promise<ShownEvent[]> {
  const { from, to, containers, types } = request;
  const found: ShownEvent[] = [];
  await recording.eachPart('events', request, ({ part }) => {
    let read = 0;
    for (const [group, { first, rows }] of part.groups.entries()) {
      if (!part.mayHave(group, from, to)) continue;
      read += rows;
      const times = part.numbers('time', first, first + rows);
      const pids = part.numbers('pid', first, first + rows);
      const [type, severity, container, detail] = ['type', 'severity', 'container_id', 'detail'].map((name) => {
        const { codes, dictionary } = part.texts(name, first, first + rows);
        return (row: number): string | null => dictionary[codes[row]!] ?? null;
      }) as [Text, Text, Text, Text];
      for (let row = 0; row < rows; row++) {
        const time = times[row]! / 1000;
        const id = container(row);
        const what = type(row);
        if (!(time >= from && time < to) || what === null || (types !== null && !types.has(what))) continue;
        if (containers !== null && id !== null && !containers.has(id)) continue;
        found.push({
          time,
          type: what,
          severity: severity(row) as Severity,
          container: id,
          pid: Number.isNaN(pids[row]!) ? null : pids[row]!,
          detail: detail(row) ?? '{}',
        });
      }
    }
    return read;
  });
  return found;
}

type Text = (row: number) => string | null;
