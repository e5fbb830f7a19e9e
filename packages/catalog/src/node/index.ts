import type { Column } from '../column.ts';
import { pressureColumns } from '../containers/pressure.ts';
import { DISKSTATS } from './diskstats.ts';
import { FILE_NR } from './file-nr.ts';
import { LOADAVG } from './loadavg.ts';
import { MEMINFO } from './meminfo.ts';
import { STAT } from './stat.ts';
import { UPTIME } from './uptime.ts';
import { VMSTAT } from './vmstat.ts';

export { unknownMeminfo } from './meminfo.ts';
export { unknownVmstat } from './vmstat.ts';

/** All metrics of the machine, in the order of their columns. */
export const NODE_METRICS: readonly Column[] = [
  ...STAT,
  ...LOADAVG,
  ...UPTIME,
  ...FILE_NR,
  ...pressureColumns((resource) => `/proc/pressure/${resource}`),
  ...DISKSTATS,
  ...MEMINFO,
  ...VMSTAT,
];
