import type { Column, RecordedEvent } from '@fgm/catalog';
import { labelOf } from './labels.ts';
import type { SegmentInfo } from './segment.ts';
import type { Texts } from './texts.ts';

/** The text of an event's column; null where it has none. */
export function eventText(column: Column, event: RecordedEvent, info: SegmentInfo, texts: Texts): string | null {
  if (column.name === 'type') return event.type;
  if (column.name === 'severity') return event.severity;
  if (column.name === 'detail') return JSON.stringify(event.detail);
  return labelOf(column, { entity: event.entity ?? -1, process: -1, name: -1 }, info, texts);
}
