import type { Column } from '../column.ts';
import { CGROUP } from './cgroup.ts';
import { CPU } from './cpu.ts';
import { CPU_STAT } from './cpu-stat.ts';
import { DERIVED } from './derived.ts';
import { INTERVAL_PEAK } from './interval-peak.ts';
import { IO_STAT } from './io-stat.ts';
import { MEMORY } from './memory.ts';
import { MEMORY_EVENTS } from './memory-events.ts';
import { MEMORY_STAT } from './memory-stat.ts';
import { NETWORK } from './network.ts';
import { OOM_CONTROL } from './oom-control.ts';
import { PIDS } from './pids.ts';
import { PRESSURE } from './pressure.ts';

export { hugetlbColumns } from './hugetlb.ts';
export { numaStatColumn } from './memory-numa-stat.ts';
export { NETWORK as NETWORK_METRICS } from './network.ts';
export { unknownMemoryStat } from './memory-stat.ts';
export { miscColumns } from './misc-controller.ts';
export { PRESSURE_RESOURCES, type PressureResource } from './pressure.ts';
export { rdmaColumns } from './rdma.ts';

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
  ...NETWORK,
  ...PIDS,
  ...CGROUP,
  ...INTERVAL_PEAK,
];
