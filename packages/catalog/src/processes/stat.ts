import type { Column } from '../column.ts';
import { metricsOf } from '../metric.ts';

const of = metricsOf('/proc/PID/stat');

export const STAT: readonly Column[] = [
  of.counter('stat_utime_usec', 'usec', 'CPU time used in user mode, in steps of one clock tick.', 'utime'),
  of.counter('stat_stime_usec', 'usec', 'CPU time used in the kernel, in steps of one clock tick.', 'stime'),
  of.counter('stat_cutime_usec', 'usec', 'CPU time that children it has waited for used in user mode.', 'cutime'),
  of.counter('stat_cstime_usec', 'usec', 'CPU time that children it has waited for used in the kernel.', 'cstime'),
  of.counter('stat_minflt', 'count', 'Page faults that needed no I/O.', 'minflt'),
  of.counter('stat_majflt', 'count', 'Page faults that had to wait for I/O.', 'majflt'),
  of.gauge('stat_num_threads', 'count', 'Threads.', 'num_threads'),
  of.gauge('stat_vsize_bytes', 'bytes', 'Address space in use.', 'vsize'),
  of.gauge('stat_rss_bytes', 'bytes', 'Resident memory, as the kernel estimates it without summing over CPUs.', 'rss'),
  of.gauge('stat_processor', null, 'CPU it ran on last.', 'processor'),
  of.counter(
    'stat_delayacct_blkio_usec',
    'usec',
    'Time spent waiting for block I/O; null where the kernel does not measure it (sysctl kernel.task_delayacct).',
    'delayacct_blkio_ticks',
  ),
  of.gauge('stat_rt_priority', null, 'Real-time priority; 0 for normal processes.', 'rt_priority'),
  of.gauge(
    'stat_policy',
    null,
    'Scheduling policy: 0 other, 1 FIFO, 2 round robin, 3 batch, 5 idle, 6 deadline.',
    'policy',
  ),
];
