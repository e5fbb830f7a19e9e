import type { Column } from '../column.ts';
import { metricsOf } from '../metric.ts';
import { MEMORY_STAT } from './memory-stat.ts';

const of = metricsOf('memory.numa_stat');
const KNOWN = new Map(MEMORY_STAT.map((column) => [column.key, column]));

/** The column of one key of memory.numa_stat on one memory node: what memory.stat says of all nodes together. */
export function numaStatColumn(key: string, node: number): Column {
  const sum = KNOWN.get(key);
  const name = `memory_numa_stat_${key}_n${node}`;
  const where = `on memory node ${node}`;
  const nested = `${key} N${node}`;
  if (sum === undefined) {
    return of.gauge(name, null, `Key that this version does not know, ${where}; as the kernel prints it.`, nested);
  }
  const help = `memory_stat_${key} ${where} alone.`;
  if (sum.kind === 'counter') return of.counter(name, 'count', help, nested);
  return of.gauge(`${name}_bytes`, 'bytes', help, nested);
}
