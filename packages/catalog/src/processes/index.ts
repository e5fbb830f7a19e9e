import type { Column } from '../column.ts';
import { DERIVED } from './derived.ts';
import { FD } from './fd.ts';
import { IDENTITY } from './identity.ts';
import { IO } from './io.ts';
import { OOM_SCORE } from './oom-score.ts';
import { SCHEDSTAT } from './schedstat.ts';
import { SMAPS_ROLLUP } from './smaps-rollup.ts';
import { STAT } from './stat.ts';
import { STATM } from './statm.ts';
import { STATUS } from './status.ts';
import { WALK } from './walk.ts';

export { PROCESS_STATES, PROCESS_TEXT } from './identity.ts';
export { MEMORY_METHODS, type MemoryMethod } from './walk.ts';

/** All metrics of a process, in the order of their columns. */
export const PROCESS_METRICS: readonly Column[] = [
  ...IDENTITY,
  ...DERIVED,
  ...STAT,
  ...STATM,
  ...STATUS,
  ...SCHEDSTAT,
  ...IO,
  ...FD,
  ...OOM_SCORE,
  ...SMAPS_ROLLUP,
  ...WALK,
];
