import type { Column } from '../column.ts';
import { metricsOf } from '../metric.ts';

const of = metricsOf('recorder');

/** How the memory figures of a row were got, in the order of their index. */
export const MEMORY_METHODS = ['rollup', 'smaps', 'pagemap', 'reused', 'none'] as const;
export type MemoryMethod = (typeof MEMORY_METHODS)[number];

export const WALK: readonly Column[] = [
  {
    name: 'memory_method',
    type: 'enum',
    kind: 'label',
    unit: null,
    help: 'How the memory figures were got: rollup (smaps_rollup), smaps, pagemap (in slices: USS, and PSS in bounds), reused (of an earlier tick), or none.',
    source: 'recorder',
    values: MEMORY_METHODS,
  },
  of.gauge(
    'memory_age_ticks',
    'count',
    'How many ticks ago they were read; of a walk in slices, how long ago it began.',
  ),
  of.gauge('walk_usec', 'usec', 'How long the last walk over its pages took, the pauses of a walk in slices left out.'),
  of.gauge('uss_bytes', 'bytes', 'Memory that no other process maps: Private_Clean + Private_Dirty.'),
  of.gauge('pss_lower_bytes', 'bytes', 'PSS is at least this, where the method only bounds it.'),
  of.gauge('pss_upper_bytes', 'bytes', 'PSS is at most this, where the method only bounds it.'),
];
