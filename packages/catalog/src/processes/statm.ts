import type { Column } from '../column.ts';
import { metricsOf } from '../metric.ts';

const of = metricsOf('/proc/PID/statm');

export const STATM: readonly Column[] = [
  of.gauge('statm_size_bytes', 'bytes', 'Address space in use.', 'size'),
  of.gauge('statm_resident_bytes', 'bytes', 'Resident memory.', 'resident'),
  of.gauge('statm_shared_bytes', 'bytes', 'Resident memory that is backed by files or shared.', 'shared'),
  of.gauge('statm_text_bytes', 'bytes', 'Size of its code.', 'text'),
  of.gauge('statm_data_bytes', 'bytes', 'Size of its data and stacks, resident or not.', 'data'),
];
