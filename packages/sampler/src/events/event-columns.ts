import { indexOf, mustIndexOf, type Layout } from '@fgm/catalog';

/** A setting, and whether its absence is a value: no limit. */
export interface SettingColumn {
  readonly name: string;
  readonly column: number;
  readonly unlimited: boolean;
}

/** Where no value means no limit. */
const LIMITS = [
  'memory_high_bytes',
  'memory_max_bytes',
  'memory_swap_high_bytes',
  'memory_swap_max_bytes',
  'memory_zswap_max_bytes',
  'cpu_max_quota_usec',
  'pids_max',
] as const;
const OTHERS = [
  'memory_min_bytes',
  'memory_low_bytes',
  'memory_oom_group',
  'cpu_max_period_usec',
  'cpu_max_burst_usec',
  'cpu_weight',
  'cpu_shares',
  'cpu_idle',
  'cpuset_cpus_effective',
] as const;

/** Columns of the container table whose movements are events. */
export class EventColumns {
  readonly usage: number;
  readonly residual: number;
  readonly oomKill: number;
  readonly oom: number;
  readonly high: number;
  readonly max: number;
  readonly throttled: number;
  readonly throttledUsec: number;
  readonly periods: number;
  readonly memory: number;
  readonly memoryMax: number;
  readonly memoryHigh: number;
  readonly memoryPeak: number;
  readonly swap: number;
  readonly settings: readonly SettingColumn[];

  constructor(layout: Layout) {
    const at = (name: string): number => mustIndexOf(layout, name);
    this.usage = at('cpu_stat_usage_usec');
    this.residual = at('cpu_residual_usec');
    this.oomKill = at('memory_events_oom_kill');
    this.oom = at('memory_events_oom');
    this.high = at('memory_events_high');
    this.max = at('memory_events_max');
    this.throttled = at('cpu_stat_nr_throttled');
    this.throttledUsec = at('cpu_stat_throttled_usec');
    this.periods = at('cpu_stat_nr_periods');
    this.memory = at('memory_current_bytes');
    this.memoryMax = at('memory_max_bytes');
    this.memoryHigh = at('memory_high_bytes');
    this.memoryPeak = at('memory_peak_bytes');
    this.swap = at('memory_swap_current_bytes');
    const setting = (unlimited: boolean) => (name: string) => ({ name, column: indexOf(layout, name), unlimited });
    this.settings = [...LIMITS.map(setting(true)), ...OTHERS.map(setting(false))].filter(({ column }) => column >= 0);
  }
}
