import type { Column } from '../column.ts';
import { CGROUP } from './cgroup.ts';
import { CPU } from './cpu.ts';
import { CPU_STAT } from './cpu-stat.ts';
import { DERIVED } from './derived.ts';
import { IO_STAT } from './io-stat.ts';
import { MEMORY } from './memory.ts';
import { MEMORY_EVENTS } from './memory-events.ts';
import { MEMORY_STAT } from './memory-stat.ts';
import { OOM_CONTROL } from './oom-control.ts';
import { PIDS } from './pids.ts';
import { PRESSURE } from './pressure.ts';

export { unknownMemoryStat } from './memory-stat.ts';
export { PRESSURE_RESOURCES, type PressureResource } from './pressure.ts';

/** All metrics of a container, service or the host, in the order of their columns. */
export const CONTAINER_METRICS: readonly Column[] = [
  ...DERIVED,
  ...MEMORY,
  ...MEMORY_STAT,
  ...MEMORY_EVENTS,
  ...OOM_CONTROL,
  ...CPU_STAT,
  ...CPU,
  ...PRESSURE,
  ...IO_STAT,
  ...PIDS,
  ...CGROUP,
];
