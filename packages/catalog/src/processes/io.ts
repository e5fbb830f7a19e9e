import type { Column } from '../column.ts';
import { metricsOf } from '../metric.ts';

const of = metricsOf('/proc/PID/io');

export const IO: readonly Column[] = [
  of.counter('io_rchar_bytes', 'bytes', 'Bytes asked for by read calls, cached or not.', 'rchar'),
  of.counter('io_wchar_bytes', 'bytes', 'Bytes handed over by write calls, written yet or not.', 'wchar'),
  of.counter('io_syscr', 'count', 'Read calls.', 'syscr'),
  of.counter('io_syscw', 'count', 'Write calls.', 'syscw'),
  of.counter('io_read_bytes', 'bytes', 'Bytes fetched from storage for it.', 'read_bytes'),
  of.counter('io_write_bytes', 'bytes', 'Bytes it caused to be sent to storage.', 'write_bytes'),
  of.counter(
    'io_cancelled_write_bytes',
    'bytes',
    'Bytes it kept from being written by truncating cached pages.',
    'cancelled_write_bytes',
  ),
];
