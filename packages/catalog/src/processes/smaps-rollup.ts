import type { Column } from '../column.ts';
import { metricsOf } from '../metric.ts';
import { SMAPS_FIELDS } from '../mappings/smaps.ts';

const of = metricsOf('/proc/PID/smaps_rollup');

export const SMAPS_ROLLUP: readonly Column[] = SMAPS_FIELDS.map(([key, name, help]) =>
  of.gauge(`smaps_rollup_${name}_bytes`, 'bytes', help, key),
);
