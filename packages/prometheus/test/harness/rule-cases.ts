/** Series of promtool's test files: a value a minute, `1x9` ten times 1, `0+60x9` from 0 by 60 each minute. */
export type Series = Readonly<Record<string, string>>;

export interface RuleCase {
  readonly name: string;
  readonly alert: string;
  /** What differs from HEALTHY; `''` takes a series away. */
  readonly series: Series;
  /** When it fires, and when it does not: before `for` is over, and after the fault. */
  readonly fires: readonly string[];
  readonly silent: readonly string[];
}

const MINUTES = 360;
const STEADY = (value: number): string => `${value}x${MINUTES}`;
const GROWING = (each: number): string => `0+${each}x${MINUTES}`;
const MIB = 2 ** 20;

/** A recorder of 20 containers and the host, once a second, and its viewer: nothing may fire. */
export const HEALTHY: Series = {
  up: STEADY(1),
  'fgm_build_info{version="0.1.0",node_version="26.0.0"}': STEADY(1),
  fgm_interval_seconds: STEADY(1),
  'fgm_entities_found{kind="container"}': STEADY(20),
  'fgm_entities_found{kind="host"}': STEADY(1),
  'fgm_entities_found{kind="group"}': STEADY(2),
  'fgm_rows_written_total{table="containers"}': GROWING(60 * 23),
  'fgm_rows_written_total{table="processes"}': GROWING(60 * 99),
  'fgm_ticks_total{outcome="ok"}': GROWING(59),
  'fgm_ticks_total{outcome="late"}': GROWING(1),
  'fgm_ticks_total{outcome="missed"}': STEADY(3),
  'fgm_write_errors_total{errno="ENOSPC"}': STEADY(0),
  fgm_store_bytes: STEADY(990 * MIB),
  fgm_store_bytes_limit: STEADY(1024 * MIB),
  fgm_store_stops_at_limit: STEADY(0),
  fgm_retention_bytes_evicted_total: GROWING(MIB),
  process_cpu_seconds_total: GROWING(3),
  process_resident_memory_bytes: STEADY(150 * MIB),
  'fgm_pagewalk_overruns_total{kind="host"}': GROWING(1),
  'fgm_missing_capabilities{capability="SYS_PTRACE"}': STEADY(0),
  'fgm_missing_capabilities{capability="DAC_READ_SEARCH"}': STEADY(0),
  'fgm_read_errors_total{file="smaps_rollup",errno="EACCES"}': GROWING(6),
  'fgm_read_errors_total{file="stat",errno="ESRCH"}': GROWING(600),
  fgm_clock_steps_total: STEADY(1),
};

export const CASES: readonly RuleCase[] = [
  {
    name: 'it does not answer',
    alert: 'FgmDown',
    series: { up: '1x30 0x30 1x300' },
    fires: ['40m', '60m'],
    silent: ['34m', '62m'],
  },
  {
    name: 'there is no target',
    alert: 'FgmDown',
    series: Object.fromEntries(Object.keys(HEALTHY).map((name) => [name, name === 'up' ? '_x30 1x330' : ''])),
    fires: ['10m', '29m'],
    silent: ['4m', '32m'],
  },
  {
    name: 'rows stand still',
    alert: 'FgmNoSamples',
    series: { 'fgm_rows_written_total{table="containers"}': '0+1380x30 41400x9 41400+1380x300' },
    fires: ['40m'],
    silent: ['37m', '43m'],
  },
  {
    name: 'there has never been a row',
    alert: 'FgmNoSamples',
    series: { 'fgm_rows_written_total{table="containers"}': STEADY(0) },
    fires: ['10m'],
    silent: ['4m'],
  },
  {
    name: 'two of a hundred ticks',
    alert: 'FgmTicksMissed',
    series: { 'fgm_ticks_total{outcome="missed"}': '3x30 3+1.2x40 51x300' },
    fires: ['45m', '70m'],
    silent: ['38m', '78m'],
  },
  {
    name: 'a tenth of the rows',
    alert: 'FgmCoverageLow',
    series: { 'fgm_rows_written_total{table="containers"}': '0+1380x30 41400+1240x40 91000+1380x290' },
    fires: ['55m', '71m'],
    silent: ['44m', '78m'],
  },
  {
    name: 'a disk that is full for a while',
    alert: 'FgmWriteErrors',
    series: { 'fgm_write_errors_total{errno="ENOSPC"}': '0x30 0+10x5 50x320' },
    fires: ['33m', '38m'],
    silent: ['30m', '43m'],
  },
  {
    name: 'recording is about to stop',
    alert: 'FgmStoreNearLimit',
    series: {
      fgm_store_stops_at_limit: STEADY(1),
      fgm_store_bytes: `${100 * MIB}x30 ${930 * MIB}x60 ${300 * MIB}x300`,
    },
    fires: ['50m', '90m'],
    silent: ['44m', '93m'],
  },
  {
    name: 'an hour of history',
    alert: 'FgmStoreNearLimit',
    series: { fgm_retention_bytes_evicted_total: `0+${17 * MIB}x120 ${17 * 120 * MIB}x230` },
    fires: ['30m', '120m'],
    silent: ['10m', '190m'],
  },
  {
    name: 'a third of a CPU',
    alert: 'FgmHighCpu',
    series: { process_cpu_seconds_total: '0+3x30 90+20x40 890+3x290' },
    fires: ['55m', '70m'],
    silent: ['44m', '78m'],
  },
  {
    name: 'a MiB a minute for two hours',
    alert: 'FgmMemoryGrowth',
    series: { process_resident_memory_bytes: `${150 * MIB}x30 ${150 * MIB}+${MIB}x119 ${270 * MIB}x210` },
    fires: ['150m', '200m'],
    silent: ['110m', '280m'],
  },
  {
    name: 'one a second',
    alert: 'FgmPageWalkBudgetExceeded',
    series: { 'fgm_pagewalk_overruns_total{kind="host"}': '0+1x30 30+60x40 2430+1x290' },
    fires: ['60m', '71m'],
    silent: ['44m', '85m'],
  },
  {
    name: 'a capability is missing',
    alert: 'FgmReadPermissionDenied',
    series: { 'fgm_missing_capabilities{capability="SYS_PTRACE"}': '0x30 1x60 0x300' },
    fires: ['46m', '90m'],
    silent: ['44m', '92m'],
  },
  {
    name: 'a security module refuses',
    alert: 'FgmReadPermissionDenied',
    series: { 'fgm_read_errors_total{file="smaps_rollup",errno="EACCES"}': '0+6x30 180+300x40 12180+6x290' },
    fires: ['60m', '71m'],
    silent: ['44m', '85m'],
  },
  {
    name: 'one step',
    alert: 'FgmClockStep',
    series: { fgm_clock_steps_total: '1x30 2x330' },
    fires: ['32m', '44m'],
    silent: ['30m', '47m'],
  },
];
