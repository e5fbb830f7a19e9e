import type { Column, Unit } from '../column.ts';
import { metricsOf } from '../metric.ts';

/** Files of one number, or `max`, which is null. */
const FILES: readonly (readonly [file: string, unit: Unit | null, help: string])[] = [
  ['memory.current', 'bytes', 'Memory charged to the cgroup and its descendants.'],
  ['memory.peak', 'bytes', 'Most memory charged since the cgroup was made (kernel 5.19).'],
  ['memory.min', 'bytes', 'Memory that is never reclaimed.'],
  ['memory.low', 'bytes', 'Memory that is reclaimed last.'],
  ['memory.high', 'bytes', 'Above this it is throttled and reclaimed; null: no such limit.'],
  ['memory.max', 'bytes', 'Hard limit; null: no limit of its own.'],
  ['memory.swap.current', 'bytes', 'Swap in use.'],
  ['memory.swap.peak', 'bytes', 'Most swap in use since the cgroup was made (kernel 6.5).'],
  ['memory.swap.high', 'bytes', 'Above this its allocations are throttled; null: no such limit.'],
  ['memory.swap.max', 'bytes', 'Hard limit of swap; null: no limit of its own.'],
  ['memory.zswap.current', 'bytes', 'Memory that zswap uses for it.'],
  ['memory.zswap.max', 'bytes', 'Hard limit of zswap; null: no limit of its own.'],
  ['memory.oom.group', null, '1 when the OOM killer kills all of the cgroup or nothing, else 0.'],
];

export const MEMORY: readonly Column[] = FILES.map(([file, unit, help]) => {
  const name = file.replaceAll('.', '_');
  return metricsOf(file).gauge(unit === 'bytes' ? `${name}_bytes` : name, unit, help);
});
