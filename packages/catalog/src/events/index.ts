import type { Column } from '../column.ts';
import { LABELS } from '../labels.ts';
import { metricsOf } from '../metric.ts';

function text(name: string, help: string): Column {
  return { name, type: 'utf8', kind: 'label', unit: null, help, source: 'recorder' };
}

/** Columns of the events table, in order. */
export const EVENT_COLUMNS: readonly Column[] = [
  { name: 'time', type: 'timestamp', kind: 'label', unit: null, help: 'When it happened.', source: 'recorder' },
  text('type', 'What happened: container_start, container_stop, ticks_missed, …'),
  text('severity', 'info, warning or critical.'),
  ...LABELS,
  metricsOf('recorder').label('pid', null, 'Process it happened to, where there is one.'),
  text('detail', 'Facts of this event, as JSON.'),
];
