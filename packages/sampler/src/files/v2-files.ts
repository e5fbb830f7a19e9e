import { PRESSURE_RESOURCES, type Layout } from '@fgm/catalog';
import {
  cgroupEventsParser,
  cgroupStatParser,
  cpuMaxParser,
  cpusetParser,
  cpuStatParser,
  ioStatParser,
  memoryEventsParser,
  memoryStatParser,
  pidsEventsParser,
  pressureParser,
  singleValueParser,
  type Parser,
} from '@fgm/kernfs';
import type { FileGroup, PlannedFile, Subject } from './planned-file.ts';

/** The files of a cgroup v2 directory. https://docs.kernel.org/admin-guide/cgroup-v2.html */
export function v2Files(layout: Layout): PlannedFile[] {
  const file = (subject: Subject, name: string, group: FileGroup, parser: Parser): PlannedFile => ({
    hierarchy: 'v2',
    subject,
    name,
    group,
    parser,
  });
  const value = (subject: Subject, name: string, group: FileGroup, column: string): PlannedFile =>
    file(subject, name, group, singleValueParser(layout, column));
  const bytes = (name: string, group: FileGroup): PlannedFile =>
    value('memory', name, group, `${name.replaceAll('.', '_')}_bytes`);
  return [
    file('cpu', 'cpu.stat', 'witnesses', cpuStatParser(layout)),
    bytes('memory.current', 'witnesses'),
    bytes('memory.peak', 'activity'),
    bytes('memory.swap.current', 'activity'),
    bytes('memory.swap.peak', 'activity'),
    bytes('memory.zswap.current', 'activity'),
    file('memory', 'memory.stat', 'activity', memoryStatParser(layout)),
    file('memory', 'memory.events', 'activity', memoryEventsParser(layout, 'memory.events')),
    file('memory', 'memory.events.local', 'activity', memoryEventsParser(layout, 'memory.events.local')),
    file('memory', 'memory.swap.events', 'activity', memoryEventsParser(layout, 'memory.swap.events')),
    file('cpu', 'cpu.stat.local', 'activity', cpuStatParser(layout, 'cpu.stat.local')),
    file('io', 'io.stat', 'activity', ioStatParser(layout)),
    value('pids', 'pids.current', 'witnesses', 'pids_current'),
    value('pids', 'pids.peak', 'activity', 'pids_peak'),
    file('pids', 'pids.events', 'activity', pidsEventsParser(layout)),
    file('core', 'cgroup.stat', 'activity', cgroupStatParser(layout)),
    file('core', 'cgroup.events', 'activity', cgroupEventsParser(layout)),
    // Of the core and not of a controller: a v2 directory beside v1 controllers has these files too.
    ...PRESSURE_RESOURCES.map((resource) =>
      file('core', `${resource}.pressure`, 'pressure', pressureParser(layout, resource)),
    ),
    bytes('memory.min', 'settings'),
    bytes('memory.low', 'settings'),
    bytes('memory.high', 'settings'),
    bytes('memory.max', 'settings'),
    bytes('memory.swap.high', 'settings'),
    bytes('memory.swap.max', 'settings'),
    bytes('memory.zswap.max', 'settings'),
    value('memory', 'memory.oom.group', 'settings', 'memory_oom_group'),
    file('cpu', 'cpu.max', 'settings', cpuMaxParser(layout)),
    value('cpu', 'cpu.max.burst', 'settings', 'cpu_max_burst_usec'),
    value('cpu', 'cpu.weight', 'settings', 'cpu_weight'),
    value('cpu', 'cpu.idle', 'settings', 'cpu_idle'),
    file('cpuset', 'cpuset.cpus.effective', 'settings', cpusetParser(layout)),
    value('pids', 'pids.max', 'settings', 'pids_max'),
    value('core', 'cgroup.freeze', 'settings', 'cgroup_freeze'),
  ];
}
