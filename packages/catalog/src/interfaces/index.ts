import type { Column } from '../column.ts';
import { metricsOf } from '../metric.ts';

const of = metricsOf('/proc/PID/net/dev');

/** What one network interface carried: all counters, in the order of the file. */
export const INTERFACE_METRICS: readonly Column[] = [
  of.counter('network_receive_bytes', 'bytes', 'Bytes received.', 'receive bytes'),
  of.counter('network_receive_packets', 'count', 'Packets received.', 'receive packets'),
  of.counter('network_receive_errors', 'count', 'Packets received with an error of any kind.', 'receive errs'),
  of.counter(
    'network_receive_drops',
    'count',
    'Packets received and dropped, for want of room or of a receiver.',
    'receive drop',
  ),
  of.counter(
    'network_receive_fifo_errors',
    'count',
    'Packets lost because the buffer of the card was full.',
    'receive fifo',
  ),
  of.counter(
    'network_receive_frame_errors',
    'count',
    'Packets with a wrong length, checksum or alignment.',
    'receive frame',
  ),
  of.counter('network_receive_compressed', 'count', 'Compressed packets received.', 'receive compressed'),
  of.counter('network_receive_multicast', 'count', 'Multicast packets received.', 'receive multicast'),
  of.counter('network_transmit_bytes', 'bytes', 'Bytes sent.', 'transmit bytes'),
  of.counter('network_transmit_packets', 'count', 'Packets sent.', 'transmit packets'),
  of.counter('network_transmit_errors', 'count', 'Packets not sent because of an error of any kind.', 'transmit errs'),
  of.counter('network_transmit_drops', 'count', 'Packets dropped instead of being sent.', 'transmit drop'),
  of.counter(
    'network_transmit_fifo_errors',
    'count',
    'Packets lost because the buffer of the card ran dry.',
    'transmit fifo',
  ),
  of.counter('network_transmit_collisions', 'count', 'Collisions while packets were sent.', 'transmit colls'),
  of.counter(
    'network_transmit_carrier_errors',
    'count',
    'Packets not sent because the line was gone.',
    'transmit carrier',
  ),
  of.counter('network_transmit_compressed', 'count', 'Compressed packets sent.', 'transmit compressed'),
];
