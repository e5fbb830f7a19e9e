import type { Column } from '../column.ts';
import { metricsOf } from '../metric.ts';

const HELP: readonly (readonly [key: string, help: string])[] = [
  ['low', 'Times memory was reclaimed although usage was below memory.low.'],
  ['high', 'Times a task was throttled because usage was above memory.high.'],
  ['max', 'Times usage was about to go over memory.max.'],
  ['oom', 'Times the limit was reached and an allocation was about to fail.'],
  ['oom_kill', 'Processes killed by any OOM killer.'],
  ['oom_group_kill', 'Times the whole group was killed by the OOM killer (kernel 5.17).'],
];

function events(file: string, where: string): Column[] {
  const of = metricsOf(file);
  const prefix = file.replaceAll('.', '_');
  return HELP.map(([key, help]) => of.counter(`${prefix}_${key}`, 'count', `${help.slice(0, -1)}${where}.`, key));
}

const swap = metricsOf('memory.swap.events');

export const MEMORY_EVENTS: readonly Column[] = [
  ...events('memory.events', ', in the cgroup or its descendants'),
  ...events('memory.events.local', ', in the cgroup itself (kernel 5.2)'),
  swap.counter('memory_swap_events_high', 'count', 'Times usage of swap was above memory.swap.high.', 'high'),
  swap.counter('memory_swap_events_max', 'count', 'Times usage of swap was about to go over memory.swap.max.', 'max'),
  swap.counter(
    'memory_swap_events_fail',
    'count',
    'Times swap could not be had, because of a limit or because it is full.',
    'fail',
  ),
];
