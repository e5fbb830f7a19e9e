import type { Column } from '../column.ts';
import { metricsOf } from '../metric.ts';

const of = metricsOf('/proc/PID/net/dev');

const DIRECTIONS = { receive: 'received', transmit: 'sent' } as const;

function network(direction: keyof typeof DIRECTIONS): Column[] {
  const name = `network_${direction}`;
  const done = DIRECTIONS[direction];
  // The shortest way to say it eight times: every container of a pod shows the same figures.
  const where =
    'in its network namespace, which its pod shares; without lo. Null where it is the one of the host, but for the host.';
  return [
    of.counter(`${name}_bytes`, 'bytes', `Bytes ${done} ${where}`, `${direction} bytes`),
    of.counter(`${name}_packets`, 'count', `Packets ${done} ${where}`, `${direction} packets`),
    of.counter(`${name}_errors`, 'count', `Packets not ${done} for errors ${where}`, `${direction} errs`),
    of.counter(`${name}_drops`, 'count', `Packets dropped and not ${done} ${where}`, `${direction} drop`),
  ];
}

/** Sums over the interfaces of the namespace of its first process. */
export const NETWORK: readonly Column[] = [...network('receive'), ...network('transmit')];
