import type { Column } from '../column.ts';
import { metricsOf } from '../metric.ts';

const stat = metricsOf('cgroup.stat');
const events = metricsOf('cgroup.events');

export const CGROUP: readonly Column[] = [
  stat.gauge('cgroup_stat_nr_descendants', 'count', 'Cgroups below it.', 'nr_descendants'),
  stat.gauge(
    'cgroup_stat_nr_dying_descendants',
    'count',
    'Removed cgroups below it that still hold memory or other resources.',
    'nr_dying_descendants',
  ),
  events.gauge('cgroup_events_populated', null, '1 when it or a descendant has a live process, else 0.', 'populated'),
  events.gauge('cgroup_events_frozen', null, '1 when it is frozen, else 0 (kernel 5.2).', 'frozen'),
  metricsOf('cgroup.freeze').gauge('cgroup_freeze', null, '1 when it was told to freeze, else 0 (kernel 5.2).'),
];
