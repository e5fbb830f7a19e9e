import { indexOf, mustIndexOf, type Layout } from '@fgm/catalog';

/** Column numbers of the container table that the sampler itself reads or writes. */
export class EntityColumns {
  readonly usage: number;
  readonly user: number;
  readonly system: number;
  readonly memory: number;
  readonly tasks: number;
  readonly inactiveFile: number;
  readonly memoryMax: number;
  readonly quota: number;
  readonly period: number;
  readonly cpus: number;
  readonly usageMillicores: number;
  readonly userMillicores: number;
  readonly systemMillicores: number;
  readonly limitMillicores: number;
  readonly usagePercent: number;
  readonly workingSet: number;
  readonly memoryPercent: number;
  readonly restartCount: number;
  readonly processCount: number;
  readonly threadCount: number;
  readonly pss: number;
  readonly uss: number;
  readonly swapPss: number;
  readonly rss: number;
  readonly coverage: number;
  readonly pssLower: number;
  readonly pssUpper: number;
  readonly ussCoverage: number;
  /** The totals and ten-second averages of every pressure file. */
  readonly pressureTotals: readonly number[];
  readonly pressureAverages: readonly number[];

  constructor(layout: Layout) {
    const at = (name: string): number => mustIndexOf(layout, name);
    this.usage = at('cpu_stat_usage_usec');
    this.user = at('cpu_stat_user_usec');
    this.system = at('cpu_stat_system_usec');
    this.memory = at('memory_current_bytes');
    this.tasks = at('pids_current');
    this.inactiveFile = at('memory_stat_inactive_file_bytes');
    this.memoryMax = at('memory_max_bytes');
    this.quota = at('cpu_max_quota_usec');
    this.period = at('cpu_max_period_usec');
    this.cpus = at('cpuset_cpus_effective');
    this.usageMillicores = at('cpu_usage_millicores');
    this.userMillicores = at('cpu_user_millicores');
    this.systemMillicores = at('cpu_system_millicores');
    this.limitMillicores = at('cpu_limit_millicores');
    this.usagePercent = at('cpu_usage_percent');
    this.workingSet = at('memory_working_set_bytes');
    this.memoryPercent = at('memory_percent');
    this.restartCount = at('restart_count');
    this.processCount = at('process_count');
    this.threadCount = at('thread_count');
    this.pss = at('pss_bytes');
    this.uss = at('uss_bytes');
    this.swapPss = at('swap_pss_bytes');
    this.rss = at('rss_bytes');
    this.coverage = at('pss_coverage');
    this.pssLower = at('pss_lower_bytes');
    this.pssUpper = at('pss_upper_bytes');
    this.ussCoverage = at('uss_coverage');
    const pressure = (suffix: string): number[] =>
      ['cpu', 'memory', 'io', 'irq']
        .flatMap((resource) =>
          ['some', 'full'].map((kind) => indexOf(layout, `${resource}_pressure_${kind}_${suffix}`)),
        )
        .filter((column) => column >= 0);
    this.pressureTotals = pressure('total_usec');
    this.pressureAverages = pressure('avg10');
  }
}
