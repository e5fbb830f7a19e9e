import type { Hierarchy, Layout } from '@fgm/catalog';
import {
  cpusetParser,
  pidsEventsParser,
  singleValueParser,
  v1BlkioThrottleParser,
  v1CpuacctUsageParser,
  v1CpuPeriodParser,
  v1CpuQuotaParser,
  v1CpuStatParser,
  v1LimitParser,
  v1MemoryStatParser,
  v1OomControlParser,
  type Parser,
} from '@fgm/kernfs';
import type { FileGroup, PlannedFile, Subject } from './planned-file.ts';

/**
 * The files of cgroup v1 hierarchies, into the columns of their v2 counterparts. What v1 lacks stays absent.
 * https://docs.kernel.org/admin-guide/cgroup-v1/index.html
 */
export function v1Files(layout: Layout): PlannedFile[] {
  const of =
    (hierarchy: Hierarchy, subject: Subject) =>
    (name: string, group: FileGroup, parser: Parser): PlannedFile => ({ hierarchy, subject, name, group, parser });
  const value = (column: string): Parser => singleValueParser(layout, column);
  const cpuacct = of('cpuacct', 'cpu');
  const cpu = of('cpu', 'cpu');
  const memory = of('memory', 'memory');
  const pids = of('pids', 'pids');
  const blkio = of('blkio', 'io');
  return [
    cpuacct('cpuacct.usage', 'witnesses', v1CpuacctUsageParser(layout, 'cpuacct.usage')),
    memory('memory.usage_in_bytes', 'witnesses', value('memory_current_bytes')),
    cpuacct('cpuacct.usage_user', 'activity', v1CpuacctUsageParser(layout, 'cpuacct.usage_user')),
    cpuacct('cpuacct.usage_sys', 'activity', v1CpuacctUsageParser(layout, 'cpuacct.usage_sys')),
    cpu('cpu.stat', 'activity', v1CpuStatParser(layout)),
    memory('memory.stat', 'activity', v1MemoryStatParser(layout)),
    memory('memory.max_usage_in_bytes', 'activity', value('memory_peak_bytes')),
    memory('memory.failcnt', 'activity', value('memory_events_max')),
    memory('memory.oom_control', 'activity', v1OomControlParser(layout)),
    pids('pids.current', 'witnesses', value('pids_current')),
    pids('pids.peak', 'activity', value('pids_peak')),
    pids('pids.events', 'activity', pidsEventsParser(layout)),
    blkio('blkio.throttle.io_service_bytes_recursive', 'activity', v1BlkioThrottleParser(layout, 'io_service_bytes')),
    blkio('blkio.throttle.io_serviced_recursive', 'activity', v1BlkioThrottleParser(layout, 'io_serviced')),
    cpu('cpu.cfs_quota_us', 'settings', v1CpuQuotaParser(layout)),
    cpu('cpu.cfs_period_us', 'settings', v1CpuPeriodParser(layout)),
    cpu('cpu.cfs_burst_us', 'settings', value('cpu_max_burst_usec')),
    cpu('cpu.idle', 'settings', value('cpu_idle')),
    cpu('cpu.shares', 'settings', value('cpu_shares')),
    of('cpuset', 'cpuset')('cpuset.effective_cpus', 'settings', cpusetParser(layout)),
    memory('memory.limit_in_bytes', 'settings', v1LimitParser(layout, 'memory_max_bytes')),
    pids('pids.max', 'settings', value('pids_max')),
  ];
}
