import type { Column } from '../column.ts';
import { metricsOf } from '../metric.ts';

const of = metricsOf('io.stat');

/** Sums over the block devices of the file. */
export const IO_STAT: readonly Column[] = [
  of.counter('io_stat_rbytes', 'bytes', 'Bytes read from block devices.', 'rbytes'),
  of.counter('io_stat_wbytes', 'bytes', 'Bytes written to block devices.', 'wbytes'),
  of.counter('io_stat_rios', 'count', 'Reads of block devices.', 'rios'),
  of.counter('io_stat_wios', 'count', 'Writes of block devices.', 'wios'),
  of.counter('io_stat_dbytes', 'bytes', 'Bytes discarded on block devices.', 'dbytes'),
  of.counter('io_stat_dios', 'count', 'Discards on block devices.', 'dios'),
];
