import { type Hierarchy, type Layout } from '@fgm/catalog';
import {
  cpuStatParser,
  memoryEventsParser,
  memoryStatParser,
  pressureParser,
  singleValueParser,
  v1CpuacctUsageParser,
  v1CpuStatParser,
  v1MemoryStatParser,
  v1OomControlParser,
  type Parser,
} from '@fgm/kernfs';
import type { SampledFile } from '../files/sampled-file.ts';

/**
 * When a file is read between ticks: always, because it tells whether anything has run; when something has; or only when the
 * entity is near trouble.
 */
export type BurstGroup = 'usage' | 'moved' | 'trouble';

/** How a file of the file plan is read between ticks, into the columns of `bursts`. */
export interface BurstReading {
  readonly group: BurstGroup;
  readonly parser: Parser;
}

/** A file whose descriptor belongs to the ticks, and that is read between them as well. */
export interface BurstFile extends BurstReading {
  readonly file: SampledFile;
}

/** By hierarchy and name. */
export type BurstPlan = ReadonlyMap<string, BurstReading>;

export function burstKey(hierarchy: Hierarchy, name: string): string {
  return `${hierarchy} ${name}`;
}

export function makeBurstPlan(layout: Layout): BurstPlan {
  const plan = new Map<string, BurstReading>();
  const add = (hierarchy: Hierarchy, name: string, group: BurstGroup, parser: Parser): void =>
    void plan.set(burstKey(hierarchy, name), { group, parser });
  const value = (column: string): Parser => singleValueParser(layout, column);
  add('v2', 'cpu.stat', 'usage', cpuStatParser(layout));
  add('v2', 'memory.current', 'moved', value('memory_current_bytes'));
  add('v2', 'pids.current', 'trouble', value('pids_current'));
  add('v2', 'memory.swap.current', 'trouble', value('memory_swap_current_bytes'));
  add('v2', 'memory.stat', 'trouble', memoryStatParser(layout));
  add('v2', 'memory.events', 'moved', memoryEventsParser(layout, 'memory.events'));
  for (const resource of ['cpu', 'memory', 'io'] as const)
    add('v2', `${resource}.pressure`, 'trouble', pressureParser(layout, resource));
  add('cpuacct', 'cpuacct.usage', 'usage', v1CpuacctUsageParser(layout, 'cpuacct.usage'));
  add('cpuacct', 'cpuacct.usage_user', 'trouble', v1CpuacctUsageParser(layout, 'cpuacct.usage_user'));
  add('cpuacct', 'cpuacct.usage_sys', 'trouble', v1CpuacctUsageParser(layout, 'cpuacct.usage_sys'));
  add('cpu', 'cpu.stat', 'trouble', v1CpuStatParser(layout));
  add('memory', 'memory.usage_in_bytes', 'moved', value('memory_current_bytes'));
  add('memory', 'memory.stat', 'trouble', v1MemoryStatParser(layout));
  add('memory', 'memory.failcnt', 'trouble', value('memory_events_max'));
  add('memory', 'memory.oom_control', 'moved', v1OomControlParser(layout));
  add('pids', 'pids.current', 'trouble', value('pids_current'));
  return plan;
}
