import type { Column } from '../column.ts';
import { metricsOf } from '../metric.ts';
import { SMAPS } from './smaps.ts';

const stat = metricsOf('/proc/PID/stat');

/** All metrics of the regions of one name in one process, in the order of their columns. */
export const MAPPING_METRICS: readonly Column[] = [
  stat.label('pid', null, 'Process id on the node.'),
  stat.label('start_time', 'ticks', 'When the process started, in clock ticks since boot.'),
  metricsOf('/proc/PID/smaps').gauge('region_count', 'count', 'Regions of this name.'),
  ...SMAPS,
];
