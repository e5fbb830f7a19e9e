import type { Column } from '../column.ts';
import { metricsOf } from '../metric.ts';

const of = metricsOf('/proc/diskstats');

/**
 * Sums over whole devices at the bottom of the stack: no partitions, nothing that stores its data on another device that is
 * counted already (dm-, md, bcache, drbd, zd, loop), and no memory (ram, zram).
 */
export const DISKSTATS: readonly Column[] = [
  of.gauge('diskstats_devices', 'count', 'Disks in these sums, which fall when one is removed.', 'devices'),
  of.counter('diskstats_read_ios', 'count', 'Reads completed, summed over disks.', 'read ios'),
  of.counter('diskstats_read_merges', 'count', 'Reads merged into others before they were queued.', 'read merges'),
  of.counter('diskstats_read_bytes', 'bytes', 'Bytes read.', 'read sectors'),
  of.counter('diskstats_read_usec', 'usec', 'Time that reads took, each counted on its own.', 'read ticks'),
  of.counter('diskstats_write_ios', 'count', 'Writes completed, summed over disks.', 'write ios'),
  of.counter('diskstats_write_merges', 'count', 'Writes merged into others before they were queued.', 'write merges'),
  of.counter('diskstats_write_bytes', 'bytes', 'Bytes written.', 'write sectors'),
  of.counter('diskstats_write_usec', 'usec', 'Time that writes took, each counted on its own.', 'write ticks'),
  of.gauge('diskstats_in_flight', 'count', 'Requests given to disks and not completed.', 'in flight'),
  of.counter('diskstats_io_usec', 'usec', 'Time in which a disk had requests, summed over disks.', 'io ticks'),
  of.counter('diskstats_queue_usec', 'usec', 'Time that requests took, weighted by their number.', 'time in queue'),
  of.counter('diskstats_discard_ios', 'count', 'Discards completed (kernel 4.18).', 'discard ios'),
  of.counter('diskstats_discard_merges', 'count', 'Discards merged into others (kernel 4.18).', 'discard merges'),
  of.counter('diskstats_discard_bytes', 'bytes', 'Bytes discarded (kernel 4.18).', 'discard sectors'),
  of.counter('diskstats_discard_usec', 'usec', 'Time that discards took (kernel 4.18).', 'discard ticks'),
  of.counter('diskstats_flush_ios', 'count', 'Flushes completed (kernel 5.5).', 'flush ios'),
  of.counter('diskstats_flush_usec', 'usec', 'Time that flushes took (kernel 5.5).', 'flush ticks'),
];
