import type { Column } from '../column.ts';
import { metricsOf } from '../metric.ts';

const of = metricsOf('io.stat');

/** What one block device did for a container, service or the host, and what io.cost and io.latency say of it. */
export const DEVICE_METRICS: readonly Column[] = [
  of.counter('io_stat_rbytes', 'bytes', 'Bytes read.', 'rbytes'),
  of.counter('io_stat_wbytes', 'bytes', 'Bytes written.', 'wbytes'),
  of.counter('io_stat_rios', 'count', 'Reads.', 'rios'),
  of.counter('io_stat_wios', 'count', 'Writes.', 'wios'),
  of.counter('io_stat_dbytes', 'bytes', 'Bytes discarded.', 'dbytes'),
  of.counter('io_stat_dios', 'count', 'Discards.', 'dios'),
  of.fraction('io_stat_cost_vrate_percent', 'percent', 'Pace of io.cost against its model; host only.', 'cost.vrate'),
  of.counter('io_stat_cost_usage_usec', 'usec', 'Time of the device it used, as io.cost estimates it.', 'cost.usage'),
  of.counter('io_stat_cost_wait_usec', 'usec', 'Time its requests waited for their share of io.cost.', 'cost.wait'),
  of.counter('io_stat_cost_indebt_usec', 'usec', 'Time it was in debt to io.cost.', 'cost.indebt'),
  of.counter('io_stat_cost_indelay_usec', 'usec', 'Time its tasks were delayed to pay that debt.', 'cost.indelay'),
  of.gauge(
    'io_stat_use_delay',
    'count',
    'Above 0 while its tasks are delayed because others missed their goal.',
    'use_delay',
  ),
  of.gauge('io_stat_delay_usec', 'usec', 'For how long its tasks are delayed.', 'delay_nsec'),
  of.gauge('io_stat_depth', 'count', 'Requests that io.latency lets it have at once; null: no limit.', 'depth'),
  of.gauge('io_stat_avg_lat_usec', 'usec', 'Latency of its requests, as io.latency averages it.', 'avg_lat'),
  of.gauge('io_stat_win_usec', 'usec', 'Window over which io.latency judges it.', 'win'),
  of.gauge(
    'io_stat_missed',
    'count',
    'Requests of this window that took longer than the goal; not for disks that turn.',
    'missed',
  ),
  of.gauge('io_stat_total', 'count', 'Requests of this window; not for disks that turn.', 'total'),
];
